"""What came out of a test piece → that user's own limits, which go before every guide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from printers.errors import NotPossible
from printers.learning.sizes import RULES, Row, label, plan
from printers.library import get, stated
from printers.own import own_files, save_own
from printers.preset import printer_from
from printers.profile import Printer
from printers.textfile import read_toml

YOURS = "your print"
BEYOND = 1.25
"""Where no size came out, the limit lies beyond the last one by this factor: nearer nobody knows."""

Table = dict[str, Any]
Answer = tuple[float, float] | None
"""The size that came out at all and the one that came out well, in any order; None when none did."""


def piece_plan(name: str) -> tuple[str, tuple[Row, ...]]:
    """Return the id of a printer and the rows of its test piece: the same before and after it has learnt."""
    printer = get(name)
    return printer.id, plan(_untaught(printer.id))


def untaught(name: str) -> Printer:
    """Return a printer as it is without what its user's prints have shown."""
    return _untaught(get(name).id)


def _untaught(printer_id: str) -> Printer:
    table = stated(printer_id)
    rules = {rule: limit for rule, limit in table.get("rules", {}).items() if not _is_yours(limit)}
    return printer_from(printer_id, {**table, "rules": rules})


def _is_yours(limit: object) -> bool:
    return isinstance(limit, Mapping) and any(str(value).startswith(YOURS) for value in limit.values())


def learn(name: str, answers: Mapping[str, Answer]) -> tuple[str, Table]:
    """Return the id of a printer and the limits that answers (rule -> sizes) make, after saving them as the user's own.

    A preset gets a file of the same id in the config folder that goes before it; a user's printer is changed in place.
    Raises NotPossible for a rule without a row, and for a size that its row does not have.
    """
    printer_id, rows = piece_plan(name)
    by_rule = {row.rule: row for row in rows}
    for rule in answers:
        if rule not in by_rule:
            raise NotPossible(f"{rule!r} is not on the test piece of {printer_id}; it has: {', '.join(by_rule)}")
    if not answers:
        raise NotPossible(f"nothing was answered, so there is nothing to learn for {printer_id}")
    limits = {rule: limit_of(by_rule[rule], answers[rule]) for rule in RULES if rule in answers}
    own = own_files().get(printer_id)
    table: Table = read_toml(own) if own else {"inherits": printer_id}
    table = {**table, "rules": {**table.get("rules", {}), **limits}}
    save_own(
        printer_id, table, replace=own is not None, comment=f"What {printer_id} really prints, from its test piece."
    )
    return printer_id, limits


def limit_of(row: Row, answer: Answer) -> Table:
    """Return the two limits that an answer makes, as a preset's `rules` state them.

    The harder of two sizes is the one that came out at all, the other the one that came out well. Raises NotPossible
    for a size that the row does not have.
    """
    tried = ", ".join(map(label, row.sizes))
    if answer is None:
        none = f"{YOURS}: none of {tried} came out"
        edge = round(row.sizes[0] / BEYOND, 3) if row.is_ceiling else round(row.sizes[-1] * BEYOND, 3)
        return _stated(row, edge, none, edge, none)
    for size in answer:
        if size not in row.sizes:
            raise NotPossible(f"row {row.letter} ({row.rule}) has no {size:g}; it has: {tried}")
    edge, good = sorted(answer, reverse=row.is_ceiling)
    word = "largest" if row.is_ceiling else "smallest"
    told = f"{YOURS}: {word} of {tried} that came out"
    return _stated(row, edge, told, good, f"{told} well")


def _stated(row: Row, edge: float, edge_source: str, good: float, good_source: str) -> Table:
    name = "most" if row.is_ceiling else "floor"
    return {name: edge, f"{name}_source": edge_source, "recommended": good, "recommended_source": good_source}
