"""Faces split where the border between two colours crosses them, so that it runs smooth whatever the triangles.

Each vertex has a share of each colour; along an edge between vertices of two colours the border lies where their shares
are equal (marching triangles with several materials, as in Wu & Sullivan: Multiple material marching cubes, 2003).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.gate import list_edges

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

NEAREST_END = 0.1
"""How near to the end of an edge a border may cross it, in lengths of the edge: no slivers come of it."""

# Corners 0 1 2, crossings 3 4 5 on the edges from corner 0, 1, 2 to the next, 6 the middle; corner 0 is the odd one.
_ALONE_NEAR = ((0, 3, 5), (3, 1, 2), (3, 2, 5))
_ALONE_FAR = ((0, 3, 5), (3, 1, 5), (1, 2, 5))
_THREE = ((0, 3, 6), (3, 1, 6), (1, 4, 6), (4, 2, 6), (2, 5, 6), (5, 0, 6))


def split_at_borders(vertices: Points, faces: Indices, shares: Points) -> tuple[Points, Indices, Indices]:
    """Return the mesh with faces split along the borders, and for each face (m',) the old vertex whose colour it has.

    `shares` (n, k) at the vertices (n, 3). New vertices are float32 values on the edges and faces of the old; those
    come first, unchanged. A closed mesh stays closed.
    """
    slots = shares.argmax(axis=1)
    edges = list_edges(faces)
    crossed = np.flatnonzero(slots[edges.corners[:, 0]] != slots[edges.corners[:, 1]])
    place = np.full(len(edges.corners), -1, np.int64)
    place[crossed] = len(vertices) + np.arange(len(crossed))
    points = _crossings(vertices, edges.corners[crossed], shares, slots)
    cuts = place[edges.of_half].reshape(-1, 3)  # (m, 3), on the edge from each corner to the next
    kinds = (cuts >= 0).sum(axis=1)
    whole, two, three = (np.flatnonzero(kinds == n) for n in (0, 2, 3))
    everything = np.concatenate([vertices, points])
    pieces = [faces[whole], *_split_two(everything, faces[two], cuts[two])]
    owners = [faces[whole, 0], *_owners_two(faces[two], cuts[two])]
    centres = everything[cuts[three]].mean(axis=1).astype(np.float32).astype(np.float64)
    corners = np.column_stack([faces[three], cuts[three], len(everything) + np.arange(len(three))])
    for triangle, owner in zip(_THREE, (0, 1, 1, 2, 2, 0), strict=True):
        pieces.append(corners[:, triangle])
        owners.append(faces[three, owner])
    return np.concatenate([everything, centres]), np.concatenate(pieces), np.concatenate(owners).astype(np.int64)


def _crossings(vertices: Points, ends: Indices, shares: Points, slots: Indices) -> Points:
    """Return (c, 3) where the shares of the two ends' colours are equal, as float32 values."""
    a, b = ends[:, 0], ends[:, 1]
    at_a = shares[a, slots[a]] - shares[a, slots[b]]
    at_b = shares[b, slots[a]] - shares[b, slots[b]]
    drop = at_a - at_b
    way = np.divide(at_a, drop, out=np.full(len(a), 0.5), where=drop > 0)
    way = np.clip(way, NEAREST_END, 1 - NEAREST_END)[:, None]
    return np.asarray((vertices[a] * (1 - way) + vertices[b] * way).astype(np.float32), np.float64)


def _odd_first(faces: Indices, cuts: Indices) -> tuple[Indices, Indices]:
    """Return faces and cuts turned so that corner 0 is the one between the two cut edges."""
    uncut = (cuts < 0).argmax(axis=1)
    turn = (uncut[:, None] + 2 + np.arange(3)) % 3
    rows = np.arange(len(faces))[:, None]
    return faces[rows, turn], cuts[rows, turn]


def _split_two(points: Points, faces: Indices, cuts: Indices) -> list[Indices]:
    """Return three sets of faces: the odd corner's, and the two of the rest, cut along its shorter diagonal."""
    faces, cuts = _odd_first(faces, cuts)
    corners = np.concatenate([faces, cuts], axis=1)
    near = np.linalg.norm(points[corners[:, 3]] - points[corners[:, 2]], axis=1)
    far = np.linalg.norm(points[corners[:, 1]] - points[corners[:, 5]], axis=1)
    shorter = (near <= far)[:, None]
    return [np.where(shorter, corners[:, a], corners[:, b]) for a, b in zip(_ALONE_NEAR, _ALONE_FAR, strict=True)]


def _owners_two(faces: Indices, cuts: Indices) -> list[Indices]:
    turned, _ = _odd_first(faces, cuts)
    return [turned[:, 0], turned[:, 1], turned[:, 1]]
