"""Where the vertices of a skin go: onto the surface that it wraps, and into its edges and corners.

Source: Ju et al., "Dual Contouring of Hermite Data" (2002). A vertex takes the point that lies best in the planes of
the faces through which grid edges leave near it, so two planes make an edge and three a corner.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.repair.scanline import Runs
from fab.repair.skin import Skin

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_FLAT = 0.08  # of the largest eigenvalue: smaller ones are noise, not another plane
_REACH = 1.2  # cells: a vertex farther from where edges leave than this would leave its neighbours


def find_crossings(skin: Skin, runs: tuple[Runs, Runs, Runs], size: tuple[int, int, int]) -> tuple[Points, Indices]:
    """Return for each border edge the depth along it at which the surface is left (e,), and the face, -1 for none."""
    depth, face = np.full(len(skin.edges), np.nan), np.full(len(skin.edges), -1, np.int64)
    for axis in range(3):
        rows = np.flatnonzero(skin.edges[:, 3] == axis)
        run = runs[axis]
        u, v = (axis + 1) % 3, (axis + 2) % 3
        column = skin.edges[rows, u] * size[v] + skin.edges[rows, v]
        depth[rows], face[rows] = _look_up(
            run.starts, run.nodes, run.depths, run.faces, column, skin.edges[rows, axis], skin.edges[rows, 4]
        )
    return depth, face


@njit(cache=True)
def _look_up(
    starts: Indices, nodes: Indices, depths: Points, faces: Indices, column: Indices, lower: Indices, leaving: Indices
) -> tuple[Points, Indices]:
    depth, face = np.full(len(column), np.nan), np.full(len(column), -1, np.int64)
    for e in range(len(column)):
        end = leaving[e]
        node = lower[e] if end else lower[e] + 1
        for r in range(starts[column[e]], starts[column[e] + 1]):
            if nodes[r, end] == node:
                depth[e], face[e] = depths[r, end], faces[r, end]
                break
    return depth, face


def place_vertices(skin: Skin, depth: Points, face: Indices, normals: Points) -> tuple[Points, Points, Points]:
    """Return where the vertices belong (n, 3), where they lie safely inside their cells (n, 3), and data counts (n,).

    In cells. `normals` (m, 3) are the surface's unit face normals.
    """
    systems, sums = _gather(skin.quads, skin.edges, depth, face, normals, len(skin.cells))
    count = sums[:, 6]
    safe = sums[:, 3:6] / np.maximum(sums[:, 7], 1.0)[:, None]
    middle = np.where(count[:, None] > 0, sums[:, :3] / np.maximum(count, 1.0)[:, None], safe)
    matrix = systems[:, [0, 1, 2, 1, 3, 4, 2, 4, 5]].reshape(-1, 3, 3)
    offset = systems[:, 6:9] - np.einsum("nij,nj->ni", matrix, middle)
    values, axes = np.linalg.eigh(matrix)
    kept = values > _FLAT * np.maximum(values[:, 2:], 1e-12)
    along = np.einsum("nij,ni->nj", axes, offset)
    step = np.einsum("nij,nj->ni", axes, np.where(kept, along / np.where(kept, values, 1.0), 0.0))
    far = np.linalg.norm(step, axis=1) > _REACH
    return middle + np.where(far[:, None], 0.0, step), safe, count


@njit(cache=True)
def _gather(
    quads: Indices, edges: Indices, depth: Points, face: Indices, normals: Points, count: int
) -> tuple[Points, Points]:
    """Sum per vertex the normal equations of its planes, its crossings, the middles of its edges, and their counts."""
    systems, sums = np.zeros((count, 9)), np.zeros((count, 8))
    p = np.empty(3)
    for e in range(len(edges)):
        axis = edges[e, 3]
        for a in range(3):
            p[a] = edges[e, a]
        for m in range(4):
            row = sums[quads[e, m]]
            for a in range(3):
                row[3 + a] += p[a] + (0.5 if a == axis else 0.0)
            row[7] += 1.0
        if face[e] < 0:
            continue
        p[axis] = depth[e]
        n = normals[face[e]]
        level = n[0] * p[0] + n[1] * p[1] + n[2] * p[2]
        for m in range(4):
            vertex = quads[e, m]
            system, row, at = systems[vertex], sums[vertex], 0
            for a in range(3):
                for b in range(a, 3):
                    system[at] += n[a] * n[b]
                    at += 1
                system[6 + a] += n[a] * level
                row[a] += p[a]
            row[6] += 1.0
    return systems, sums


def cut_quads(skin: Skin, placed: Points, depth: Points, face: Indices, normals: Points) -> Indices:
    """(2 e, 3) int64: each quad as two triangles, along the diagonal that passes nearer the surface."""
    a, b, c, d = skin.quads.T
    point = skin.edges[:, :3].astype(np.float64)
    rows = np.arange(len(point))
    point[rows, skin.edges[:, 3]] = depth
    normal = normals[face]
    one = np.abs(np.einsum("ij,ij->i", (placed[a] + placed[c]) / 2 - point, normal))
    two = np.abs(np.einsum("ij,ij->i", (placed[b] + placed[d]) / 2 - point, normal))
    other = (face >= 0) & (two < one)
    first = np.where(other[:, None], np.stack([a, b, d], axis=1), np.stack([a, b, c], axis=1))
    second = np.where(other[:, None], np.stack([b, c, d], axis=1), np.stack([a, c, d], axis=1))
    return np.concatenate([first, second])
