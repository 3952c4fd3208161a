"""Regions too narrow to be printed, measured on the faces that a part is split into: given room, or given up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.gate import list_edges
from fab.palette.border import split_at_borders
from fab.palette.canvas import Canvas
from fab.palette.reach import connected_pieces

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

STEP, EXACT = 0.1, 0.01
"""How far apart points of borders are, and how well the width of a region is known, in least widths."""
NEARLY = 0.75
"""From how many least widths a region is given room; a narrower one is given up."""
PUSH = 2.5
"""By how much the share of a region's colour is raised for each least width that it lacks. A border smoothed over a
quarter of it moves about half as far on each side; the rest is for the next round."""
ROUNDS = 4


def give_room(canvas: Canvas, shares: Points, width_mm: float) -> Points:
    """Return the shares (n, k) with borders of regions that lack a little of the least width moved outward."""
    for _ in range(ROUNDS):
        slots = shares.argmax(axis=1)
        vertices, faces, owners = split_at_borders(canvas.vertices, canvas.faces, shares)
        count, region = connected_pieces(canvas.edges, slots)
        lacks = 1 - widest_discs(vertices, faces, region[owners], count, width_mm) / width_mm
        push = np.where((lacks > 0) & (lacks <= 1 - NEARLY), PUSH * (lacks + EXACT), 0.0)[region]
        if not push.any():
            break
        raised = np.zeros_like(shares)
        for a, b in (canvas.edges.T, canvas.edges.T[::-1]):
            np.maximum.at(raised, (b, slots[a]), push[a])
            np.maximum.at(raised, (a, slots[a]), push[a])
        shares = shares + raised
    return shares


def give_up_narrow(
    canvas: Canvas, vertices: Points, faces: Indices, owners: Indices, slots: Indices, cost: Points, width_mm: float
) -> Indices:
    """Return the slots (n,) of the canvas's vertices, those of regions too narrow changed to the best beside them.

    `vertices` and `faces` (m, 3) are split along the borders, face i is of the colour of vertex `owners[i]`.
    """
    while True:
        count, region = connected_pieces(canvas.edges, slots)
        lone = widest_discs(vertices, faces, region[owners], count, width_mm) < width_mm
        beside = canvas.edges[region[canvas.edges[:, 0]] != region[canvas.edges[:, 1]]]
        beside = np.concatenate([beside, beside[:, ::-1]])
        beside = beside[lone[region[beside[:, 0]]]]
        if len(beside) == 0:
            return slots
        loss = np.full((count, cost.shape[1]), np.inf)
        weighed = np.stack([np.bincount(region, canvas.area * column, count) for column in cost.T], axis=1)
        loss[region[beside[:, 0]], slots[beside[:, 1]]] = 0.0
        first = region[beside[:, 0]].min()  # one at a time: two that touch could take each other's colour
        slots = np.where(region == first, (loss[first] + weighed[first]).argmin(), slots)


def widest_discs(vertices: Points, faces: Indices, region: Indices, count: int, width_mm: float) -> Points:
    """Return for each of `count` regions the width in mm of the widest disc in it, infinite from `width_mm` on.

    `region` (m,) is that of each face. Distances from the region's border are straight.
    """
    from scipy.spatial import cKDTree

    edges = list_edges(faces)
    of_half = np.repeat(region, 3)
    low, high = np.full(len(edges.corners), count), np.full(len(edges.corners), -1)
    np.minimum.at(low, edges.of_half, of_half)
    np.maximum.at(high, edges.of_half, of_half)
    half = np.flatnonzero((low != high)[edges.of_half])
    found = np.full(count, np.inf)
    if len(half) == 0:
        return found
    border = _along(vertices[edges.corners[np.unique(edges.of_half[half])]], STEP * width_mm)
    middles = vertices[faces].mean(axis=1)
    near = np.isfinite(cKDTree(border).query(middles, distance_upper_bound=width_mm / 2)[0])
    doubtful = np.unique(of_half[half])
    doubtful = doubtful[np.bincount(region, ~near, count)[doubtful] == 0]
    for one in doubtful:
        ends = vertices[edges.corners[edges.of_half[half[of_half[half] == one]]]]
        found[one] = _widest_disc(vertices[faces[region == one]], _along(ends, STEP * width_mm), width_mm)
    return found


def _widest_disc(corners: Points, border: Points, width_mm: float) -> float:
    """Return the width of the widest disc with its middle on triangles (m, 3, 3), infinite from `width_mm` on.

    Triangles are quartered as long as a wider one could lie in them.
    """
    from scipy.spatial import cKDTree

    tree, widest = cKDTree(border), 0.0
    while len(corners):
        middles = corners.mean(axis=1)
        width = 2 * tree.query(middles)[0]
        widest = max(widest, float(width.max()))
        if widest >= width_mm:
            return np.inf
        beyond = 2 * np.linalg.norm(corners - middles[:, None], axis=2).max(axis=1)
        corners = _quartered(corners[width + beyond > widest + EXACT * width_mm])
    return widest


def _quartered(corners: Points) -> Points:
    """Return four triangles (4 m, 3, 3) for each."""
    a, b, c = corners.transpose(1, 0, 2)
    ab, bc, ca = (a + b) / 2, (b + c) / 2, (c + a) / 2
    return np.concatenate([np.stack(t, axis=1) for t in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))])


def _along(ends: Points, step: float) -> Points:
    """Return points on segments (s, 2, 3), no farther than `step` from each other."""
    pieces = np.ceil(np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1) / step).astype(np.int64) + 1
    row = np.repeat(np.arange(len(ends)), pieces)
    way = (np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / np.maximum(pieces[row] - 1, 1)
    return np.asarray(ends[row, 0] * (1 - way[:, None]) + ends[row, 1] * way[:, None])
