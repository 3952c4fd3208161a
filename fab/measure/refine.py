"""Refinement: large faces cut up, so that one sample a face is enough to see what lies behind each part of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]
Faces = NDArray[np.int64]

MAX_FACES = 400_000


class Refined(NamedTuple):
    """The same surface in smaller faces. The first vertices are the original ones; `parents` (m,) names each face's
    original face."""

    vertices: Vectors
    faces: Faces
    parents: NDArray[np.int64]


def refine(
    vertices: Vectors, faces: Faces, max_edge_mm: float | NDArray[np.float64], max_faces: int = MAX_FACES
) -> Refined:
    """Return the surface with every edge at most `max_edge_mm` long, without T-junctions.

    `vertices` (n, 3) mm, `faces` (m, 3); `max_edge_mm` may differ from face to face (m,), and the shorter one holds for
    an edge between two. Edges are halved until all are short enough or another round would pass `max_faces`; then what
    stands is returned, coarser than asked.
    """
    refined = Refined(vertices, faces, np.arange(len(faces)))
    allowed_mm = np.broadcast_to(np.asarray(max_edge_mm, np.float64), len(faces))
    while True:
        edges, of_face = _unique_edges(refined.faces)
        ends = refined.vertices[edges]
        allowed = np.full(len(edges), np.inf)
        np.minimum.at(allowed, of_face.ravel(), np.repeat(allowed_mm[refined.parents], 3))
        long = np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1) > allowed
        if not long.any() or len(refined.faces) + int(long[of_face].sum()) > max_faces:
            return refined
        refined = _split_edges(refined, ends, long, of_face)


def _unique_edges(faces: Faces) -> tuple[Faces, Faces]:
    """Return the edges (k, 2) and for each face (m, 3) the index of its edges 0-1, 1-2, 2-0."""
    halves = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    keys = halves[:, 0] * (int(faces.max()) + 1) + halves[:, 1]
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    return halves[first], inverse.reshape(-1, 3)


def _split_edges(mesh: Refined, ends: Vectors, long: NDArray[np.bool_], of_face: Faces) -> Refined:
    midpoint = np.full(len(long), -1)
    midpoint[long] = len(mesh.vertices) + np.arange(int(long.sum()))
    vertices = np.concatenate([mesh.vertices, ends[long].mean(axis=1)])
    corners, middles = _cuts_first(mesh.faces, midpoint[of_face])
    cuts = (middles >= 0).sum(axis=1)
    parts = [corners[cuts == 0]]
    parents = [mesh.parents[cuts == 0]]
    for count, pieces in ((1, _in_two), (2, _in_three), (3, _in_four)):
        chosen = cuts == count
        cut = pieces(corners[chosen], middles[chosen], vertices)
        parts.append(cut.reshape(-1, 3))
        parents.append(np.repeat(mesh.parents[chosen], count + 1))
    return Refined(vertices, np.concatenate(parts), np.concatenate(parents))


def _cuts_first(faces: Faces, middles: Faces) -> tuple[Faces, Faces]:
    """Turn each face so that a lone cut edge is 0-1 and a lone whole edge is 2-0."""
    cut = middles >= 0
    lone = np.where(cut.sum(axis=1) == 1, cut.argmax(axis=1), 0)
    lone = np.where(cut.sum(axis=1) == 2, ((~cut).argmax(axis=1) + 1) % 3, lone)
    turn = (lone[:, None] + np.arange(3)) % 3
    return np.take_along_axis(faces, turn, axis=1), np.take_along_axis(middles, turn, axis=1)


def _in_two(corner: Faces, middle: Faces, vertices: Vectors) -> Faces:
    a, b, c = corner.T
    m = middle[:, 0]
    return np.stack([np.stack([a, m, c], axis=1), np.stack([m, b, c], axis=1)], axis=1)


def _in_three(corner: Faces, middle: Faces, vertices: Vectors) -> Faces:
    """Cut edges 0-1 and 1-2; the quadrilateral that is left is cut along its shorter diagonal."""
    a, b, c = corner.T
    m, n = middle[:, 0], middle[:, 1]
    shorter = np.linalg.norm(vertices[a] - vertices[n], axis=1) <= np.linalg.norm(vertices[m] - vertices[c], axis=1)
    near_a = np.where(shorter, n, c)
    near_c = np.where(shorter, a, m)
    top = np.stack([m, b, n], axis=1)
    return np.stack([top, np.stack([a, m, near_a], axis=1), np.stack([near_c, n, c], axis=1)], axis=1)


def _in_four(corner: Faces, middle: Faces, vertices: Vectors) -> Faces:
    a, b, c = corner.T
    m, n, o = middle.T
    pieces = [(a, m, o), (m, b, n), (o, n, c), (m, n, o)]
    return np.stack([np.stack(piece, axis=1) for piece in pieces], axis=1)
