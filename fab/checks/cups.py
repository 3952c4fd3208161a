"""Check `cups`: hollows that trap resin or powder, and those that suck at the film of a resin printer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fab.checks.context import Context
from fab.checks.slicing import layers_of
from fab.findings import Finding, Severity, skipped
from fab.measure.drains import find_drain
from fab.measure.pockets import Kind, Pockets, find_pockets
from fab.millilitres import in_ml
from fab.solid import Solid
from printers.profile import Printer, Process

NAME = "cups"

LEAST_AREA_MM2 = 1.0
LEAST_HEIGHT_MM = 0.5
"""UVtools, too, passes hollows that are lower than this."""

STRONG_MM2 = 100.0
STRONG_SOURCE = "default: the air's 0.1 N/mm² pulls on it with 10 N, as much as the peeling of a large layer"
MOST_FINDINGS = 5

WHY_RESIN = "liquid resin stays inside, cures slowly from there, swells and splits the part after weeks"
WHY_POWDER = "loose powder stays inside for good: it adds weight and rattles"
WHY_SUCTION = "with the film it forms a closed cup: each lift sucks, pulls the walls in and can tear the part off"


def check_cups(solid: Solid, printer: Printer, context: Context) -> Iterator[Finding]:
    """Yield `trapped-resin`, `trapped-powder`, `suction-cup` and `cup-on-plate`, or `drains` when nothing is shut in.

    Nothing has to run out of a filament print: skipped.
    """
    resin = printer.process is Process.RESIN
    if not resin and not printer.rules.supports_are_powder:
        yield skipped(NAME, "nothing has to drain out of a filament print")
        return
    layers = layers_of(solid, printer, context)
    pockets = context.once(("pockets", layers.layer_mm, layers.row_mm), lambda: find_pockets(layers))
    pockets = pockets.at_least(LEAST_AREA_MM2, LEAST_HEIGHT_MM).largest_first()
    told = [i for i in range(len(pockets.kind)) if resin or pockets.kind[i] == Kind.CAVITY]
    for place, i in enumerate(told[:MOST_FINDINGS], start=1):
        rest = len(told) - MOST_FINDINGS if place == MOST_FINDINGS else 0
        yield _shut(solid, printer, pockets, i, f"; and {rest} smaller" if rest > 0 else "")
    if not told:
        yield Finding(check=NAME, code="drains", severity=Severity.PASS, message="no hollow is shut in")


def _shut(solid: Solid, printer: Printer, pockets: Pockets, i: int, rest: str) -> Finding:
    kind = Kind(int(pockets.kind[i]))
    area, height = float(pockets.area_mm2[i]), float(pockets.height_mm[i])
    size = f"{in_ml(pockets.volume_mm3[i] / 1000.0)}, {area:.0f} mm² across and {height:.1f} mm high"
    if kind is Kind.CAVITY:
        powder = printer.rules.supports_are_powder
        code, severity = ("trapped-powder" if powder else "trapped-resin"), Severity.WARN
        message, why = f"closed cavity of {size}", WHY_POWDER if powder else WHY_RESIN
    elif kind is Kind.CUP:
        code, severity = "suction-cup", Severity.WARN if area >= STRONG_MM2 else Severity.INFO
        message, why = f"cup of {size} opens away from the plate", WHY_SUCTION
    else:
        code, severity = "cup-on-plate", Severity.INFO
        message, why = f"hollow of {size} is open to the plate alone", WHY_SUCTION
    x, y, z = (float(value) for value in pockets.point_mm[i])
    return Finding(
        check=NAME,
        code=code,
        severity=severity,
        message=message + rest,
        measured=area,
        limit=STRONG_MM2 if kind is Kind.CUP else None,
        limit_source=STRONG_SOURCE if kind is Kind.CUP else None,
        unit="mm²",
        point_mm=(x, y, z),
        why=why,
        remedy=_remedy(solid, printer, kind, np.array([x, y, z])),
    )


def _remedy(solid: Solid, printer: Printer, kind: Kind, inside_mm: NDArray[np.float64]) -> str:
    if kind is Kind.BELL:
        return "raise the part on supports, so that air gets under it"
    hole = printer.rules.drain_hole_mm
    size = f" of {hole.recommended:g} mm" if hole else ""
    drain = find_drain(solid.vertices, solid.faces, inside_mm)
    if drain is None:
        return f"open it at its lowest place with a hole{size}"
    x, y, z = drain.point_mm
    where = f"through {drain.wall_mm:.1f} mm of wall at ({x:.1f}, {y:.1f}, {z:.1f})"
    other = ", and another at the far end" if kind is Kind.CAVITY else ""
    return f"drill a hole{size} {where}{other}"
