"""Printers by name: the presets on disk, and a lookup that forgives how people write a name."""

from __future__ import annotations

import difflib
import re
import tomllib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from pydantic import ValidationError

from printers.errors import BadPreset, UnknownPrinter
from printers.profile import Printer

DEFAULT_PRINTER = "fdm-0.4"


def names() -> tuple[str, ...]:
    """Return the ids of all presets, sorted."""
    return tuple(sorted(_preset_files()))


@cache
def get(name: str) -> Printer:
    """Return the printer that `name` means: an id, or any spelling of vendor and model that only one preset answers to.

    Raises UnknownPrinter with the nearest names when none or several do, BadPreset when the preset itself is wrong.
    """
    found = search(name)
    if len(found) == 1:
        return _load(found[0])
    if found:
        raise UnknownPrinter(f"printer {name!r} could be any of: {', '.join(found)}; name one of them", found)
    near = _nearest(name)
    raise UnknownPrinter(
        f"unknown printer {name!r}; nearest: {', '.join(near)}; `figurine printers list` shows all {len(names())}", near
    )


def search(text: str) -> tuple[str, ...]:
    """Return the ids that `text` names: one exact spelling if there is one, else all that contain every letter run."""
    wanted = _plain(text)
    if not wanted:
        return ()
    spellings = _spellings()
    exact = tuple(sorted({spellings[s] for s in spellings if s == wanted}))
    return exact or tuple(sorted({printer for s, printer in spellings.items() if wanted in s}))


def _nearest(name: str, count: int = 4) -> tuple[str, ...]:
    spellings = _spellings()
    close = difflib.get_close_matches(_plain(name), spellings, n=3 * count, cutoff=0.0)
    return tuple(dict.fromkeys(spellings[s] for s in close))[:count]


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9.+]", "", text.casefold())


@cache
def _spellings() -> dict[str, str]:
    """Return every accepted spelling -> id. A spelling that two presets share belongs to neither."""
    owners: dict[str, set[str]] = {}
    for printer_id, entry in _preset_files().items():
        record = _read(entry)
        vendor, model = str(record.get("vendor", "")), str(record.get("model", ""))
        for spelling in (printer_id, model, f"{vendor} {model}"):
            owners.setdefault(_plain(spelling), set()).add(printer_id)
    return {spelling: next(iter(ids)) for spelling, ids in owners.items() if len(ids) == 1}


@cache
def _preset_files() -> dict[str, Traversable]:
    folder = files("printers") / "presets"
    return {entry.name.removesuffix(".toml"): entry for entry in folder.iterdir() if entry.name.endswith(".toml")}


def _read(entry: Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(entry.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadPreset(f"{entry.name} is not TOML: {error}") from error


def _load(printer_id: str) -> Printer:
    record = _read(_preset_files()[printer_id])
    process = record.get("process", "")
    rules = _read(files("printers") / "rules" / f"{process}.toml")
    try:
        return Printer.model_validate({"id": printer_id, **record, "rules": {**rules, **record.get("rules", {})}})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadPreset(f"preset {printer_id}: {place}: {first['msg']}") from error
