"""A solid split along colour borders that is still a solid: where splitting would break it, the border gives way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fab.crossings import crossing_pairs
from fab.gate import merge_float32
from fab.palette.border import split_at_borders
from fab.palette.canvas import Canvas
from fab.palette.needles import needle_edges
from fab.predicates import zero_area
from fab.solid import NotSolid, Solid

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

SHORTEST = 0.02
"""Edges shorter than this, in mm, are never crossed by a border: float32 could not keep the pieces apart."""
_TRIES = 8


@dataclass(frozen=True, eq=False)
class Split:
    """A solid cut along colour borders: face i is of the colour of the canvas's vertex `owners[i]`, (m,), and vertex v
    of colour `slots[v]`, (n,)."""

    solid: Solid
    owners: Indices
    slots: Indices


def split_solid(solid: Solid, canvas: Canvas, shares: Points) -> Split:
    """Return the solid with its faces split along the borders of `shares` (n, k).

    Raises NotSolid when no way was found to split it, which is so where the canvas itself is none.
    """
    lengths = np.linalg.norm(canvas.vertices[canvas.edges[:, 0]] - canvas.vertices[canvas.edges[:, 1]], axis=1)
    held = np.concatenate([canvas.edges[lengths < SHORTEST], needle_edges(canvas.vertices, canvas.faces)])
    for _ in range(_TRIES):
        even = _held_together(held, shares)
        vertices, faces, owners = split_at_borders(canvas.vertices, canvas.faces, even)
        try:
            made = solid.remeshed(vertices, faces)
        except NotSolid as error:
            bad = _touched(canvas, *merge_float32(vertices, faces))
            if len(bad) == 0:
                raise
            last = error
            held = np.concatenate([held, bad])
            continue
        return Split(made, owners, even.argmax(axis=1).astype(np.int64))
    raise last


def _held_together(held: Indices, shares: Points) -> Points:
    """Return the shares with those of vertices that `held` (h, 2) edges join made equal to their mean."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    if len(held) == 0:
        return shares
    used, row = np.unique(held, return_inverse=True)
    row = row.reshape(-1, 2)
    graph = coo_matrix((np.ones(len(held)), (row[:, 0], row[:, 1])), (len(used), len(used)))
    count, group = connected_components(graph, directed=False)
    size = np.bincount(group, minlength=count)
    means = np.stack([np.bincount(group, column, count) for column in shares[used].T], axis=1) / size[:, None]
    shares = shares.copy()
    shares[used] = means[group]
    return shares


def _touched(canvas: Canvas, vertices: Points, faces: Indices) -> Indices:
    """Return (h, 2) the edges of the canvas's faces that lie at faces which cross others or have no area."""
    from scipy.spatial import cKDTree

    bad = np.union1d(np.flatnonzero(zero_area(vertices, faces)), np.unique(crossing_pairs(vertices, faces)))
    if len(bad) == 0:
        return np.zeros((0, 2), np.int64)
    corners = np.unique(faces[bad])
    _, near = cKDTree(canvas.vertices).query(vertices[corners])
    ring = canvas.faces[np.isin(canvas.faces, near).any(axis=1)]
    return np.concatenate([ring[:, [0, 1]], ring[:, [1, 2]]])
