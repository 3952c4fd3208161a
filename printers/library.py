"""Printers by name: the presets on disk and the user's own, and a lookup that forgives how people write a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

from printers.errors import BadPreset, UnknownPrinter
from printers.own import own_files, own_id, save_own
from printers.textfile import read_toml

if TYPE_CHECKING:
    from pathlib import Path

    from printers.profile import Printer

DEFAULT_PRINTER = "fdm-0.4"
GENERIC = {"fdm": "fdm-0.4", "resin": "resin-50um", "sls": "sls-nylon", "mjf": "mjf", "full-colour": "full-colour"}
"""Process -> the preset that stands for any machine of it."""


def names() -> tuple[str, ...]:
    """Return the ids of all presets and of the user's own printers, sorted."""
    return tuple(sorted(preset_files().keys() | own_files().keys()))


def get(name: str) -> Printer:
    """Return the printer that `name` means: an id, or any spelling of vendor and model that only one preset answers to.

    Raises UnknownPrinter with the nearest names when none or several do, BadPreset when the preset itself is wrong.
    """
    return load(id_of(name))


def id_of(name: str) -> str:
    """Return the id of the one printer that `name` means; raises UnknownPrinter when none or several do."""
    if name in preset_files() or name in own_files():
        return name
    found = search(name) or find(name)
    if len(found) > 1:
        raise UnknownPrinter(f"printer {name!r} could be any of: {', '.join(found)}; name one of them", found)
    return found[0]


def find(text: str) -> tuple[str, ...]:
    """Return all ids that `text` is a part of, or its words are; raises UnknownPrinter with the nearest names."""
    found = _containing(text)
    if not found:
        near = _nearest(text)
        known = f"`figurine printers list` shows all {len(names())}"
        raise UnknownPrinter(f"unknown printer {text!r}; nearest: {', '.join(near)}; {known}", near)
    return found


def load(printer_id: str) -> Printer:
    """Return the printer with exactly this id; the user's own goes before a preset of the same id."""
    return _load_own(printer_id) if printer_id in own_files() else _load_preset(printer_id)


def search(text: str) -> tuple[str, ...]:
    """Return the ids that `text` names: the one that is spelt so, else all that `find` finds; none where it fails."""
    exact = _spellings().get(_plain(text))
    return (exact,) if exact else _containing(text)


def _containing(text: str) -> tuple[str, ...]:
    """Return the ids of which a spelling holds the text as a whole, else all of its words."""
    wanted = _plain(text)
    if not wanted:
        return ()
    spellings = _spellings().items()
    whole = {printer for spelling, printer in spellings if wanted in spelling}
    words = [plain for word in re.split(r"[\s_-]+", text) if (plain := _plain(word))]
    return tuple(
        sorted(whole or {printer for spelling, printer in spellings if all(word in spelling for word in words)})
    )


def own_copy(name: str, parent: str, comment: str = "") -> tuple[Path, Printer]:
    """Return the file of a new printer of the user's, which inherits `parent`, and the printer itself.

    One of the user's own is copied, since only presets are inherited. `{parent}` in `comment` becomes its id. Raises
    UnknownPrinter, and BadPreset when a printer of that name is there.
    """
    parent_id, printer_id = id_of(parent), own_id(name)
    if printer_id in preset_files():
        raise BadPreset(f"{printer_id} is a preset; take another name for your own")
    own = own_files().get(parent_id)
    table = read_toml(own) if own else {"inherits": parent_id}
    path = save_own(printer_id, {**table, "vendor": "Own", "model": name}, comment=comment.format(parent=parent_id))
    return path, load(printer_id)


def stated(printer_id: str) -> dict[str, Any]:
    """Return the table of a preset or of a user's printer as its file states it, what it inherits filled in."""
    own = own_files().get(printer_id)
    if own is None:
        return dict(_preset_table(printer_id))
    table = read_toml(own)
    if "inherits" not in table:
        return table
    from printers.preset import check_shape, inherit

    check_shape(printer_id, table)
    parent = table["inherits"]
    if parent not in preset_files():
        raise BadPreset(f"{own}: inherits {parent!r}, which is no preset; `figurine printers list` shows all")
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
