"""Patches that carry on the surface round a hole: refined to the size of its faces, then faired.

Source: Liepa, "Filling Holes in Meshes" (2003): split triangles while they are large beside the edges round the rim,
flip edges towards Delaunay, and move the new vertices so that the Laplacian of the Laplacian vanishes.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.repair.record import Surface

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_ROUNDS = 8
_FLIPS = 12
_DENSITY = 1.4142
_MOST_GROWTH = 40  # vertices for each corner of the rim
_LEAST_WEIGHT = 0.05


def refine_patch(points: Points, faces: Indices, sizes: Points) -> tuple[Points, Indices]:
    """Return a patch with new vertices inside: (n + k, 3), faces.

    `points` (n, 3) is the rim, `faces` a triangulation of it, `sizes` (n,) how long edges are at each corner of it. The
    rim stays as it is, and comes first.
    """
    most = len(points) * _MOST_GROWTH
    return _refine(np.ascontiguousarray(points), np.ascontiguousarray(faces), np.ascontiguousarray(sizes), most)


def _refine(rim: Points, flat: Indices, rim_sizes: Points, most: int) -> tuple[Points, Indices]:
    points, sizes = np.empty((most, 3)), np.empty(most)
    faces = np.empty((3 * most, 3), np.int64)
    count, size = len(flat), len(rim)
    points[:size], sizes[:size], faces[:count] = rim, rim_sizes, flat
    for _ in range(_ROUNDS):
        size, made = _split(points, sizes, faces, size, count)
        for _ in range(_FLIPS):
            if not _flip_edges(points, faces[:made], *_rank_edges(faces[:made], size), size):
                break
        if made == count:
            break
        count = made
    return points[:size], faces[:count]


@njit(cache=True)
def _split(points: Points, sizes: Points, faces: Indices, size: int, count: int) -> tuple[int, int]:
    """Put a vertex into each face that is large beside its sizes, in place; return how many vertices and faces now."""
    for f in range(count):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        x = (points[a, 0] + points[b, 0] + points[c, 0]) / 3
        y = (points[a, 1] + points[b, 1] + points[c, 1]) / 3
        z = (points[a, 2] + points[b, 2] + points[c, 2]) / 3
        wanted = (sizes[a] + sizes[b] + sizes[c]) / 3
        large = size < len(points)
        for k in range(3):
            v = faces[f, k]
            far = _DENSITY * np.sqrt((points[v, 0] - x) ** 2 + (points[v, 1] - y) ** 2 + (points[v, 2] - z) ** 2)
            large = large and far > wanted and far > sizes[v]
        if large:
            points[size, 0], points[size, 1], points[size, 2], sizes[size] = x, y, z, wanted
            faces[f, 2], faces[count, 0], faces[count, 1], faces[count, 2] = size, b, c, size
            faces[count + 1, 0], faces[count + 1, 1], faces[count + 1, 2] = c, a, size
            size, count = size + 1, count + 2
    return size, count


def _rank_edges(faces: Indices, size: int) -> tuple[Indices, Indices]:
    """Return the keys of all half-edges, sorted so that the two of one edge are neighbours, and their order."""
    ahead = np.roll(faces, -1, axis=1)
    keys = (np.minimum(faces, ahead) * size + np.maximum(faces, ahead)).reshape(-1)
    order = np.argsort(keys, kind="stable")
    return keys[order], order


@njit(cache=True)
def _flip_edges(points: Points, faces: Indices, keys: Indices, order: Indices, size: int) -> int:
    """Flip, in place, inner edges whose opposite angles add up to more than half a turn; return how many."""
    touched = np.zeros(len(faces), np.bool_)
    flips = 0
    for i in range(len(order) - 1):
        h, g = order[i], order[i + 1]
        f, o = h // 3, g // 3
        if keys[i] != keys[i + 1] or touched[f] or touched[o]:
            continue
        a, b, c = faces[f, h % 3], faces[f, (h + 1) % 3], faces[f, (h + 2) % 3]
        d = faces[o, (g + 2) % 3]
        if c == d or _cosine(points, c, a, b) + _cosine(points, d, a, b) >= -1e-9:
            continue
        across = min(c, d) * size + max(c, d)
        place = np.searchsorted(keys, across)
        if place < len(keys) and keys[place] == across:
            continue
        faces[f, 0], faces[f, 1], faces[f, 2] = a, d, c
        faces[o, 0], faces[o, 1], faces[o, 2] = d, b, c
        touched[f] = touched[o] = True
        flips += 1
    return flips


@njit(cache=True)
def _cosine(points: Points, apex: int, a: int, b: int) -> float:
    """Cosine of the angle at `apex`; two opposite angles exceed half a turn where their cosines sum below zero."""
    uv, uu, vv = 0.0, 0.0, 0.0
    for k in range(3):
        u, v = points[a, k] - points[apex, k], points[b, k] - points[apex, k]
        uv, uu, vv = uv + u * v, uu + u * u, vv + v * v
    return uv / np.sqrt(uu * vv) if uu * vv > 0.0 else 1.0


def fair(surface: Surface, fixed: int) -> Points:
    """Return the vertices (n, 3) with those from number `fixed` on moved so that the surface bends evenly.

    `surface` holds the patches and all faces that touch their rims. The bending (the sum of squared Laplacians at new
    and rim vertices, cotangent weights held from below) is least.
    """
    from scipy.sparse import diags
    from scipy.sparse.linalg import spsolve

    vertices, faces = surface
    laplacian = _laplacian(vertices, faces)
    new = np.arange(len(vertices)) >= fixed
    if not new.any():
        return vertices
    touched = np.zeros(len(vertices), np.bool_)
    touched[faces[new[faces].any(axis=1)]] = True  # new vertices and the rims
    weight = 1 / np.maximum(np.asarray(-laplacian.diagonal()), 1e-300)
    rows = (diags(weight) @ laplacian)[touched]
    free, known = rows[:, new], rows[:, ~new]
    normal = (free.T @ free).tocsc()
    made = vertices.copy()
    made[new] = spsolve(normal, -(free.T @ (known @ vertices[~new]))).reshape(-1, 3)
    return np.asarray(made)


def _laplacian(vertices: Points, faces: Indices):  # type: ignore[no-untyped-def]
    """Return the (n, n) sparse cotangent Laplacian, negative on the diagonal."""
    from scipy.sparse import coo_matrix, diags

    rows, columns, weights = [], [], []
    for k in range(3):
        apex, a, b = (vertices[faces[:, (k + j) % 3]] for j in range(3))
        u, v = a - apex, b - apex
        area = np.linalg.norm(np.cross(u, v), axis=1)
        cotangent = np.einsum("ij,ij->i", u, v) / np.maximum(area, 1e-300)
        i, j = faces[:, (k + 1) % 3], faces[:, (k + 2) % 3]
        rows += [i, j]
        columns += [j, i]
        weights += [np.clip(cotangent, _LEAST_WEIGHT, 20.0)] * 2
    size = (len(vertices), len(vertices))
    matrix = coo_matrix((np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns))), shape=size).tocsr()
    return matrix - diags(np.asarray(matrix.sum(axis=1)).reshape(-1))
