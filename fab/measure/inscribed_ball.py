"""The largest ball inside a solid that touches its surface at a point and is held by a wall opposite: compiled.

Shrinking ball (Ma, Bae and Choi, "3D medial axis point approximation using nearest neighbors and the normal field",
The Visual Computer 2012; as wall thickness: Inui, Umezu and Shimane, Computer-Aided Design & Applications 2016).
Balls that touch the surface at one point are nested, so one walk over the tree with a shrinking ball is exact.
Contacts are with triangles, not with their vertices, so the mesh may be as coarse as it likes.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.boxtree import STACK
from fab.measure.faced_tree import FacedTree, open_children, open_top

CONVERGED = 1e-5
ROUNDS = 24


@njit(cache=True, nogil=True)
def shrink_balls(
    points: NDArray[np.float64],
    normals: NDArray[np.float64],
    radii: NDArray[np.float64],
    contacts: NDArray[np.int64],
    tree: FacedTree,
    least_opposition: float,
) -> None:
    """Shrink `radii` (q,) in place to the largest balls touching `points` (q, 3) from inside, outward `normals` (q, 3).

    `contacts` (q,) is set to the triangle, in the tree's order, that a ball ends up touching, where one stopped it. A
    contact counts as a wall when it opposes the point: the sine of half the angle, seen from the ball's centre, is at
    least `least_opposition`, and so is that between the normals; a corner of a triangle whose surface goes on nearer to
    the point is no contact.
    """
    levels, nodes = np.empty(STACK, np.int64), np.empty(STACK, np.int64)
    most_facing = 1.0 - 2.0 * least_opposition**2
    last_contact = -1
    for i in range(len(points)):
        p, n, radius = points[i], normals[i], radii[i]
        if last_contact >= 0:  # neighbours along the curve often touch the same triangle: a small ball from the start
            smaller = _touch(p, n, radius, tree.triangles[last_contact], tree.normals[last_contact], least_opposition)
            if smaller < radius:
                radius, contacts[i] = smaller, last_contact
        open_nodes = open_top(tree, levels, nodes)
        while open_nodes:
            open_nodes -= 1
            level, node = levels[open_nodes], nodes[open_nodes]
            box = tree.boxes[tree.starts[level] + node]
            if not (_ball_meets_box(p, n, radius, box) and _cone_meets_box(p, n, least_opposition, box)):
                continue
            if level > 0:
                open_nodes = open_children(tree, level, node, n, most_facing, levels, nodes, open_nodes)
                continue
            smaller = _touch(p, n, radius, tree.triangles[node], tree.normals[node], least_opposition)
            if smaller < radius:
                radius, contacts[i] = smaller, node
        radii[i] = radius
        last_contact = contacts[i]


@njit(cache=True, nogil=True, inline="always")
def _cone_meets_box(p, n, least_opposition, box):  # type: ignore[no-untyped-def]
    """Whether walls that oppose p may lie in the box: they lie in a cone round the way in (tested with its sphere)."""
    along, apart, size = 0.0, 0.0, 0.0
    for axis in range(3):
        way = 0.5 * (box[axis] + box[axis + 3]) - p[axis]
        along -= way * n[axis]
        apart += way * way
        size += (box[axis + 3] - box[axis]) ** 2
    aside = math.sqrt(max(apart - along * along, 0.0))
    return aside * least_opposition - along * math.sqrt(1.0 - least_opposition**2) <= 0.5 * math.sqrt(size)


@njit(cache=True, nogil=True, inline="always")
def _ball_meets_box(p, n, radius, box):  # type: ignore[no-untyped-def]
    gap = 0.0
    for axis in range(3):
        centre = p[axis] - radius * n[axis]
        if centre < box[axis]:
            gap += (box[axis] - centre) ** 2
        elif centre > box[axis + 3]:
            gap += (centre - box[axis + 3]) ** 2
    return gap < radius * radius


@njit(cache=True, nogil=True)
def _touch(p, n, radius, triangle, m, least_opposition):  # type: ignore[no-untyped-def]
    """Return the radius after this triangle: the same, or smaller if it is a wall inside the ball."""
    facing = n[0] * m[0] + n[1] * m[1] + n[2] * m[2]
    if facing > 1.0 - 2.0 * least_opposition**2:
        return radius
    a = triangle[0]
    beyond = m[0] * (a[0] - p[0]) + m[1] * (a[1] - p[1]) + m[2] * (a[2] - p[2])
    if beyond <= 0.0 or beyond / (1.0 - facing) >= radius:  # the plane of the triangle bounds its ball from below
        return radius
    smaller = radius
    opposition = 0.0
    for _ in range(ROUNDS):
        cx, cy, cz = p[0] - smaller * n[0], p[1] - smaller * n[1], p[2] - smaller * n[2]
        x, y, z = _closest_point(cx, cy, cz, triangle)
        if (x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2 >= (smaller * (1.0 - CONVERGED)) ** 2:
            break
        dx, dy, dz = p[0] - x, p[1] - y, p[2] - z
        depth = dx * n[0] + dy * n[1] + dz * n[2]
        apart = dx * dx + dy * dy + dz * dz
        if depth <= 0.0:
            return radius
        smaller = apart / (2.0 * depth)
        opposition = depth / math.sqrt(apart)
    return smaller if opposition >= least_opposition else radius


@njit(cache=True, nogil=True)
def _closest_point(px, py, pz, triangle):  # type: ignore[no-untyped-def]
    """Return the point of the triangle closest to p (Ericson, Real-Time Collision Detection, 5.1.5)."""
    ax, ay, az = triangle[0, 0], triangle[0, 1], triangle[0, 2]
    abx, aby, abz = triangle[1, 0] - ax, triangle[1, 1] - ay, triangle[1, 2] - az
    acx, acy, acz = triangle[2, 0] - ax, triangle[2, 1] - ay, triangle[2, 2] - az
    apx, apy, apz = px - ax, py - ay, pz - az
    d1 = abx * apx + aby * apy + abz * apz
    d2 = acx * apx + acy * apy + acz * apz
    if d1 <= 0.0 and d2 <= 0.0:
        return ax, ay, az
    ab, ac, mixed = (
        abx * abx + aby * aby + abz * abz,
        acx * acx + acy * acy + acz * acz,
        abx * acx + aby * acy + abz * acz,
    )
    d3, d4 = d1 - ab, d2 - mixed
    if d3 >= 0.0 and d4 <= d3:
        return triangle[1, 0], triangle[1, 1], triangle[1, 2]
    vc = d1 * d4 - d3 * d2
    if vc <= 0.0 and d1 >= 0.0 and d3 <= 0.0:
        v, w = d1 / (d1 - d3), 0.0
        return ax + v * abx, ay + v * aby, az + v * abz
    d5, d6 = d1 - mixed, d2 - ac
    if d6 >= 0.0 and d5 <= d6:
        return triangle[2, 0], triangle[2, 1], triangle[2, 2]
    vb = d5 * d2 - d1 * d6
    if vb <= 0.0 and d2 >= 0.0 and d6 <= 0.0:
        w = d2 / (d2 - d6)
        return ax + w * acx, ay + w * acy, az + w * acz
    va = d3 * d6 - d5 * d4
    if va <= 0.0 and d4 - d3 >= 0.0 and d5 - d6 >= 0.0:
        w = (d4 - d3) / ((d4 - d3) + (d5 - d6))
        v = 1.0 - w
    else:
        whole = va + vb + vc
        v, w = vb / whole, vc / whole
    return ax + v * abx + w * acx, ay + v * aby + w * acy, az + v * abz + w * acz
