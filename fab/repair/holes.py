"""Holes: rims are closed by the triangulation of least area that lies in none of the other faces."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.repair.halfedges import find_loops, find_twins
from fab.repair.record import Limits, Mending, Surface

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_LARGEST_RIM = 600  # vertices; the triangulation takes the cube of it


def fill_holes(surface: Surface, limits: Limits) -> Mending:
    """Return the surface with every rim closed, and say how many holes were larger than `hole_mm`."""
    twins = find_twins(surface.faces)
    if (twins >= 0).all():
        return Mending(surface)
    loops = [loop for loop in find_loops(surface.faces, twins) if 3 <= len(loop) <= _LARGEST_RIM]
    links = Links.of(surface.faces)
    patches = [loop[triangulate_rim(surface.vertices[loop], links.among(loop))] for loop in loops]
    large = sum(_span(surface.vertices[loop]) > limits.hole_mm for loop in loops)
    if not patches:
        return Mending(surface)
    faces = np.concatenate([surface.faces, *patches])
    note = f"closed {len(patches)} holes" + (f", {large} of them over {limits.hole_mm:g} wide" if large else "")
    return Mending(Surface(surface.vertices, _new_only(faces, len(surface.faces))), note)


def _new_only(faces: Indices, old: int) -> Indices:
    """Return the faces without new ones two corners of which are one vertex."""
    three = (faces != np.roll(faces, 1, axis=1)).all(axis=1)
    three[:old] = True
    return faces[three]


def _span(points: Points) -> float:
    return float(np.ptp(points, axis=0).max())


class Links(NamedTuple):
    """Which vertices an edge joins already; a patch that used such an edge again would crowd it."""

    keys: Indices
    stride: int

    @classmethod
    def of(cls, faces: Indices) -> Links:
        """Return the links of all edges of `faces`."""
        start, end = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
        count = int(faces.max()) + 1
        return cls(np.unique(np.minimum(start, end) * count + np.maximum(start, end)), count)

    def among(self, loop: Indices) -> NDArray[np.bool_]:
        """(n, n) bool: which corners of a rim, not neighbours on it, an edge joins."""
        low, high = np.minimum.outer(loop, loop), np.maximum.outer(loop, loop)
        keys = low * self.stride + high
        place = np.searchsorted(self.keys, keys).clip(max=len(self.keys) - 1)
        joined = self.keys[place] == keys
        joined |= low == high
        around = np.arange(len(loop))
        joined[around, around - 1] = joined[around - 1, around] = False
        return joined


def triangulate_rim(points: Points, joined: NDArray[np.bool_]) -> Indices:
    """(n - 2, 3) int64: triangles over a closed polygon (n, 3) with the least area, lesser folds first.

    Diagonals that `joined` (n, n) marks are avoided where any other triangulation exists.

    Source: Barequet & Sharir, "Filling Gaps in the Boundary of a Polyhedron" (1995), dynamic programming.
    """
    return np.asarray(_least_area(np.ascontiguousarray(points, np.float64), joined), np.int64)


@njit(cache=True)
def _least_area(points: Points, joined: NDArray[np.bool_]) -> Indices:
    n = len(points)
    cost = np.zeros((n, n))
    split = np.zeros((n, n), np.int64)
    for gap in range(2, n):
        for i in range(n - gap):
            k = i + gap
            best = np.inf
            for m in range(i + 1, k):
                total = cost[i, m] + cost[m, k] + _cost(points[i], points[m], points[k])
                if total < best:
                    best, split[i, k] = total, m
            cost[i, k] = best + (1e30 if joined[i, k] else 0.0)
    out = np.empty((n - 2, 3), np.int64)
    stack = np.empty((n, 2), np.int64)
    stack[0, 0], stack[0, 1] = 0, n - 1
    depth, count = 1, 0
    while depth:
        depth -= 1
        i, k = stack[depth]
        if k - i < 2:
            continue
        m = split[i, k]
        out[count, 0], out[count, 1], out[count, 2] = i, m, k
        count += 1
        stack[depth, 0], stack[depth, 1] = i, m
        stack[depth + 1, 0], stack[depth + 1, 1] = m, k
        depth += 2
    return out


@njit(cache=True)
def _cost(a: Points, b: Points, c: Points) -> float:
    """Area, and a little of the squared perimeter, which breaks ties of flat rims against needles."""
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    wx, wy, wz = vx - ux, vy - uy, vz - uz
    perimeter = ux * ux + uy * uy + uz * uz + vx * vx + vy * vy + vz * vz + wx * wx + wy * wy + wz * wz
    return 0.5 * np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-3 * perimeter
