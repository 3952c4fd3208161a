"""Which nodes of a grid a closed surface holds, by following columns of the grid through it.

Only the columns' runs of inside nodes are stored, with where and through which face each run begins and ends, so the
memory follows the surface. A wall thinner than a cell, which would fall between two nodes, keeps the one next to it; a
gap between thick walls frees one.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_THINNEST = 1e-3  # cells: a wall no thicker is none
_NARROWEST = 0.02  # cells: a gap no wider is closed


class Runs(NamedTuple):
    """Stretches of inside along the columns of one axis, by column and then by depth.

    `starts` (columns + 1,) into the rest; `nodes` (r, 2) first and last inside node; `depths` (r, 2) where the column
    enters and leaves, in cells; `faces` (r, 2) through which face. A column is u · size[v] + v, with the axes in order.
    `freed` (g, 2) are column and node of what was taken from a wall for a gap.
    """

    starts: Indices
    nodes: Indices
    depths: Points
    faces: Indices
    freed: Indices


def follow_columns(points: Points, faces: Indices, axis: int, size: tuple[int, ...]) -> Runs:
    """Return the runs along `axis` of nodes with a winding number over zero.

    `points` (n, 3) in cells, so that nodes are whole numbers under `size`; `faces` must make a cycle.
    """
    u, v = (axis + 1) % 3, (axis + 2) % 3
    turned = np.ascontiguousarray(points[:, [u, v, axis]])
    column, depth, step, face = _cross_columns(turned, faces, size[u], size[v])
    order = np.lexsort((depth, column))
    sorted_crossings = (column[order], depth[order], step[order], face[order])
    return Runs(*_collect_runs(*sorted_crossings, size[u] * size[v], size[axis]))


@njit(cache=True)
def _cross_columns(
    points: Points, faces: Indices, width: int, height: int
) -> tuple[Indices, Points, NDArray[np.int8], Indices]:
    """Return for each meeting of a column and a face: the column, the depth, +1 entering or -1 leaving, the face."""
    count, room = 0, 1024
    column, depth = np.empty(room, np.int64), np.empty(room)
    step, face = np.empty(room, np.int8), np.empty(room, np.int64)
    for f in range(len(faces)):
        a, b, c = faces[f]
        pa, pb, pc = points[a], points[b], points[c]
        first = max(0, int(np.ceil(min(pa[0], pb[0], pc[0]))))
        last = min(width - 1, int(np.floor(max(pa[0], pb[0], pc[0]))))
        front = max(0, int(np.ceil(min(pa[1], pb[1], pc[1]))))
        back = min(height - 1, int(np.floor(max(pa[1], pb[1], pc[1]))))
        for i in range(first, last + 1):
            for j in range(front, back + 1):
                ab, bc, ca = _side(points, a, b, i, j), _side(points, b, c, i, j), _side(points, c, a, i, j)
                if (ab > 0.0) != (bc > 0.0) or (bc > 0.0) != (ca > 0.0):
                    continue
                if count == room:
                    column, depth = np.concatenate((column, column)), np.concatenate((depth, depth))
                    step, face = np.concatenate((step, step)), np.concatenate((face, face))
                    room *= 2
                whole = ab + bc + ca
                z = (bc * pa[2] + ca * pb[2] + ab * pc[2]) / whole if abs(whole) > 1e-290 else pa[2]
                column[count], depth[count] = i * height + j, z
                step[count], face[count] = -1 if ab > 0.0 else 1, f
                count += 1
    return column[:count], depth[:count], step[:count], face[:count]


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


@njit(cache=True)
def _collect_runs(
    column: Indices, depth: Points, step: NDArray[np.int8], face: Indices, columns: int, length: int
) -> tuple[Indices, Indices, Points, Indices, Indices]:
    starts, freed = np.zeros(columns + 1, np.int64), np.empty((len(column), 2), np.int64)
    nodes, depths = np.empty((len(column), 2), np.int64), np.empty((len(column), 2))
    through = np.empty((len(column), 2), np.int64)
    count, loose, winding, opened = 0, 0, 0, -1
    for m in range(len(column)):
        c = column[m]
        if m == 0 or column[m - 1] != c:
            winding = 0
        before, winding = winding, winding + step[m]
        if before <= 0 < winding:
            opened = m
        if not winding <= 0 < before or depth[m] - depth[opened] <= _THINNEST:
            continue
        first, last = int(np.ceil(depth[opened])), int(np.floor(depth[m]))
        if last < first:
            first = last = int(np.rint(0.5 * (depth[opened] + depth[m])))
        first, last = max(1, first), min(length - 2, last)
        if starts[c + 1] and nodes[count - 1, 1] >= first - 1:
            gap = depth[opened] - depths[count - 1, 1]
            middle = int(np.rint(0.5 * (depth[opened] + depths[count - 1, 1])))
            own = nodes[count - 1]
            if gap > _NARROWEST and own[1] == first - 1 and middle <= own[1] and own[0] < own[1]:
                freed[loose, 0], freed[loose, 1] = c, own[1]
                own[1] -= 1
                loose += 1
            elif gap > _NARROWEST and own[1] + 2 <= last:
                freed[loose, 0], freed[loose, 1] = c, own[1] + 1
                first = own[1] + 2
                loose += 1
            else:
                own[1] = max(last, own[1])
                depths[count - 1, 1], through[count - 1, 1] = depth[m], face[m]
                continue
        nodes[count, 0], nodes[count, 1] = first, last
        depths[count, 0], through[count, 0] = depth[opened], face[opened]
        depths[count, 1], through[count, 1] = depth[m], face[m]
        starts[c + 1] += 1
        count += 1
    return np.cumsum(starts), nodes[:count], depths[:count], through[:count], freed[:loose]
