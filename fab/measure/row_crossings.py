"""Where a surface crosses the rows of all layers: compiled.

Neighbouring faces agree to the last bit on their shared edge, so every row is entered as often as it is left.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Vectors = NDArray[np.float64]
Indices = NDArray[np.int64]


def cross_rows(
    vertices: Vectors, faces: Indices, layer_mm: float, count: int, row_mm: float, first_row_mm: float, rows: int
) -> tuple[Indices, Vectors]:
    """Return where each row's crossings start, (count · rows + 1,), and the x of all, sorted within each row.

    The row j of layer k is number k · rows + j.
    """
    starts = np.zeros(count * rows + 1, np.int64)
    no_x = np.empty(0)
    _visit(vertices, faces, layer_mm, count, row_mm, first_row_mm, rows, starts, no_x)
    starts = np.cumsum(starts)
    x = np.empty(int(starts[-1]))
    _visit(vertices, faces, layer_mm, count, row_mm, first_row_mm, rows, starts[:-1].copy(), x)
    _sort_rows(starts, x)
    return starts, x


@njit(cache=True)
def _visit(vertices, faces, layer_mm, count, row_mm, first_row_mm, rows, at, x):  # type: ignore[no-untyped-def]
    """Count the crossings of each row into `at[1:]` while `x` is empty, else put them where `at` says."""
    corner = np.empty((3, 3))
    for f in range(len(faces)):
        for c in range(3):
            corner[c] = vertices[faces[f, c]]
        low = min(corner[0, 2], corner[1, 2], corner[2, 2])
        high = max(corner[0, 2], corner[1, 2], corner[2, 2])
        first = max(0, int(np.floor(low / layer_mm - 0.5)))
        last = min(count - 1, int(np.ceil(high / layer_mm - 0.5)))
        for layer in range(first, last + 1):
            z = (layer + 0.5) * layer_mm
            found = 0
            ax, ay, bx, by = 0.0, 0.0, 0.0, 0.0
            for c in range(3):
                d = (c + 1) % 3
                if (corner[c, 2] > z) == (corner[d, 2] > z):
                    continue
                px, py = _on_edge(corner, faces, f, c, d, z)
                if found == 0:
                    ax, ay = px, py
                else:
                    bx, by = px, py
                found += 1
            if found == 2:
                _cross(ax, ay, bx, by, layer, row_mm, first_row_mm, rows, at, x)


@njit(cache=True, inline="always")
def _on_edge(corner, faces, f, c, d, z):  # type: ignore[no-untyped-def]
    """Where an edge passes z, worked out from its lower-numbered vertex, whichever face asks."""
    if faces[f, c] > faces[f, d]:
        c, d = d, c
    share = (z - corner[c, 2]) / (corner[d, 2] - corner[c, 2])
    return corner[c, 0] + share * (corner[d, 0] - corner[c, 0]), corner[c, 1] + share * (corner[d, 1] - corner[c, 1])


@njit(cache=True)
def _cross(ax, ay, bx, by, layer, row_mm, first_row_mm, rows, at, x):  # type: ignore[no-untyped-def]
    if ay == by:
        return
    if ay > by:
        ax, ay, bx, by = bx, by, ax, ay
    first = max(0, int(np.floor((ay - first_row_mm) / row_mm)))
    last = min(rows - 1, int(np.ceil((by - first_row_mm) / row_mm)))
    slope = (bx - ax) / (by - ay)
    for row in range(first, last + 1):
        y = first_row_mm + row * row_mm
        if not (ay < y and y <= by):
            continue
        cell = layer * rows + row
        if len(x) == 0:
            at[cell + 1] += 1
        else:
            x[at[cell]] = ax + (y - ay) * slope
            at[cell] += 1


@njit(cache=True)
def _sort_rows(starts, x):  # type: ignore[no-untyped-def]
    for cell in range(len(starts) - 1):
        for i in range(starts[cell] + 1, starts[cell + 1]):
            value, j = x[i], i
            while j > starts[cell] and x[j - 1] > value:
                x[j] = x[j - 1]
                j -= 1
            x[j] = value
