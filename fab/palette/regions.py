"""Which colour goes where: regions that can be printed, none narrower than a few lines, with smooth borders.

Each vertex has a cost for each colour, its difference from the colour that is wanted there. Regions are the cheapest
that discs of the least width can fill. What is lost so and stands out (an eye, an outline) is put back, widened until
it can be printed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fab.palette.canvas import Canvas
from fab.palette.details import WORTH, restore_details
from fab.palette.diffusion import Diffusion
from fab.palette.discs import FIRM_PRICES, Discs, discs_of, widened
from fab.palette.reach import distances_to, neighbours_of

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

FINE_SPREAD = 0.15
"""How far costs are spread before the cheapest colour is wanted, in least widths: single odd points are forgotten."""
SPREAD = 0.3
"""How far they are spread where what is too narrow is shared out."""
BORDER_SPREAD = 0.175
"""How far the regions themselves are spread, twice over, to make their borders smooth, in least widths."""
CORNER = 1.35
"""A point belongs to a wide place when the middle of a disc of the least width is no farther off than so many of its
radii: 1 along a straight border, 1.41 in the corner of a square."""
PULLS = (5.0, 10.0, 20.0, 40.0)
"""CIEDE2000 that a region may be worse than another for each least width by which it is nearer to a narrow place that
they share out: the first sharing goes by colour, the last by distance."""
_FINISHES = 3


@dataclass(frozen=True, eq=False)
class Ground:
    """A canvas with all that is asked of it again and again; `width_mm` is the least width of a region, `spacing` (n,)
    the mean length of the edges at each vertex, `discs` those of the least width."""

    canvas: Canvas
    graph: tuple[Indices, Indices]
    diffusion: Diffusion
    width_mm: float
    spacing: Points
    discs: Discs

    @classmethod
    def of(cls, canvas: Canvas, width_mm: float) -> Ground:
        """Return the ground of a canvas."""
        count, ends = len(canvas.vertices), canvas.edges.T.reshape(-1)
        lengths = np.linalg.norm(np.diff(canvas.vertices[canvas.edges], axis=1)[:, 0], axis=1)
        spacing = np.bincount(ends, np.tile(lengths, 2), count) / np.maximum(np.bincount(ends, minlength=count), 1)
        graph = neighbours_of(canvas.edges, count)
        discs = discs_of(canvas.vertices, graph, spacing, width_mm, CORNER)
        return cls(canvas, graph, Diffusion(canvas), width_mm, spacing, discs)


def find_regions(ground: Ground, cost: Points) -> Points:
    """Return (n, k) shares in 0..1 of each colour at each vertex; the largest is the vertex's, ties are its border.

    `cost` (n, k) is what each colour would cost at each vertex.
    """
    wide = ground.diffusion.spread(cost, SPREAD * ground.width_mm)
    area = ground.canvas.area
    wanted = ground.diffusion.spread(cost, FINE_SPREAD * ground.width_mm).argmin(axis=1)
    slots = share_out_thin(ground, widened(ground.discs, wanted, cost, area), wide)
    detailed = restore_details(ground, cost, slots)
    rows = np.arange(len(slots))
    weight = area * np.where(cost[rows, detailed] < cost[rows, slots], WORTH, 1.0)
    slots = share_out_thin(ground, widened(ground.discs, detailed, cost, weight, FIRM_PRICES), wide)
    shares = _smoothed(ground, slots, cost.shape[1])
    for _ in range(_FINISHES):
        smooth = shares.argmax(axis=1).astype(np.int64)
        slots = share_out_thin(ground, smooth, wide)
        if np.array_equal(slots, smooth):
            break
        shares = _smoothed(ground, slots, cost.shape[1])
    return shares


def _smoothed(ground: Ground, slots: Indices, count: int) -> Points:
    """Return (n, k) shares whose borders run smooth."""
    once = ground.diffusion.spread(np.eye(count)[slots], BORDER_SPREAD * ground.width_mm)
    return ground.diffusion.spread(once, BORDER_SPREAD * ground.width_mm)


def find_thin(ground: Ground, slots: Indices) -> NDArray[np.bool_]:
    """Return (n,) which vertices lie where their region is too narrow: no disc of the least width there fits in it."""
    radius = ground.width_mm / 2
    vertices, edges = ground.canvas.vertices, ground.canvas.edges
    border = edges[slots[edges[:, 0]] != slots[edges[:, 1]]]
    middles = vertices[border].mean(axis=1)
    inward, _ = distances_to(
        vertices, ground.graph, border.T.reshape(-1), np.concatenate([middles, middles]), radius, slots
    )
    core = np.isinf(inward)
    rim = edges[core[edges[:, 0]] != core[edges[:, 1]]].reshape(-1)
    seeds = np.unique(rim[core[rim]])
    farthest = CORNER * radius + ground.spacing
    outward, _ = distances_to(vertices, ground.graph, seeds, vertices[seeds], float(farthest.max()), slots)
    return np.asarray(~core & (outward > farthest))


def share_out_thin(ground: Ground, slots: Indices, cost: Points) -> Indices:
    """Return the slots (n,) with what is too narrow given to the wide regions around it, by `cost` and distance."""
    for pull in PULLS:
        thin = find_thin(ground, slots)
        if not thin.any() or thin.all():
            break
        slots = _shared_out(ground, slots, thin, cost, pull)
    return slots


def _shared_out(ground: Ground, slots: Indices, thin: NDArray[np.bool_], cost: Points, pull: float) -> Indices:
    vertices, edges = ground.canvas.vertices, ground.canvas.edges
    shore = np.concatenate([edges, edges[:, ::-1]])
    shore = shore[thin[shore[:, 0]] & ~thin[shore[:, 1]]]
    within = thin.astype(np.int64)
    rows = np.flatnonzero(thin)
    chosen, least = slots.copy(), np.full(len(slots), np.inf)
    for colour in range(cost.shape[1]):
        mine = shore[slots[shore[:, 1]] == colour]
        far, _ = distances_to(vertices, ground.graph, mine[:, 0], vertices[mine[:, 1]], np.inf, within)
        price = cost[rows, colour] + pull * far[rows] / ground.width_mm
        better = price < least[rows]
        least[rows[better]], chosen[rows[better]] = price[better], colour
    return chosen
