"""TOML text of a preset's table: one key a line, tables of limits and sources below, as the presets are written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

SECTIONS = ("rules", "sources")
"""Tables that get a section of their own; every other one stands in one line."""


def to_toml(table: Mapping[str, Any]) -> str:
    """Return the text (TOML 1.0) that reads back as `table`; None is left out, other types raise TypeError."""
    lines = [f"{_key(key)} = {_value(value)}" for key, value in _present(table) if key not in SECTIONS]
    for section in SECTIONS:
        if table.get(section):
            lines += [
                "",
                f"[{section}]",
                *(f"{_key(key)} = {_value(value)}" for key, value in _present(table[section])),
            ]
    return "\n".join(lines) + "\n"


def _present(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((key, value) for key, value in table.items() if value is not None)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(inner)}" for key, inner in _present(value)) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(inner) for inner in value) + "]"
    raise TypeError(f"{type(value).__name__} has no place in a preset")


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else _string(key)


def _string(text: str) -> str:
    """JSON's escapes are TOML's, but for surrogate pairs, which `ensure_ascii=False` never writes, and DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
