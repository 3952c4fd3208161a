"""Check `wall-thickness`: where the part is thinner than the printer can form, or than it should be."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from fab.checks.context import Context
from fab.findings import Finding, Severity
from fab.measure.refine import Refined, refine
from fab.measure.regions import ThinRegion, face_graph, find_thin_regions
from fab.measure.thickness import measure_thickness
from fab.solid import Solid
from printers.profile import Printer

NAME = "wall-thickness"

MOST_FINDINGS = 5
MOST_SCALE = 10.0
"""A larger print than this many times is no remedy."""

SAMPLE_MM = 1.0
"""Faces are cut up to this size before they are measured."""


class Walls:
    """The walls of a solid, measured once up to `cap_mm`: thin regions for any limit below that."""

    def __init__(self, solid: Solid, cap_mm: float) -> None:
        self.surface = refine(solid.vertices, solid.faces, SAMPLE_MM)
        vertices, faces = self.surface.vertices, self.surface.faces
        self.thickness = measure_thickness(vertices, faces, cap_mm=cap_mm)
        self._graph = face_graph(vertices, faces, vertices[faces].mean(axis=1))
        self._known: dict[float, list[ThinRegion]] = {}

    def below(self, limit_mm: float) -> list[ThinRegion]:
        """Return the regions that are thinner than `limit_mm`, thinnest first."""
        if limit_mm not in self._known:
            vertices, faces = self.surface.vertices, self.surface.faces
            self._known[limit_mm] = find_thin_regions(vertices, faces, self.thickness, limit_mm, self._graph)
        return self._known[limit_mm]


def check_wall_thickness(solid: Solid, printer: Printer, context: Context) -> Iterator[Finding]:
    """Yield what is below the floor, what is below the recommended wall, or `wall-thick` when neither is found.

    `wall-too-thin` is a wall or rod that cannot form, `thin-edge` an edge that is lost further in than edges are,
    `wall-thin` one that forms and is weak.
    """
    yield from judge_walls(solid, printer, Walls(solid, 4.0 * printer.rules.wall_supported_mm.recommended))


def judge_walls(solid: Solid, printer: Printer, walls: Walls) -> Iterator[Finding]:
    """Yield what `check_wall_thickness` does, of walls that are measured already."""
    rule, surface = printer.rules.wall_supported_mm, walls.surface
    below = walls.below(rule.floor)
    weak = walls.below(rule.recommended) if rule.recommended > rule.floor else []
    weak = [region for region in _not_mostly_in(weak, below, surface) if not region.is_edge]
    broken, edges = [r for r in below if not r.is_edge], [r for r in below if r.is_edge]
    floor, good = _Limit(rule.floor, rule.floor_source), _Limit(rule.recommended, rule.recommended_source)
    yield from _findings(solid, surface, broken, floor, "wall-too-thin")
    yield from _findings(solid, surface, edges, floor, "thin-edge")
    yield from _findings(solid, surface, weak, good, "wall-thin")
    if not below and not weak:
        yield _thick(good)


class _Limit(NamedTuple):
    mm: float
    source: str


def _not_mostly_in(weak: list[ThinRegion], below: list[ThinRegion], surface: Refined) -> list[ThinRegion]:
    """Return the weak patches without those that are more than half below the floor: those are already told."""
    is_below = np.zeros(len(surface.faces), bool)
    for region in below:
        is_below[region.faces] = True
    return [region for region in weak if is_below[region.faces].mean() <= 0.5]


def _thick(good: _Limit) -> Finding:
    return Finding(
        check=NAME,
        code="wall-thick",
        severity=Severity.PASS,
        message=f"no wall is thinner than {good.mm:.2f} mm",
        limit=good.mm,
        limit_source=good.source,
        unit="mm",
    )


def _findings(
    solid: Solid, surface: Refined, regions: Sequence[ThinRegion], limit: _Limit, code: str
) -> Iterator[Finding]:
    rest = regions[MOST_FINDINGS:]
    for place, region in enumerate(regions[:MOST_FINDINGS], start=1):
        yield Finding(
            check=NAME,
            code=code,
            severity=Severity.FAIL if code == "wall-too-thin" else Severity.WARN,
            message=_sentence(region, limit) + (_rest(rest) if place == MOST_FINDINGS else ""),
            measured=region.thickness_mm,
            limit=limit.mm,
            limit_source=limit.source,
            unit="mm",
            point_mm=region.point_mm,
            faces=tuple(np.unique(surface.parents[region.faces]).tolist()),
            remedy=_remedy(region, limit.mm, solid.extents_mm[2]),
        )


def _sentence(region: ThinRegion, limit: _Limit) -> str:
    if region.is_edge:
        return f"edge thins out to nothing; its outer {region.depth_mm:.1f} mm are under {limit.mm:.2f} mm"
    return f"wall {region.thickness_mm:.2f} mm over {region.area_mm2:.1f} mm², under {limit.mm:.2f} mm"


def _rest(regions: Sequence[ThinRegion]) -> str:
    if not regions:
        return ""
    area = sum(region.area_mm2 for region in regions)
    return f"; and {len(regions)} more place{'s' if len(regions) != 1 else ''} with {area:.1f} mm² in all"


def _remedy(region: ThinRegion, limit_mm: float, height_mm: float) -> str:
    thicken = f"thicken by {math.ceil(100.0 * (limit_mm - region.thickness_mm)) / 100.0:.2f} mm"
    if region.clears_at_mm * MOST_SCALE < limit_mm:
        return thicken
    return f"prints at ≥ {math.ceil(height_mm * limit_mm / region.clears_at_mm)} mm tall, or {thicken}"
