"""Check `detail`: raised and sunken relief too fine for the process, as a share of the surface."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from fab.checks.context import Context
from fab.checks.thin_parts import MOST_SCALE, ThinParts, gaps_of, thin_parts_of
from fab.findings import Finding, Severity
from fab.measure.relief import Relief, measure_relief
from fab.solid import Solid
from printers.limits import Limit
from printers.profile import Printer

NAME = "detail"

MOST_SHARE, LEAST_SHARE = 0.02, 0.002
"""Shares of the surface: more than the first is a loss that shows, less than the second is none."""


def check_detail(solid: Solid, printer: Printer, context: Context) -> Iterator[Finding]:
    """Yield `emboss-too-fine` and `engrave-too-fine` with their share of the surface, or `detail-shows`."""
    rules, height_mm = printer.rules, solid.extents_mm[2]
    raised = _fine("emboss-too-fine", thin_parts_of(solid, printer, context), rules.emboss_mm, height_mm)
    sunken = _fine("engrave-too-fine", gaps_of(solid, printer, context), rules.engrave_mm, height_mm)
    found = [*raised, *sunken]
    yield from found
    if not found:
        yield Finding(
            check=NAME,
            code="detail-shows",
            severity=Severity.PASS,
            message=f"raised relief down to {rules.emboss_mm.floor:.2f} mm and sunken down to "
            f"{rules.engrave_mm.floor:.2f} mm shows, and hardly any is finer",
        )


def _fine(code: str, parts: ThinParts, rule: Limit, height_mm: float) -> Iterator[Finding]:
    relief = measure_relief(parts.walls, rule.floor, parts.below(rule.floor), LEAST_SHARE)
    if relief is None or relief.share < LEAST_SHARE:
        return
    word = "raised" if code == "emboss-too-fine" else "sunken"
    yield Finding(
        check=NAME,
        code=code,
        severity=Severity.WARN if relief.share > MOST_SHARE else Severity.INFO,
        message=f"{relief.share:.1%} of the surface is {word} relief about {relief.width_mm:.2f} mm wide, "
        f"under {rule.floor:.2f} mm",
        measured=relief.width_mm,
        limit=rule.floor,
        limit_source=rule.floor_source,
        unit="mm",
        point_mm=relief.point_mm,
        faces=tuple(np.unique(parts.walls.surface.parents[relief.faces]).tolist()),
        why="it blurs or vanishes; the shape below it prints",
        remedy=_remedy(relief, rule.floor, height_mm),
    )


def _remedy(relief: Relief, limit_mm: float, height_mm: float) -> str:
    widen = f"widen by {math.ceil(100.0 * (limit_mm - relief.width_mm)) / 100.0:.2f} mm"
    if relief.clears_at_mm * MOST_SCALE < limit_mm:
        return widen
    tall = math.ceil(height_mm * limit_mm / relief.clears_at_mm)
    return f"under {LEAST_SHARE:.1%} is lost at ≥ {tall} mm tall, or {widen}"
