"""What the report says of a part's colours: the palette, and what it costs in changes of filament."""

from __future__ import annotations

import numpy as np

from fab.findings import Finding, Severity
from fab.gate import face_areas
from fab.palette.cost import ColourCost
from fab.palette.purging import Purge, purge_of
from fab.palette.record import Painted
from figurine.colouring import ColouringWishes
from printers.profile import Printer

_JAGGED = Finding(
    check="colour",
    code="jagged-borders",
    severity=Severity.INFO,
    message="faces could not be split where colours meet without breaking the solid: borders follow whole triangles",
    remedy="export a finer mesh from where it was made, if borders look rough",
)


def colour_record(painted: Painted, wishes: ColouringWishes, printer: Printer) -> dict[str, object]:
    """Return the report's `colour`: the palette with each colour's share of the surface, and what it costs."""
    area = face_areas(painted.solid.vertices, painted.solid.faces)
    share = np.bincount(painted.slots, area, len(painted.palette.colours)) / area.sum()
    purge = purge_of(printer)
    return {
        "palette": [
            {"slot": slot + 1, "hex": colour.hex, **colour.model_dump(mode="json"), "share": round(float(part), 4)}
            for slot, (colour, part) in enumerate(zip(painted.palette.colours, share, strict=True))
        ],
        "costs": [cost.model_dump() for cost in painted.costs],
        "asked": painted.asked.model_dump() if painted.asked is not None else None,
        "even_light": wishes.even_light,
        "max_changes": wishes.max_changes,
        "purge": {"grams": round(purge.grams, 3), "seconds": purge.seconds, "source": purge.source},
    }


def colour_findings(painted: Painted, printer: Printer) -> list[Finding]:
    """Return what a maker should know before slicing: rough borders, what the colours cost, and what fewer would."""
    if len(painted.costs) < 2:
        return []
    return [*([_JAGGED] if painted.jagged else []), _on_cost(painted, printer)]


def _on_cost(painted: Painted, printer: Printer) -> Finding:
    first, *fewer = painted.costs
    cheaper = "; ".join(f"{_counted(cost.colours)}: {_price(cost)}" for cost in fewer[:-1])
    remedy = f"fewer colours cost less ({cheaper}): --colours N, or --max-changes N" if cheaper else None
    was = f", {painted.asked.changes:,} before --max-changes" if painted.asked is not None else ""
    return Finding(
        check="colour",
        code="changes",
        severity=Severity.INFO,
        message=f"{_counted(first.colours)}: {_price(first)}{was}",
        measured=float(first.changes),
        limit_source=_source(purge_of(printer)),
        remedy=remedy,
    )


def _counted(colours: int) -> str:
    return f"{colours} colours" if colours != 1 else "1 colour"


def _price(cost: ColourCost) -> str:
    return f"{cost.changes:,} changes of filament, {cost.waste_g:.0f} g of waste, {cost.added_hours:.1f} h more"


def _source(purge: Purge) -> str:
    return f"{purge.grams:.2f} g and {purge.seconds:.0f} s a change: {purge.source}"
