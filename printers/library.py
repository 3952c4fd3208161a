"""Printers by name: the presets on disk and the user's own, and a lookup that forgives how people write a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

from printers.errors import BadPreset, UnknownPrinter
from printers.own import own_files
from printers.textfile import read_toml

if TYPE_CHECKING:
    from printers.profile import Printer

DEFAULT_PRINTER = "fdm-0.4"


def names() -> tuple[str, ...]:
    """Return the ids of all presets and of the user's own printers, sorted."""
    return tuple(sorted(preset_files().keys() | own_files().keys()))


def get(name: str) -> Printer:
    """Return the printer that `name` means: an id, or any spelling of vendor and model that only one preset answers to.

    Raises UnknownPrinter with the nearest names when none or several do, BadPreset when the preset itself is wrong.
    """
    if name in preset_files() or name in own_files():
        return load(name)
    found = search(name)
    if len(found) == 1:
        return load(found[0])
    if found:
        raise UnknownPrinter(f"printer {name!r} could be any of: {', '.join(found)}; name one of them", found)
    near = _nearest(name)
    raise UnknownPrinter(
        f"unknown printer {name!r}; nearest: {', '.join(near)}; `figurine printers list` shows all {len(names())}", near
    )


def load(printer_id: str) -> Printer:
    """Return the printer with exactly this id; the user's own goes before a preset of the same id."""
    return _load_own(printer_id) if printer_id in own_files() else _load_preset(printer_id)


def search(text: str) -> tuple[str, ...]:
    """Return the ids that `text` names: one exact spelling if there is one, else all that contain it as it is written,
    else all that contain each of its words.
    """
    wanted = _plain(text)
    if not wanted:
        return ()
    spellings = _spellings()
    exact = tuple(sorted({spellings[s] for s in spellings if s == wanted}))
    whole = {printer for spelling, printer in spellings.items() if wanted in spelling}
    words = [_plain(word) for word in re.split(r"[\s_-]+", text) if _plain(word)]
    return exact or tuple(
        sorted(whole or {printer for s, printer in spellings.items() if all(word in s for word in words)})
    )


def stated(printer_id: str) -> dict[str, Any]:
    """Return the table of a preset or of a user's printer as its file states it, what it inherits filled in."""
    own = own_files().get(printer_id)
    if own is None:
        return dict(_preset_table(printer_id))
    table = read_toml(own)
    if "inherits" not in table:
        return table
    parent = table["inherits"]
    if parent not in preset_files():
        raise BadPreset(f"{own}: inherits {parent!r}, which is no preset; `figurine printers list` shows all")
    from printers.preset import inherit

    return inherit(table, _preset_table(parent))


def _nearest(name: str, count: int = 4) -> tuple[str, ...]:
    import difflib

    spellings = _spellings()
    close = difflib.get_close_matches(_plain(name), spellings, n=3 * count, cutoff=0.0)
    return tuple(dict.fromkeys(spellings[s] for s in close))[:count]


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9.+]", "", text.casefold())


def _spellings() -> dict[str, str]:
    """Return every accepted spelling -> id. A spelling that two printers share belongs to neither."""
    owners = {spelling: set(ids) for spelling, ids in _preset_spellings().items()}
    for spelling, printer_id in _spelt(_own_tables()):
        owners.setdefault(spelling, set()).add(printer_id)
    return {spelling: next(iter(ids)) for spelling, ids in owners.items() if len(ids) == 1}


@cache
def _preset_spellings() -> dict[str, frozenset[str]]:
    owners: dict[str, frozenset[str]] = {}
    for spelling, printer_id in _spelt(preset_tables()):
        owners[spelling] = owners.get(spelling, frozenset()) | {printer_id}
    return owners


def _spelt(tables: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for printer_id, table in tables.items():
        vendor, model = str(table.get("vendor", "")), str(table.get("model", ""))
        yield from ((_plain(spelling), printer_id) for spelling in (printer_id, model, f"{vendor} {model}"))


@cache
def preset_files() -> dict[str, Traversable]:
    """Return id -> file of the presets that come with the package."""
    folder = files("printers") / "presets"
    return {entry.name.removesuffix(".toml"): entry for entry in folder.iterdir() if entry.name.endswith(".toml")}


@cache
def preset_tables() -> dict[str, Mapping[str, Any]]:
    return {printer_id: _preset_table(printer_id) for printer_id in preset_files()}


def _own_tables() -> dict[str, Mapping[str, Any]]:
    """A file of the user's that is no TOML keeps its name: whoever asks for it is told what is wrong with it."""
    tables: dict[str, Mapping[str, Any]] = {}
    for printer_id, path in own_files().items():
        try:
            tables[printer_id] = read_toml(path)
        except BadPreset:
            tables[printer_id] = {}
    return tables


@cache
def _preset_table(printer_id: str) -> Mapping[str, Any]:
    return read_toml(preset_files()[printer_id])


@cache
def _load_preset(printer_id: str) -> Printer:
    from printers.preset import printer_from

    return printer_from(printer_id, _preset_table(printer_id))


def _load_own(printer_id: str) -> Printer:
    from printers.preset import printer_from

    return printer_from(printer_id, stated(printer_id))
