"""The files of print rules: one a process, and others that change it for a printer, a service or a material."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from printers.errors import BadPreset
from printers.textfile import read_toml


@cache
def rule_tables() -> dict[str, dict[str, Any]]:
    """Return file name -> its rules as stated, what it inherits (from one file, which inherits nothing) filled in.

    Raises BadPreset when a parent is missing or inherits itself.
    """
    folder = files("printers") / "rules"
    entries = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda e: e.name)
    stated = {entry.name.removesuffix(".toml"): read_toml(entry) for entry in entries}
    return {name: _with_parent(name, stated) for name in stated}


def rules_for(name: str) -> dict[str, Any]:
    """Return the rules that a preset names; raises BadPreset when there are none of that name."""
    try:
        return rule_tables()[name]
    except KeyError as error:
        raise BadPreset(f"there are no rules {name!r}; there are: {', '.join(rule_tables())}") from error


def rules_by_material(name: str) -> dict[str, dict[str, Any]]:
    """Return material -> the rules that are published for it on top of the rules `name`."""
    children = (table for table in rule_tables().values() if table.get("inherits") == name)
    return {material: table for table in children for material in table.get("materials", ())}


def _with_parent(name: str, stated: dict[str, dict[str, Any]]) -> dict[str, Any]:
    own = stated[name]
    if "inherits" not in own:
        return own
    parent = stated.get(own["inherits"])
    if parent is None or "inherits" in parent:
        raise BadPreset(f"rules {name} inherit {own['inherits']!r}, which is missing or inherits itself")
    return {**parent, **own}
