"""From a preset's table, as its TOML file states it, to a `Printer`.

Beside the fields of `Printer` a table may hold `rules_from`, the rules file to take (default: its process's), and
`rules`, limits that replace single rules of it. In `sources` a plain text is a source of the preset's confidence.
A user's own may hold `inherits`, the id of a preset that it changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from printers.errors import BadPreset
from printers.profile import Confidence, Printer, line_mm
from printers.resolve import Machine, resolve
from printers.rulebook import rules_by_material, rules_for

Table = Mapping[str, Any]


def printer_from(printer_id: str, table: Table) -> Printer:
    """Return the printer that a table describes, its rules resolved for its nozzle, pixels and angle.

    Raises BadPreset, naming the field, when the table does not fit the model.
    """
    check_shape(printer_id, table)
    table = {**table, "sources": _full_sources(table)}
    own_rules = table.pop("rules", {})
    if "rules_from" not in table and "process" not in table:
        raise BadPreset(f"preset {printer_id}: says neither its process nor a preset that it inherits")
    rulebook = table.pop("rules_from", None) or table["process"]
    stated = rules_for(rulebook)
    by_material = rules_by_material(rulebook)
    chosen = [name for name in table.get("materials", ()) if name in by_material]
    try:
        machine = _machine(table)
        table["rules"] = {**resolve(stated, machine), **own_rules}
        table["rules_by_material"] = {name: {**resolve(by_material[name], machine), **own_rules} for name in chosen}
        return Printer.model_validate({"id": printer_id, **table})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise BadPreset(f"preset {printer_id}: {place}: {first['msg']}") from error
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise BadPreset(f"preset {printer_id} does not fit the model: {error}") from error


SHAPES = {"rules": dict, "sources": dict, "rules_from": str, "process": str, "inherits": str, "materials": list}


def check_shape(printer_id: str, table: Table) -> None:
    """Return nothing; raise BadPreset where a value that is read before the model sees it is of another kind."""
    for key, kind in SHAPES.items():
        if key in table and not isinstance(table[key], kind):
            wanted = {dict: "a table", str: "a text", list: "a list"}[kind]
            raise BadPreset(f"preset {printer_id}: {key} must be {wanted}, got {table[key]!r}")


def inherit(child: Table, parent: Table) -> dict[str, Any]:
    """Return a preset's table with what it leaves out taken from its parent's; `rules` and `sources` rule by rule.

    A figure that the child states is its own: the parent's source of it and doubt about it fall away.
    """
    own = {key: value for key, value in child.items() if key != "inherits"}
    merged = {**parent, **own}
    if "rules" in own or "rules" in parent:
        merged["rules"] = {**parent.get("rules", {}), **own.get("rules", {})}
    merged["sources"] = {**_inherited_sources(own, parent), **own.get("sources", {})}
    merged["unverified"] = own.get("unverified", [name for name in parent.get("unverified", ()) if name not in own])
    return merged


def _inherited_sources(own: Table, parent: Table) -> dict[str, Any]:
    """Return where each figure of the parent comes from, named one by one where the child has a source of its own."""
    sources = {name: where for name, where in parent.get("sources", {}).items() if name not in own}
    if "source" in own:
        where = {"source": parent.get("source", ""), "confidence": parent.get("confidence", "default")}
        figures = (
            name for name in parent if name in Printer.model_fields and name not in own and name not in NO_FIGURES
        )
        sources = dict.fromkeys(figures, where) | sources
    return sources


NO_FIGURES = ("id", "vendor", "model", "process", "rules", "source", "confidence", "sources", "unverified", "note")


def _full_sources(table: Table) -> dict[str, Any]:
    """A source that is a plain text is as far to be trusted as the preset's own."""
    confidence = table.get("confidence")
    return {
        field: {"source": where, "confidence": confidence} if isinstance(where, str) else where
        for field, where in table.get("sources", {}).items()
    }


def _machine(table: Table) -> Machine:
    nozzle, pixel = table.get("nozzle_mm"), table.get("pixel_um")
    return Machine(
        nozzle_mm=nozzle,
        line_mm=line_mm(table.get("line_width_mm"), nozzle),
        line_origin=_origin(table, "line_width_mm") if table.get("line_width_mm") else "default",
        pixel_um=max(pixel) if pixel else None,
        pixel_origin=_origin(table, "pixel_um"),
        overhang_deg=table.get("overhang_from_vertical_deg"),
        overhang_source=_cited(table, "overhang_from_vertical_deg"),
    )


def _where(table: Table, field: str) -> Table:
    found: Table = table.get("sources", {}).get(field, table)
    return found


def _origin(table: Table, field: str) -> str:
    return Confidence(_where(table, field)["confidence"]).origin


def _cited(table: Table, field: str) -> str:
    origin, source = _origin(table, field), _where(table, field)["source"]
    return f"{origin}: {source.removeprefix(f'{origin}: ')}"
