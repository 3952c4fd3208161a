"""Distances from the nodes of a grid to a surface, close to it, by handing every face to the nodes round it."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.repair.record import Surface

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_LONGEST = 12.0  # cells: longer faces are quartered first, for the boxes round slanted ones are mostly empty


def grid_distance(
    surface: Surface, origin: Points, cell: float, shape: tuple[int, ...], band: float
) -> NDArray[np.float32]:
    """(shape) float32: distance in cells from each node origin + cell · (i, j, k) to the surface, inf over `band`."""
    squared = np.full(shape, np.inf, np.float32)
    corners = ((surface.vertices - origin) / cell)[surface.faces]
    while len(corners):
        longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1)
        small = longest <= _LONGEST
        _spread(np.ascontiguousarray(corners[small]), squared, band)
        corners = _quarter(corners[~small])
    return np.asarray(np.sqrt(squared), np.float32)


def _quarter(corners: Points) -> Points:
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    ab, bc, ca = (a + b) / 2, (b + c) / 2, (c + a) / 2
    return np.concatenate([np.stack(t, axis=1) for t in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))])


@njit(cache=True)
def _spread(corners: Points, squared: NDArray[np.float32], band: float) -> None:
    first, last = np.empty(3, np.int64), np.empty(3, np.int64)
    for f in range(len(corners)):
        a, b, c = corners[f]
        for axis in range(3):
            low, high = min(a[axis], b[axis], c[axis]), max(a[axis], b[axis], c[axis])
            first[axis] = max(0, int(np.ceil(low - band)))
            last[axis] = min(squared.shape[axis] - 1, int(np.floor(high + band)))
        for i in range(first[0], last[0] + 1):
            for j in range(first[1], last[1] + 1):
                for k in range(first[2], last[2] + 1):
                    d = _squared_distance(float(i), float(j), float(k), a, b, c)
                    if d <= band * band and d < squared[i, j, k]:
                        squared[i, j, k] = d


@njit(cache=True)
def _squared_distance(x: float, y: float, z: float, a: Points, b: Points, c: Points) -> float:
    """Squared distance from (x, y, z) to a triangle (Ericson, "Real-Time Collision Detection", 5.1.5)."""
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    px, py, pz = x - a[0], y - a[1], z - a[2]
    d1, d2 = ux * px + uy * py + uz * pz, vx * px + vy * py + vz * pz
    uu, uv, vv = ux * ux + uy * uy + uz * uz, ux * vx + uy * vy + uz * vz, vx * vx + vy * vy + vz * vz
    d3, d4, d5, d6 = d1 - uu, d2 - uv, d1 - uv, d2 - vv
    va, vb, vc = d3 * d6 - d5 * d4, d5 * d2 - d1 * d6, d1 * d4 - d3 * d2
    if d1 <= 0.0 and d2 <= 0.0:
        s, t = 0.0, 0.0
    elif d3 >= 0.0 and d4 <= d3:
        s, t = 1.0, 0.0
    elif d6 >= 0.0 and d5 <= d6:
        s, t = 0.0, 1.0
    elif vc <= 0.0 and d1 >= 0.0 and d3 <= 0.0:
        s, t = d1 / (d1 - d3) if d1 != d3 else 0.0, 0.0
    elif vb <= 0.0 and d2 >= 0.0 and d6 <= 0.0:
        s, t = 0.0, d2 / (d2 - d6) if d2 != d6 else 0.0
    elif va <= 0.0 and d4 >= d3 and d5 >= d6:
        whole = (d4 - d3) + (d5 - d6)
        t = (d4 - d3) / whole if whole != 0.0 else 0.0
        s = 1.0 - t
    else:
        whole = va + vb + vc
        s, t = vb / whole, vc / whole
    dx, dy, dz = px - s * ux - t * vx, py - s * uy - t * vy, pz - s * uz - t * vz
    return dx * dx + dy * dy + dz * dz
