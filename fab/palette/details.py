"""Small things that stand out and that wide regions would swallow, put back as wide as can be printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fab.palette.reach import connected_pieces, distances_to

if TYPE_CHECKING:
    from fab.palette.regions import Ground

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

NOTICED = 12.0
"""CIEDE2000 by which a detail is nearer to its own colour than to the one around it, to be looked at."""
STRIKING = 30.0
"""CIEDE2000 from which a detail may cost `WORTH` times more around it than it puts right."""
WORTH = 4.0
LEAST_AREA = 0.06
"""Area below which a detail is a speck, in squares of the least width."""
BUDGET, BUDGET_SHARE = 0.1, 0.03
"""What widened details may add to the mean CIEDE2000 of the part: so much, and this share of itself."""
WIDENED = 1.3
"""Half the width that a detail is given, in halves of the least width: smoothing its border takes some away."""
LEAST_BUDGET = 300.0
"""What they may add in any case, in CIEDE2000 times squares of the least width: two eyes on a small head."""
_FINE = 0.1  # how far costs are spread to see details, in least widths


def restore_details(ground: Ground, cost: Points, slots: Indices) -> Indices:
    """Return the slots (n,) with the details of `cost` (n, k) that they lost, each as wide as the least width."""
    canvas = ground.canvas
    fine = ground.diffusion.spread(cost, _FINE * ground.width_mm).argmin(axis=1).astype(np.int64)
    rows = np.arange(len(slots))
    gain = cost[rows, slots] - cost[rows, fine]
    lost = (fine != slots) & (gain > NOTICED) & (canvas.area > 0)
    count, piece = connected_pieces(canvas.edges, np.where(lost, fine, -1))
    if count == 0:
        return slots
    mine = piece >= 0
    area = np.bincount(piece[mine], canvas.area[mine], count)
    won = np.bincount(piece[mine], (canvas.area * gain)[mine], count).astype(np.float64)
    colour = np.zeros(count, np.int64)
    colour[piece[mine]] = fine[mine]
    grown, owner = _widened(ground, np.where(mine, fine, slots), piece, count)
    ring = grown & ~mine
    paid = np.zeros(count)
    extra = cost[rows[ring], colour[owner[ring]]] - cost[rows[ring], slots[ring]]
    np.add.at(paid, owner[ring], canvas.area[ring] * extra)
    budget = BUDGET_SHARE * float(canvas.area @ cost[rows, slots]) + BUDGET * float(canvas.area.sum())
    budget = max(budget, LEAST_BUDGET * ground.width_mm**2)
    kept = _worthwhile(area / ground.width_mm**2, won, paid, won / np.maximum(area, 1e-12), budget)
    chosen = grown & kept[np.maximum(owner, 0)]
    return np.where(chosen, colour[np.maximum(owner, 0)], slots)


def _worthwhile(squares: Points, won: Points, paid: Points, contrast: Points, budget: float) -> NDArray[np.bool_]:
    """Return which details (count,) are worth what widening them costs around them, the best first."""
    limit = np.where(contrast >= STRIKING, WORTH, 1.0)
    candidates = (squares >= LEAST_AREA) & (paid <= limit * won)
    order = np.argsort(-(won - paid / limit), kind="stable")
    spent = np.cumsum(np.where(candidates, np.maximum(paid - won, 0.0), 0.0)[order])
    affordable = np.empty(len(won), np.bool_)
    affordable[order] = spent <= budget
    return np.asarray(candidates & affordable)


def _widened(ground: Ground, slots: Indices, piece: Indices, count: int) -> tuple[NDArray[np.bool_], Indices]:
    """Return (n,) which vertices pieces cover once each is as wide as the least width, and (n,) which piece it is."""
    canvas, edges = ground.canvas, ground.canvas.edges
    radius = ground.width_mm / 2
    border = edges[slots[edges[:, 0]] != slots[edges[:, 1]]]
    middles = canvas.vertices[border].mean(axis=1)
    inward, _ = distances_to(
        canvas.vertices, ground.graph, border.T.reshape(-1), np.concatenate([middles, middles]), radius, slots
    )
    inside = np.flatnonzero(piece >= 0)
    depth = np.zeros(count)
    np.maximum.at(depth, piece[inside], np.minimum(inward[inside], radius))
    missing = np.maximum(WIDENED * radius - depth, 0.0)
    beyond, nearest = distances_to(
        canvas.vertices, ground.graph, inside, canvas.vertices[inside], float(missing.max(initial=0.0))
    )
    owner = np.where(nearest >= 0, piece[inside[np.maximum(nearest, 0)]], -1)
    return np.asarray((owner >= 0) & (beyond <= missing[np.maximum(owner, 0)])), owner
