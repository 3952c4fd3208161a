"""Clearance: faces of one plane that do not cross, but that a test in plain floating point may take for crossing.

Möller's test, which mesh viewers and slicers run in floating point without a margin, compares where two triangles cut
the line in which their planes meet. Where both lie in one slanted plane that line is made of rounding errors, and so is
the answer. The gate is exact and lets such faces pass; here they are found, and their corners moved by a few units in
the last place of float32, which is nothing to a printer and plain to any test.
Source: Möller, "A Fast Triangle-Triangle Intersection Test", Journal of Graphics Tools 2 (1997).
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.boxtree import STACK, WIDTH, boxes_meet, build_tree
from fab.gate import find_defects, merge_float32
from fab.repair.record import Limits, Mending, Surface

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_STEPS = (1, 2, 4, 8, 16, 32)  # rounding units, tried in turn


def clear(surface: Surface, limits: Limits) -> Mending:
    """Return a surface that passes the gate with the corners of doubtful faces moved by up to 32 rounding units.

    A rounding unit is one in the last place of float32. A surface that has defects stays as it is, and a move that
    would leave one, or as many doubtful faces as before, is not made.
    """
    doubtful = doubtful_pairs(*surface)
    if not len(doubtful) or not find_defects(*surface).none:
        return Mending(surface)
    first = len(doubtful)
    for step in _STEPS:
        if not len(doubtful):
            break
        trial = Surface(_nudge(surface, np.unique(doubtful), step), surface.faces)
        left = doubtful_pairs(*trial)
        whole = len(merge_float32(*trial)[0]) == len(trial.vertices)
        if len(left) < len(doubtful) and whole and find_defects(*trial).none:
            surface, doubtful = trial, left
    cleared = first - len(doubtful)
    return Mending(surface, f"drew {cleared} pairs of flat faces apart by rounding units" if cleared else "")


def _nudge(surface: Surface, chosen: Indices, step: int) -> Points:
    """Return the vertices with those of the chosen faces moved across their plane, each by its own -step to step."""
    vertices, faces = surface.vertices.copy(), surface.faces[chosen]
    corners = vertices[faces]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    axis = np.repeat(np.abs(normal).argmax(axis=1), 3)
    moved, first = np.unique(faces.reshape(-1), return_index=True)
    axis = axis[first]
    # Along the chief axis of the normal the faces stay apart as seen along it, however little their plane is left.
    unit = np.spacing(np.abs(corners).max(axis=(1, 2)).astype(np.float32)).astype(np.float64)
    share = (moved * 2654435761 >> 7) % (2 * step + 1) - step
    vertices[moved, axis] += share * np.repeat(unit, 3)[first]
    return vertices.astype(np.float32).astype(np.float64) + 0.0


def doubtful_pairs(vertices: Points, faces: Indices) -> Indices:
    """Return the pairs of faces without a common vertex that the float test has cross, (k, 2) int64, sorted.

    `vertices` (n, 3) float64, merged and finite. Whether faces really cross is for `fab.crossings` to say.
    """
    if len(faces) < 2:
        return np.zeros((0, 2), np.int64)
    kept = np.ascontiguousarray(faces)
    pairs = np.sort(_find_doubtful(vertices, kept, *build_tree(vertices, kept)), axis=1)
    return np.asarray(pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))], np.int64)


@njit(cache=True)
def _find_doubtful(vertices: Points, faces: Indices, order: Indices, boxes: Points, starts: Indices) -> Indices:
    pairs = np.empty((64, 2), np.int64)
    count = 0
    stack = np.empty((STACK, 2), np.int64)
    top = len(starts) - 2
    for i in range(len(order)):
        depth = 0
        for block in range(starts[top + 1] - starts[top]):
            stack[depth, 0], stack[depth, 1] = top, block
            depth += 1
        while depth:
            depth -= 1
            level, node = stack[depth, 0], stack[depth, 1]
            if (node + 1) * WIDTH**level - 1 <= i or not boxes_meet(boxes, i, boxes, starts[level] + node):
                continue
            if level:
                for child in range(node * WIDTH, min((node + 1) * WIDTH, starts[level] - starts[level - 1])):
                    stack[depth, 0], stack[depth, 1] = level - 1, child
                    depth += 1
            elif _is_doubtful(vertices, faces, order[i], order[node]):
                if count == len(pairs):
                    pairs = np.concatenate((pairs, np.empty_like(pairs)))
                pairs[count, 0], pairs[count, 1] = order[i], order[node]
                count += 1
    return pairs[:count]


@njit(cache=True)
def _is_doubtful(vertices: Points, faces: Indices, i: int, j: int) -> bool:
    a, b, c = faces[i, 0], faces[i, 1], faces[i, 2]
    for n in range(3):
        if faces[j, n] == a or faces[j, n] == b or faces[j, n] == c:
            return False
    # The test is not symmetric in its rounding, and who asks it decides which face comes first.
    if not _one_side(vertices, faces, i, j) and _seem_to_cross(vertices, faces[i], faces[j]):
        return True
    return not _one_side(vertices, faces, j, i) and _seem_to_cross(vertices, faces[j], faces[i])


@njit(cache=True)
def _one_side(vertices: Points, faces: Indices, i: int, j: int) -> bool:
    """Whether Möller's test ends with its first question: all corners of `j` on one side of `i`. Spares its arrays."""
    a, b, c = faces[i, 0], faces[i, 1], faces[i, 2]
    x, y, z = vertices[a, 0], vertices[a, 1], vertices[a, 2]
    ux, uy, uz = vertices[b, 0] - x, vertices[b, 1] - y, vertices[b, 2] - z
    vx, vy, vz = vertices[c, 0] - x, vertices[c, 1] - y, vertices[c, 2] - z
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    length = np.sqrt(nx * nx + ny * ny + nz * nz)
    if length > 0.0:
        nx, ny, nz = nx / length, ny / length, nz / length
    level = -(nx * x + ny * y + nz * z)
    p, q, r = faces[j, 0], faces[j, 1], faces[j, 2]
    one = (nx * vertices[p, 0] + ny * vertices[p, 1] + nz * vertices[p, 2]) + level
    two = (nx * vertices[q, 0] + ny * vertices[q, 1] + nz * vertices[q, 2]) + level
    three = (nx * vertices[r, 0] + ny * vertices[r, 1] + nz * vertices[r, 2]) + level
    return one * two > 0.0 and one * three > 0.0


@njit(cache=True)
def _seem_to_cross(vertices: Points, first: Indices, second: Indices) -> bool:
    """Whether Möller's test, in floating point as it comes, has two faces cross along a line."""
    normal, heights = np.empty((2, 3)), np.empty((2, 3))
    for side in range(2):
        own, other = (first, second) if side == 0 else (second, first)
        _cross_product(vertices, own, normal[side])
        if side == 0:
            _normalise(normal[side])
        n, origin = normal[side], vertices[own[0]]
        level = -(n[0] * origin[0] + n[1] * origin[1] + n[2] * origin[2])
        for k in range(3):
            p = vertices[other[k]]
            heights[side, k] = (n[0] * p[0] + n[1] * p[1] + n[2] * p[2]) + level
        if heights[side, 0] * heights[side, 1] > 0.0 and heights[side, 0] * heights[side, 2] > 0.0:
            return False
    axis = _chief_axis(normal[0], normal[1])
    one, one_x, one_y = _interval(vertices[first, axis], heights[1])
    two, two_x, two_y = _interval(vertices[second, axis], heights[0])
    if (one_x == 0.0 and one_y == 0.0) or (two_x == 0.0 and two_y == 0.0):
        return False  # exactly one plane: the test goes on in that plane, without rounding
    xx, yy = one_x * one_y, two_x * two_y
    start = one[0] * (xx * yy)
    a, b = start + one[1] * one_y * yy, start + one[2] * one_x * yy
    start = two[0] * (xx * yy)
    c, d = start + two[1] * xx * two_y, start + two[2] * xx * two_x
    return not (max(a, b) < min(c, d) or max(c, d) < min(a, b))


@njit(cache=True)
def _cross_product(vertices: Points, face: Indices, out: Points) -> None:
    a, b, c = vertices[face[0]], vertices[face[1]], vertices[face[2]]
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    out[0], out[1], out[2] = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx


@njit(cache=True)
def _normalise(vector: Points) -> None:
    length = np.sqrt(vector[0] * vector[0] + vector[1] * vector[1] + vector[2] * vector[2])
    if length > 0.0:
        for k in range(3):
            vector[k] /= length


@njit(cache=True)
def _chief_axis(m: Points, n: Points) -> int:
    x, y, z = m[1] * n[2] - m[2] * n[1], m[2] * n[0] - m[0] * n[2], m[0] * n[1] - m[1] * n[0]
    best, axis = abs(x), 0
    if abs(y) > best:
        best, axis = abs(y), 1
    return 2 if abs(z) > best else axis


@njit(cache=True)
def _interval(along: Points, heights: Points) -> tuple[tuple[float, float, float], float, float]:
    """Where a triangle cuts the common line, as the paper writes it without division: A, B, C, x0, x1."""
    p, q, r = heights
    if p * q > 0.0:
        alone, i, j = 2, 0, 1
    elif p * r > 0.0:
        alone, i, j = 1, 0, 2
    elif q * r > 0.0 or p != 0.0:
        alone, i, j = 0, 1, 2
    elif q != 0.0:
        alone, i, j = 1, 0, 2
    elif r != 0.0:
        alone, i, j = 2, 0, 1
    else:
        return (0.0, 0.0, 0.0), 0.0, 0.0
    h = heights[alone]
    parts = (along[alone], (along[i] - along[alone]) * h, (along[j] - along[alone]) * h)
    return parts, h - heights[i], h - heights[j]
