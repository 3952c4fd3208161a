"""Faces too narrow to be cut: needles and caps whose pieces float32 could not keep apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.gate import Edges, face_areas, find_defects, list_edges
from fab.palette.fewer import fewer_faces

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

NARROWEST = 0.005
"""Height of a face, in mm, below which no border crosses it."""
_HAIR = 0.001
"""Height of a face, in mm, below which its long edges cannot be halved again and again: the middles of two of them
round to one point, or to the wrong side of each other."""
_UNSEEN = 0.0001
"""How far the surface may move, in mm, to be rid of such faces: no printer knows of it."""


def needle_edges(vertices: Points, faces: Indices) -> Indices:
    """Return (h, 2) the edges, lower vertex first, of faces too narrow for float32 to keep their pieces apart."""
    edges = list_edges(faces)
    longest = _longest(vertices, edges)
    needles = 2 * face_areas(vertices, faces) < NARROWEST * longest
    return np.asarray(edges.corners[np.unique(edges.of_half.reshape(-1, 3)[needles])])


def without_hairs(vertices: Points, faces: Indices, limit: float) -> tuple[Points, Indices]:
    """Return a solid's mesh without faces narrower than a hair, where some are longer than `limit` mm.

    Flat stretches come in fewer faces then. A mesh that would cross itself by that, and one without such faces, comes
    back as it is.
    """
    longest = _longest(vertices, list_edges(faces))
    if not ((2 * face_areas(vertices, faces) < _HAIR * longest) & (longest > limit)).any():
        return vertices, faces
    points, left, _ = fewer_faces(vertices, faces, np.zeros(len(faces), np.int64), _UNSEEN)
    return (points, left) if find_defects(points, left).none else (vertices, faces)


def _longest(vertices: Points, edges: Edges) -> Points:
    """Return (m,) the length of each face's longest edge."""
    lengths = np.linalg.norm(np.diff(vertices[edges.corners], axis=1)[:, 0], axis=1)
    return np.asarray(lengths[edges.of_half].reshape(-1, 3).max(axis=1))
