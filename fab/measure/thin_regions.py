"""Thin regions: what is thinner than a limit and sticks out from what is not, told from the sharp edge of a thick body.

Every convex edge, however solid, has a strip beside it that is thin: a wedge of 12° is thinner than t for 4.8 t on each
side, and a print only rounds it. A wall or a rod is thin further in, and evenly so. How far thin surface reaches from
thick surface is measured along the surface; the rim of a wall, which no side opposes, counts as part of the wall, and
so do beads on it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from fab.measure.beads import find_beads
from fab.measure.form import Form, form_of
from fab.measure.regions import groups, ring_graph
from fab.measure.walls import Walls

Vectors = NDArray[np.float64]
Scalars = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]

DEPTH = 2.5
"""How far a wall or rod must stick out, in multiples of the limit."""

EDGE_DEPTH = 5.0
"""How far something that tapers to nothing must stick out: edges of 12° and more are passed. What is even and sticks
out no further is small: a detail, whose loss spares the part."""

BLADE_DEPTH = 15.0
"""How far it must stick out to be no edge any more but a blade: edges of 4° and more are edges."""

LEAST_AREA = 4.0
"""How large a region must be, in multiples of the limit squared."""

RIM_REACH = 0.62
"""How deep below a rim, in multiples of the limit, the middle of the wall is looked for, and how near it must be."""

OPEN = 1.4
"""Nothing opposes a rim within so many times the limit."""

EDGE_SLOPE = 2.0 * math.tan(math.radians(6.0))
"""By how much an edge of 12° grows thicker per mm inward. What thins out to nothing faster than that is passed."""

TAPERED = 0.45
"""What has a fifth of its depth below this share of the thickness at four fifths of it thins out to nothing."""

RESOLVED = 2.0
"""What reaches no further than so many samples is not told from noise."""

LEVELS = 12
ENDLESS_MM = 1e9


@dataclass(frozen=True, eq=False)
class ThinRegion:
    """One thin part of a surface: its `faces`, `area_mm2` on all sides, and a point on the surface in its middle.

    `depth_mm` is how far it reaches from thick surface, infinite when the whole body is thin. `thickness_mm` is its
    median thickness. Scaled until `clears_at_mm` becomes the limit, it passes; 0 for an edge, which is as sharp at any
    size. `is_edge` tells what thins out to nothing, a sharp edge or a point, from what is thin throughout, `form` a rod
    from a wall.
    """

    faces: Indices
    area_mm2: float
    depth_mm: float
    thickness_mm: float
    clears_at_mm: float
    is_edge: bool
    form: Form
    point_mm: tuple[float, float, float]


def find_thin_regions(walls: Walls, limit_mm: float) -> list[ThinRegion]:
    """Return the regions of `walls` that are thinner than `limit_mm`, thinnest first, edges last.

    The two sides of one wall are one region, and so is a rod with beads on it: the middle of a wall whose rim alone is
    thin is no bead. Walls must be measured up to `OPEN` × the limit at least.
    """
    thin = walls.thickness.wall_mm < limit_mm
    if not thin.any():
        return []
    rims = _rims(walls, thin, limit_mm)
    regions = _regions(walls, thin, rims, np.zeros_like(thin), limit_mm)
    beads = find_beads(walls.surface.faces, thin | rims, walls.area_mm2, walls.opposed_mm, limit_mm)
    if beads.any():
        rods = [region for region in _regions(walls, thin, rims, beads, limit_mm) if region.form.is_rod]
        regions = rods + _apart_from(rods, regions, len(thin))
    return sorted(regions, key=lambda region: (region.is_edge, region.thickness_mm, region.faces[0]))


def _apart_from(rods: list[ThinRegion], regions: list[ThinRegion], faces: int) -> list[ThinRegion]:
    """Return the regions that are no mere pieces of the rods."""
    in_rod = np.zeros(faces, bool)
    for rod in rods:
        in_rod[rod.faces] = True
    return [region for region in regions if in_rod[region.faces].mean() <= 0.5]


def _regions(walls: Walls, thin: Flags, rims: Flags, bridged: Flags, limit_mm: float) -> list[ThinRegion]:
    """Return the regions of what is thin; neither `rims` nor what is `bridged` parts them."""
    members = thin | rims | bridged
    graph = ring_graph(walls.surface.faces, walls.middles, members)
    reach = depth_of(members, graph)
    parts = _separate(walls, members, reach.depth_mm, graph, limit_mm)
    judged = (_judge(walls, faces[thin[faces]], faces, rims, reach, graph, limit_mm) for faces in parts)
    return [region for region in judged if region is not None]


def _rims(walls: Walls, thin: Flags, limit_mm: float) -> Flags:
    """Return the (m,) faces that close a thin wall off: no side opposes them, and straight below lies its middle."""
    reach_mm = RIM_REACH * max(limit_mm, walls.sample_mm)
    tree = cKDTree(walls.centres[thin])
    candidates = np.flatnonzero(walls.thickness.wall_mm >= OPEN * limit_mm)
    below = walls.middles[candidates] - reach_mm * walls.normals[candidates]
    away_mm, _ = tree.query(below, distance_upper_bound=reach_mm)
    rims = np.zeros(len(thin), bool)
    rims[candidates[np.isfinite(away_mm)]] = True
    return rims


@dataclass(frozen=True, eq=False)
class Reach:
    """How far each face is from what is thick: `depth_mm` (m,) along the surface, and `root` (m,) the thick face there.

    Infinite and -1 where nothing thick is near; 0 and -1 for what is thick itself.
    """

    depth_mm: Scalars
    root: Indices


def depth_of(thin: Flags, graph: csr_array) -> Reach:
    """Return how far each `thin` (m,) face is from one that is not, over the face graph."""
    border = np.flatnonzero(~thin & (graph @ thin.astype(np.float64) > 0.0))
    root = np.full(len(thin), -1)
    if len(border) == 0:
        return Reach(np.where(thin, np.inf, 0.0), root)
    near = np.union1d(border, np.flatnonzero(thin))
    depth = np.zeros(len(thin))
    seeds = np.searchsorted(near, border)
    depth[near], _, source = dijkstra(
        graph[near][:, near], directed=False, indices=seeds, min_only=True, return_predecessors=True
    )
    root[near] = np.where(source >= 0, near[np.maximum(source, 0)], -1)
    root[~thin] = -1
    return Reach(depth, root)


def _separate(walls: Walls, members: Flags, depth_mm: Scalars, graph: csr_array, limit_mm: float) -> list[Indices]:
    """Return the faces of each part that sticks out far enough, without the strips along edges that lead there.

    What is half as deep as counts is parted into connected pieces; each takes along the faces nearest to it.
    """
    needed_mm = max(DEPTH * limit_mm, RESOLVED * walls.sample_mm)
    inner = np.flatnonzero(members & (depth_mm >= needed_mm / 2.0))
    links = graph[inner][:, inner] + _links(walls.thickness.opposite, inner)
    count, label = connected_components(links, directed=False)
    deepest = np.zeros(count)
    np.maximum.at(deepest, label, depth_mm[inner])
    counts = deepest >= needed_mm
    if not counts.any():
        return []
    owner = np.full(len(members), -1)
    owner[inner[counts[label]]] = label[counts[label]]
    _grow(owner, members, graph, needed_mm * 0.75)
    owned = np.flatnonzero(owner >= 0)
    return groups(owned, owner[owned])


def _grow(owner: Indices, members: Flags, graph: csr_array, within_mm: float) -> None:
    """Give members near an owned face to the same owner."""
    free = np.flatnonzero(members | (owner >= 0))
    seeds = np.flatnonzero(owner[free] >= 0)
    _, _, source = dijkstra(
        graph[free][:, free],
        directed=False,
        indices=seeds,
        min_only=True,
        limit=within_mm,
        return_predecessors=True,
    )
    reached = source >= 0
    owner[free[reached]] = owner[free[source[reached]]]


def _links(opposite: Indices, chosen: Indices) -> csr_array:
    """Return the (k, k) graph of which chosen face is held by which across a wall."""
    place = np.full(len(opposite), -1)
    place[chosen] = np.arange(len(chosen))
    across = np.where(opposite[chosen] >= 0, place[opposite[chosen]], -1)
    held = np.flatnonzero(across >= 0)
    return coo_array((np.ones(len(held)), (held, across[held])), (len(chosen), len(chosen))).tocsr()


def _judge(
    walls: Walls, thin: Indices, faces: Indices, rims: Flags, reach: Reach, graph: csr_array, limit_mm: float
) -> ThinRegion | None:
    """Return the region, or None where it is too small, no more than an edge, or more beads than thin."""
    area = walls.area_mm2[thin]
    if area.sum() < LEAST_AREA * limit_mm**2:
        return None
    depth_mm = float(reach.depth_mm[faces].max())
    form = form_of(walls, thin, faces, graph, reach.depth_mm, reach.root)
    profile = _Profile(walls, faces, rims, graph, limit_mm, beaded=form.is_rod)
    if not profile.counts(limit_mm):
        return None
    tapers = profile.tapers()
    weight = np.maximum(area, 1e-12)
    centre = weight @ walls.middles[thin] / weight.sum()
    point = walls.middles[thin[np.linalg.norm(walls.middles[thin] - centre, axis=1).argmin()]]
    return ThinRegion(
        faces=thin,
        area_mm2=float(walls.area_mm2[faces].sum()),
        depth_mm=depth_mm,
        thickness_mm=_median(walls.thickness.wall_mm[thin], weight),
        clears_at_mm=0.0 if tapers and not form.is_rod else profile.clears_at_mm(),
        is_edge=tapers and depth_mm < BLADE_DEPTH * limit_mm,
        form=form,
        point_mm=(float(point[0]), float(point[1]), float(point[2])),
    )


def _median(values: Scalars, weight: Scalars) -> float:
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weight[order])
    return float(values[order[np.searchsorted(share, share[-1] / 2.0)]])


class _Profile:
    """How far a region reaches among what is thinner than this or that, as its limit is lowered."""

    def __init__(
        self, walls: Walls, faces: Indices, rims: Flags, graph: csr_array, limit_mm: float, *, beaded: bool
    ) -> None:
        near = np.union1d(faces, graph[faces].indices)
        self.graph = graph[near][:, near]
        self.wall_mm = walls.thickness.wall_mm[near]
        self.inside = np.isin(near, faces, assume_unique=True)
        self.rim = self.inside & rims[near]
        self.corners = np.unique(walls.surface.faces[near], return_inverse=True)[1].reshape(-1, 3)
        self.area_mm2 = np.where(self.inside, walls.area_mm2[near], np.inf)
        self.opposed_mm = walls.opposed_mm[near]
        self.beaded = beaded
        self.finest_mm = RESOLVED * walls.sample_mm
        self.limits_mm = np.linspace(0.0, limit_mm, LEVELS + 1)
        self.depths_mm = np.maximum.accumulate([self.depth_mm(limit) for limit in self.limits_mm])

    def depth_mm(self, limit_mm: float) -> float:
        """Return how deep the region is when only what is thinner than `limit_mm` counts as thin; 0 if mostly beads."""
        thin = self.inside & (self.wall_mm < limit_mm)
        members = thin | self.rim
        if self.beaded:
            beads = find_beads(self.corners, members, self.area_mm2, self.opposed_mm, limit_mm)
            if self.area_mm2[beads].sum() >= self.area_mm2[thin].sum():
                return 0.0
            members |= beads
        return min(float(depth_of(members, self.graph).depth_mm[thin].max(initial=0.0)), ENDLESS_MM)

    def growth_mm(self, depth_mm: float) -> tuple[float, float]:
        """Return how thick the region is where it has a fifth, and four fifths, of `depth_mm`."""
        low, high = np.interp([0.2 * depth_mm, 0.8 * depth_mm], self.depths_mm, self.limits_mm)
        return float(low), float(high)

    def tapers(self) -> bool:
        """Whether the region thins out to nothing, as a wedge or a cone does."""
        low_mm, high_mm = self.growth_mm(self.depths_mm[-1])
        return low_mm < TAPERED * high_mm

    def counts(self, limit_mm: float) -> bool:
        """Whether anything of the region would be found at this limit."""
        depth_mm = self.depth_mm(limit_mm)
        if depth_mm < max(DEPTH * limit_mm, self.finest_mm):
            return False
        low_mm, high_mm = self.growth_mm(depth_mm)
        return low_mm >= TAPERED * high_mm or high_mm - low_mm < EDGE_SLOPE * 0.6 * depth_mm

    def clears_at_mm(self) -> float:
        """Return the limit, to within 1%, at which nothing of the region is found any more."""
        low, high = 0.0, float(self.limits_mm[-1])
        while high - low > 0.01 * self.limits_mm[-1]:
            middle = (low + high) / 2.0
            low, high = (low, middle) if self.counts(middle) else (middle, high)
        return low
