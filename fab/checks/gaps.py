"""Check `gaps`: slots and holes so narrow that the printer fills them, and parts that fuse to one another."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from fab.checks.context import Context
from fab.checks.thin_parts import MOST_SCALE, Level, ThinParts, Told, Words, findings_of, gaps_of
from fab.findings import Finding, Severity
from fab.measure.thin_regions import ThinRegion
from fab.solid import Solid
from printers.profile import Printer

NAME = "gaps"

WHY = {
    "gap-fuses": "it closes while it prints; what should show as a gap comes out as one surface",
    "parts-fuse": "the two parts come out as one and do not move",
    "gap-tight": "the two parts may come out stiff, or fuse in places",
}


def check_gaps(solid: Solid, printer: Printer, context: Context) -> Iterator[Finding]:
    """Yield `parts-fuse` and `gap-fuses` below the least clearance, `gap-tight` between parts below the safe one.

    `gaps-open` when there is none of them.
    """
    rule, parts = printer.rules.clearance_mm, gaps_of(solid, printer, context)
    told = [Told(gap, _narrow(gap, parts, printer)) for gap in parts.below(rule.floor) if not gap.is_edge]
    if rule.recommended > rule.floor:
        told += _tight(parts, printer, told)
    yield from findings_of(NAME, parts, told, [_words(gap, level, solid.extents_mm[2]) for gap, level in told])
    if not told:
        yield Finding(
            check=NAME,
            code="gaps-open",
            severity=Severity.PASS,
            message=f"no gap is narrower than {rule.floor:.2f} mm",
            limit=rule.floor,
            limit_source=rule.floor_source,
            unit="mm",
        )


def _narrow(gap: ThinRegion, parts: ThinParts, printer: Printer) -> Level:
    rule = printer.rules.clearance_mm
    code = "parts-fuse" if _is_between_bodies(gap, parts) else "gap-fuses"
    return Level(code, Severity.WARN, rule.floor, rule.floor_source)


def _tight(parts: ThinParts, printer: Printer, told: list[Told]) -> Iterator[Told]:
    rule = printer.rules.clearance_mm
    level = Level("gap-tight", Severity.INFO, rule.recommended, rule.recommended_source)
    is_told = np.zeros(len(parts.walls.surface.faces), bool)
    for gap, _ in told:
        is_told[gap.faces] = True
    for gap in parts.below(rule.recommended):
        if not gap.is_edge and is_told[gap.faces].mean() <= 0.5 and _is_between_bodies(gap, parts):
            yield Told(gap, level)


def _is_between_bodies(gap: ThinRegion, parts: ThinParts) -> bool:
    """Whether most of the gap lies between two bodies that are not connected."""
    faces = parts.walls.surface.faces
    body = parts.bodies
    across = parts.walls.thickness.opposite[gap.faces]
    held = gap.faces[across >= 0]
    return bool((body[faces[held, 0]] != body[faces[across[across >= 0], 0]]).mean() > 0.5) if len(held) else False


def _words(gap: ThinRegion, level: Level, height_mm: float) -> Words:
    what = "gap between parts" if level.code != "gap-fuses" else "hole" if gap.form.is_rod else "slot"
    message = f"{what} {gap.thickness_mm:.2f} mm wide over {gap.area_mm2:.1f} mm², under {level.limit_mm:.2f} mm"
    widen = f"widen by {math.ceil(100.0 * (level.limit_mm - gap.thickness_mm)) / 100.0:.2f} mm"
    if gap.clears_at_mm * MOST_SCALE < level.limit_mm:
        return Words(message, WHY[level.code], widen)
    stays = f"stays open at ≥ {math.ceil(height_mm * level.limit_mm / gap.clears_at_mm)} mm tall"
    return Words(message, WHY[level.code], f"{stays}, or {widen}")
