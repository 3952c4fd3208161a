"""Check `wall-thickness`: where a wall is thinner than the printer can form, or than it should be."""

from __future__ import annotations

from collections.abc import Iterator

from fab.checks.context import Context
from fab.checks.thin_parts import (
    SMALL,
    Level,
    ThinParts,
    Told,
    Words,
    findings_of,
    remedy_of,
    sort_by_level,
    thin_parts_of,
)
from fab.findings import Finding, Severity
from fab.measure.thin_regions import ThinRegion
from fab.solid import Solid
from printers.limits import Rules
from printers.profile import Printer

NAME = "wall-thickness"

WHY = {
    "wall-too-thin": "too thin to form: it comes out with holes or not at all",
    "wall-thin": "it forms, and bends or cracks when supports come off or someone holds the print",
    SMALL: "too thin to form, and small: it is lost, the part behind it prints",
    "thin-edge": "the edge ends early and a little ragged; the shape behind it prints",
}


def check_wall_thickness(solid: Solid, printer: Printer, context: Context) -> Iterator[Finding]:
    """Yield what is below the floor, what is below the recommended wall, or `wall-thick` when neither is found.

    `wall-too-thin` is a wall that cannot form, `thin-edge` an edge that is lost further in than edges are, `wall-thin`
    one that forms and is weak.
    """
    parts = thin_parts_of(solid, printer, context)
    rules, height_mm = printer.rules, solid.extents_mm[2]
    told = sort_by_level(parts, _levels(rules), rods=False)
    edge = Level("thin-edge", Severity.WARN, rules.wall_supported_mm.floor, rules.wall_supported_mm.floor_source)
    told += [Told(region, edge) for region in _edges(parts, edge.limit_mm)]
    yield from findings_of(NAME, parts, told, [_words(region, level, height_mm) for region, level in told])
    if not told:
        yield _thick(rules)


def _edges(parts: ThinParts, limit_mm: float) -> list[ThinRegion]:
    return [region for region in parts.below(limit_mm) if region.is_edge and not region.form.is_rod]


def _levels(rules: Rules) -> tuple[Level, ...]:
    held, free = rules.wall_supported_mm, rules.wall_free_mm
    return (
        Level("wall-too-thin", Severity.FAIL, held.floor, held.floor_source),
        Level("wall-too-thin", Severity.FAIL, free.floor, free.floor_source, only_free=True),
        Level("wall-thin", Severity.WARN, held.recommended, held.recommended_source),
        Level("wall-thin", Severity.WARN, free.recommended, free.recommended_source, only_free=True),
    )


def _words(region: ThinRegion, level: Level, height_mm: float) -> Words:
    remedy = remedy_of(region, level.limit_mm, height_mm)
    if level.code == "thin-edge":
        message = f"edge thins out to nothing; its outer {region.depth_mm:.1f} mm are under {level.limit_mm:.2f} mm"
    else:
        kind = "free-standing wall" if region.form.is_free else "wall"
        area = f"over {region.area_mm2:.1f} mm²"
        message = f"{kind} {region.thickness_mm:.2f} mm thick {area}, under {level.limit_mm:.2f} mm"
    return Words(message, WHY[level.code], remedy)


def _thick(rules: Rules) -> Finding:
    held, free = rules.wall_supported_mm, rules.wall_free_mm
    free_too = f", no free-standing one than {free.recommended:.2f} mm" if free.recommended > held.recommended else ""
    return Finding(
        check=NAME,
        code="wall-thick",
        severity=Severity.PASS,
        message=f"no wall is thinner than {held.recommended:.2f} mm{free_too}",
        limit=held.recommended,
        limit_source=held.recommended_source,
        unit="mm",
    )
