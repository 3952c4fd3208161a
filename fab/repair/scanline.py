"""Winding numbers of a closed surface at all nodes of a grid, by following the grid's columns through the surface."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.gate import list_edges
from fab.repair.record import Surface

Points = NDArray[np.float64]
Indices = NDArray[np.int64]


def is_cycle(surface: Surface) -> bool:
    """Whether every edge is run as often one way as the other, so that winding numbers are whole everywhere."""
    return bool((list_edges(surface.faces).turns == 0).all())


def grid_winding(surface: Surface, origin: Points, cell: float, shape: tuple[int, ...]) -> NDArray[np.int16]:
    """(shape) int16: the winding number round each node origin + cell · (i, j, k); the surface must be a cycle.

    Each face adds one where a column enters through it and takes one where it leaves; sums along the columns follow.
    """
    steps = np.zeros(shape, np.int16)
    _cross_columns((surface.vertices - origin) / cell, surface.faces, steps)
    return np.cumsum(steps, axis=2, dtype=np.int16)


@njit(cache=True)
def _cross_columns(points: Points, faces: Indices, steps: NDArray[np.int16]) -> None:
    for f in range(len(faces)):
        a, b, c = faces[f]
        pa, pb, pc = points[a], points[b], points[c]
        area = (pb[0] - pa[0]) * (pc[1] - pa[1]) - (pb[1] - pa[1]) * (pc[0] - pa[0])
        if area == 0.0:
            continue
        first = max(0, int(np.ceil(min(pa[0], pb[0], pc[0]))))
        last = min(steps.shape[0] - 1, int(np.floor(max(pa[0], pb[0], pc[0]))))
        front = max(0, int(np.ceil(min(pa[1], pb[1], pc[1]))))
        back = min(steps.shape[1] - 1, int(np.floor(max(pa[1], pb[1], pc[1]))))
        for i in range(first, last + 1):
            for j in range(front, back + 1):
                ab, bc, ca = _side(points, a, b, i, j), _side(points, b, c, i, j), _side(points, c, a, i, j)
                if (ab > 0.0) != (bc > 0.0) or (bc > 0.0) != (ca > 0.0):
                    continue
                whole = ab + bc + ca
                height = (bc * pa[2] + ca * pb[2] + ab * pc[2]) / whole if whole != 0.0 else pa[2]
                k = min(max(0, int(np.ceil(height))), steps.shape[2] - 1)
                steps[i, j, k] += -1 if ab > 0.0 else 1


@njit(cache=True)
def _side(points: Points, a: int, b: int, x: float, y: float) -> float:
    """Twice the signed area of a, b, (x, y); the same but for its sign when asked as b, a, so neighbours agree."""
    if a > b:
        return -_side_up(points, b, a, x, y)
    return _side_up(points, a, b, x, y)


@njit(cache=True)
def _side_up(points: Points, a: int, b: int, x: float, y: float) -> float:
    ax, ay, bx, by = points[a, 0], points[a, 1], points[b, 0], points[b, 1]
    side = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
    return side if side != 0.0 else 1e-300  # on the edge itself: to one side of it, for both faces alike
