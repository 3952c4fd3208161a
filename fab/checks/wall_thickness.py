"""Check `wall-thickness`: where the part is thinner than the printer can form, or than it should be."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from fab.checks.context import Context
from fab.findings import Finding, Severity
from fab.measure.refine import Refined, refine
from fab.measure.regions import ThinRegion, find_thin_regions
from fab.measure.thickness import measure_thickness
from fab.solid import Solid
from printers.profile import Printer, Process

NAME = "wall-thickness"

MOST_FINDINGS = 5
SAMPLE_MM = 1.0
"""Faces are cut up to this size before they are measured."""


def check_wall_thickness(solid: Solid, printer: Printer, context: Context) -> Iterator[Finding]:
    """Yield `wall-too-thin` for each patch below the floor, `wall-thin` below the recommended wall, else `wall-thick`."""
    floor_mm, rule = printer.wall_floor_mm, printer.rules.wall_supported_mm
    good_mm = max(rule.recommended, floor_mm)
    surface = refine(solid.vertices, solid.faces, SAMPLE_MM)
    wall_mm = measure_thickness(surface.vertices, surface.faces, cap_mm=4.0 * good_mm).wall_mm
    broken = find_thin_regions(surface.vertices, surface.faces, wall_mm, floor_mm)
    weak = find_thin_regions(surface.vertices, surface.faces, wall_mm, good_mm) if good_mm > floor_mm else []
    weak = _not_mostly_in(weak, broken, surface)
    yield from _findings(solid, surface, broken, "wall-too-thin", Severity.FAIL, floor_mm, floor_source(printer))
    yield from _findings(solid, surface, weak, "wall-thin", Severity.WARN, good_mm, rule.source)
    if not broken and not weak:
        yield Finding(
            check=NAME,
            code="wall-thick",
            severity=Severity.PASS,
            message=f"no wall is thinner than {good_mm:.2f} mm",
            limit=good_mm,
            limit_source=rule.source,
            unit="mm",
        )


def floor_source(printer: Printer) -> str:
    """Return where the printer's wall floor comes from."""
    rule = printer.rules.wall_supported_mm
    if printer.process is Process.FDM and printer.line_width_mm:
        return f"one line of {printer.line_width_mm:g} mm; {printer.source}"
    if printer.pixel_um and printer.wall_floor_mm > rule.floor:
        return f"default: four pixels of {max(printer.pixel_um):g} µm; {printer.source}"
    return rule.source


def _not_mostly_in(weak: list[ThinRegion], broken: list[ThinRegion], surface: Refined) -> list[ThinRegion]:
    """Return the weak patches without those that are more than half broken: those are already told."""
    is_broken = np.zeros(len(surface.faces), bool)
    for region in broken:
        is_broken[region.faces] = True
    return [region for region in weak if is_broken[region.faces].mean() <= 0.5]


def _findings(  # noqa: PLR0913
    solid: Solid,
    surface: Refined,
    regions: Sequence[ThinRegion],
    code: str,
    severity: Severity,
    limit_mm: float,
    source: str,
) -> Iterator[Finding]:
    shown = regions[:MOST_FINDINGS]
    rest = regions[MOST_FINDINGS:]
    for region in shown:
        more = _rest(rest) if region is shown[-1] else ""
        yield Finding(
            check=NAME,
            code=code,
            severity=severity,
            message=f"wall {region.thickness_mm:.2f} mm over {region.area_mm2:.1f} mm², under {limit_mm:.2f} mm{more}",
            measured=region.thickness_mm,
            limit=limit_mm,
            limit_source=source,
            unit="mm",
            point_mm=region.point_mm,
            faces=tuple(np.unique(surface.parents[region.faces]).tolist()),
            remedy=_remedy(region.thickness_mm, limit_mm, solid.extents_mm[2]),
        )


def _rest(regions: Sequence[ThinRegion]) -> str:
    if not regions:
        return ""
    area = sum(region.area_mm2 for region in regions)
    return f"; and {len(regions)} more place{'s' if len(regions) != 1 else ''} with {area:.1f} mm² in all"


def _remedy(thickness_mm: float, limit_mm: float, height_mm: float) -> str:
    missing = math.ceil(100.0 * (limit_mm - thickness_mm)) / 100.0
    thicken = f"thicken by {missing:.2f} mm"
    if thickness_mm <= 0.0:
        return thicken
    return f"prints at ≥ {math.ceil(height_mm * limit_mm / thickness_mm)} mm tall, or {thicken}"
