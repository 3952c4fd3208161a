"""What the checks of thin walls, thin features and fine detail share: one measurement, and how a thin part is told."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from fab.checks.context import Context
from fab.findings import Finding, Severity
from fab.measure.thin_regions import EDGE_DEPTH, ThinRegion, find_thin_regions
from fab.measure.walls import measure_walls
from fab.solid import Solid
from printers.limits import Rules
from printers.profile import Printer

MOST_FINDINGS = 5
MOST_SCALE = 10.0
"""A larger print than this many times is no remedy."""

SMALL = "thin-detail"
"""Code of what cannot form and sticks out so little, or to a point, that its loss spares the part."""

ROD_STEPS = (0.5, 0.7, 1.0)
"""Shares of a limit at which rods are looked for."""

MARGIN = 1.5
"""Thickness is measured up to so many times the largest size that a printer recommends."""


class ThinParts:
    """The thin parts of a solid, measured once up to `cap_mm`: for any limit up to that over `MARGIN`.

    `walls` has the thickness itself, face by face and at the vertices. With `outside`, the thin parts of the air round
    the solid: its gaps.
    """

    def __init__(self, solid: Solid, cap_mm: float, *, outside: bool = False) -> None:
        faces = solid.faces[:, ::-1] if outside else solid.faces
        self.walls = measure_walls(solid.vertices, np.ascontiguousarray(faces), cap_mm)
        self._known: dict[float, list[ThinRegion]] = {}

    def below(self, limit_mm: float) -> list[ThinRegion]:
        """Return the regions that are thinner than `limit_mm`, thinnest first, edges last."""
        if limit_mm not in self._known:
            self._known[limit_mm] = find_thin_regions(self.walls, limit_mm)
        return self._known[limit_mm]

    @cached_property
    def bodies(self) -> NDArray[np.int32]:
        """Which connected body each vertex of the surface measured is of."""
        faces = self.walls.surface.faces
        a, b = faces[:, [0, 1]].ravel(), faces[:, [1, 2]].ravel()
        size = (int(faces.max()) + 1,) * 2
        return np.asarray(connected_components(coo_array((np.ones(len(a)), (a, b)), size), directed=False)[1])


def thin_parts_of(solid: Solid, printer: Printer, context: Context) -> ThinParts:
    """Return the thin parts of the solid as the printers need them measured; all checks share one measurement."""
    cap_mm = MARGIN * max(_thickest_mm(one.rules) for one in (printer, *context.printers))
    return context.once(("thin parts", cap_mm), lambda: ThinParts(solid, cap_mm))


def gaps_of(solid: Solid, printer: Printer, context: Context) -> ThinParts:
    """Return the gaps of the solid as the printers need them measured; all checks share one measurement."""
    cap_mm = MARGIN * max(_widest_mm(one.rules) for one in (printer, *context.printers))
    return context.once(("gaps", cap_mm), lambda: ThinParts(solid, cap_mm, outside=True))


def _thickest_mm(rules: Rules) -> float:
    walls = rules.wall_supported_mm.recommended, rules.wall_free_mm.recommended
    return max(*walls, rules.feature_mm.recommended, rules.emboss_mm.floor)


def _widest_mm(rules: Rules) -> float:
    return max(rules.clearance_mm.recommended, rules.engrave_mm.floor)


class Level(NamedTuple):
    """One limit, and what a part below it is called. `only_free` holds for free-standing parts alone."""

    code: str
    severity: Severity
    limit_mm: float
    source: str
    only_free: bool = False


class Told(NamedTuple):
    """A region and the level it falls under."""

    region: ThinRegion
    level: Level


def sort_by_level(parts: ThinParts, levels: Sequence[Level], *, rods: bool) -> list[Told]:
    """Return the rods, or what is no rod, each under the first level it falls under. Levels go from worst to mildest.

    A region that is for more than half told already is not told again.
    """
    is_told = np.zeros(len(parts.walls.surface.faces), bool)
    told = []
    for level in levels:
        for region in _below(parts, level.limit_mm, rods):
            if region.form.is_rod is not rods or _is_passed(region, level):
                continue
            if is_told[region.faces].mean() <= 0.5:
                told.append(Told(region, _spared(level) if _is_minor(region, level) else level))
            is_told[region.faces] = True
    return told


def _below(parts: ThinParts, limit_mm: float, rods: bool) -> Iterator[ThinRegion]:
    """Yield the regions below a limit; rods also below smaller ones, where they are apart from walls beside them."""
    for step in ROD_STEPS if rods else (1.0,):
        yield from parts.below(step * limit_mm)


def _is_minor(region: ThinRegion, level: Level) -> bool:
    return level.severity is Severity.FAIL and (region.is_edge or region.depth_mm < EDGE_DEPTH * level.limit_mm)


def _spared(level: Level) -> Level:
    return level._replace(code=SMALL, severity=Severity.WARN)


def _is_passed(region: ThinRegion, level: Level) -> bool:
    """Whether the level does not hold for the region: an edge is no wall; a pointed rod is a rod all the same."""
    return (region.is_edge and not region.form.is_rod) or (level.only_free and not region.form.is_free)


class Words(NamedTuple):
    """How a part is told: a sentence, why it matters, and what would help."""

    message: str
    why: str
    remedy: str


def findings_of(check: str, parts: ThinParts, told: Sequence[Told], words: Sequence[Words]) -> Iterator[Finding]:
    """Yield the findings on what is `told`, `MOST_FINDINGS` of each code, the last of which sums up the rest."""
    for code in dict.fromkeys(item.level.code for item in told):
        same = [i for i, item in enumerate(told) if item.level.code == code]
        for place, i in enumerate(same[:MOST_FINDINGS], start=1):
            (region, level), said = told[i], words[i]
            rest = [told[j].region for j in same[MOST_FINDINGS:]] if place == MOST_FINDINGS else []
            yield Finding(
                check=check,
                code=code,
                severity=level.severity,
                message=said.message + _rest(rest),
                measured=region.thickness_mm,
                limit=level.limit_mm,
                limit_source=level.source,
                unit="mm",
                point_mm=region.point_mm,
                faces=tuple(np.unique(parts.walls.surface.parents[region.faces]).tolist()),
                why=said.why,
                remedy=said.remedy,
            )


def _rest(regions: Sequence[ThinRegion]) -> str:
    if not regions:
        return ""
    area = sum(region.area_mm2 for region in regions)
    return f"; and {len(regions)} more place{'s' if len(regions) != 1 else ''} with {area:.1f} mm² in all"


def remedy_of(region: ThinRegion, limit_mm: float, height_mm: float) -> str:
    """Return at which height the region is thick enough, and by how much to thicken it as it is."""
    thicken = f"thicken by {math.ceil(100.0 * (limit_mm - region.thickness_mm)) / 100.0:.2f} mm"
    if region.clears_at_mm * MOST_SCALE < limit_mm:
        return thicken
    return f"prints at ≥ {math.ceil(height_mm * limit_mm / region.clears_at_mm)} mm tall, or {thicken}"
