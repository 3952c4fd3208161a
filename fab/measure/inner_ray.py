"""The way straight in from points of a surface to the other side, no further than a cap: compiled.

Embree answers rays of any length; for short ones, building its tree and asking it takes twice as long as this walk over
the tree that the inscribed balls need anyway.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.boxtree import STACK
from fab.measure.faced_tree import FacedTree, open_children, open_top

SLACK_MM = 1e-6
"""By so much boxes are widened: a ray along a side of one meets it."""

PARALLEL = 1e-12

ON_EDGE = 1e-9
"""A point outside an edge by this share of the squared lengths is on it: a ray along a seam slips through no crack."""


@njit(cache=True, nogil=True)
def cast_inward(
    points: NDArray[np.float64],
    normals: NDArray[np.float64],
    ways: NDArray[np.float64],
    exits: NDArray[np.int64],
    tree: FacedTree,
) -> None:
    """Shorten `ways` (q,) in mm, the cap, to the first face that looks the way the ray goes, which `exits` (q,) names.

    Rays go from `points` (q, 3) against their outward unit `normals` (q, 3); faces are those of the tree, in its order.
    """
    levels, nodes = np.empty(STACK, np.int64), np.empty(STACK, np.int64)
    per_axis = np.empty(3)
    for i in range(len(points)):
        p, n, way = points[i], normals[i], ways[i]
        for axis in range(3):
            per_axis[axis] = -1.0 / (n[axis] if abs(n[axis]) > PARALLEL else PARALLEL)
        open_nodes = open_top(tree, levels, nodes)
        while open_nodes:
            open_nodes -= 1
            level, node = levels[open_nodes], nodes[open_nodes]
            if not _ray_meets_box(p, per_axis, way, tree.boxes[tree.starts[level] + node]):
                continue
            if level > 0:
                open_nodes = open_children(tree, level, node, n, 0.0, levels, nodes, open_nodes)
                continue
            there = _way_to(p, n, tree.triangles[node], tree.normals[node])
            if there < way:
                way, exits[i] = there, node
        ways[i] = way


@njit(cache=True, nogil=True, inline="always")
def _ray_meets_box(p, per_axis, way, box):  # type: ignore[no-untyped-def]
    near, far = 0.0, way
    for axis in range(3):
        one = (box[axis] - SLACK_MM - p[axis]) * per_axis[axis]
        other = (box[axis + 3] + SLACK_MM - p[axis]) * per_axis[axis]
        near, far = max(near, min(one, other)), min(far, max(one, other))
    return near <= far


@njit(cache=True, nogil=True)
def _way_to(p, n, triangle, m):  # type: ignore[no-untyped-def]
    """Return the way from p against n to the triangle of normal m; infinite where the ray does not leave there."""
    leaving = -(n[0] * m[0] + n[1] * m[1] + n[2] * m[2])
    if leaving <= 0.0:
        return np.inf
    a = triangle[0]
    way = (m[0] * (a[0] - p[0]) + m[1] * (a[1] - p[1]) + m[2] * (a[2] - p[2])) / leaving
    if way <= 0.0:
        return np.inf
    x, y, z = p[0] - way * n[0], p[1] - way * n[1], p[2] - way * n[2]
    for corner in range(3):
        a, b = triangle[corner], triangle[(corner + 1) % 3]
        ex, ey, ez = b[0] - a[0], b[1] - a[1], b[2] - a[2]
        qx, qy, qz = x - a[0], y - a[1], z - a[2]
        aside = m[0] * (ey * qz - ez * qy) + m[1] * (ez * qx - ex * qz) + m[2] * (ex * qy - ey * qx)
        if aside < -ON_EDGE * (ex * ex + ey * ey + ez * ez + qx * qx + qy * qy + qz * qz):
            return np.inf
    return way
