"""Flat stretches of a closed surface in as few faces as they need, none of which cross."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.crossings import crossing_pairs
from fab.gate import list_edges, merge_float32
from fab.predicates import zero_area

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_REACHES = (2.0, 4.0, 16.0)  # of the size of a crossing face: what is held round it, more each time
_NONE: Indices = np.zeros(0, np.int64)


def merge_flat(
    vertices: Points, faces: Indices, kinds: Indices, tolerance: float, fixed: Indices = _NONE
) -> tuple[Points, Indices, Indices]:
    """Return the mesh with what is flat within `tolerance` and of one kind in fewer faces, and the kind (m',) of each.

    `vertices` (n, 3) and `faces` (m, 3) are closed, oriented and free of crossings, and stay so; vertices come out as
    float32 values, the `fixed` ones among them. Borders between `kinds` (m,), none negative, stay where they are within
    the tolerance. Where fewer faces would cross, the mesh keeps its own; so does all of it where that is not enough.
    """
    held = np.asarray(np.isin(faces, fixed).any(axis=1))
    for reach in _REACHES:
        points, fewer, kind = _merged(vertices, faces, kinds, held, tolerance)
        trouble = near_trouble(vertices, points, fewer, reach) | _joined_twice(vertices, points, fewer)
        if not trouble.any():
            return points, fewer, kind
        held |= trouble[faces].any(axis=1)
    return vertices, faces, kinds


def _merged(
    vertices: Points, faces: Indices, kinds: Indices, held: NDArray[np.bool_], tolerance: float
) -> tuple[Points, Indices, Indices]:
    from manifold3d import Manifold, Mesh64

    # Faces are merged with those of their own number; what has a number to itself keeps its corners.
    known = int(kinds.max()) + 1
    numbers = np.where(held, known + np.cumsum(held) - 1, kinds)
    corners = np.ascontiguousarray(faces, np.uint64)
    mesh = Mesh64(np.ascontiguousarray(vertices), corners, face_id=numbers.astype(np.uint64))
    made = Manifold(mesh).simplify(tolerance).to_mesh64()
    points, merged = merge_float32(np.asarray(made.vert_properties)[:, :3], np.asarray(made.tri_verts, np.int64))
    return points, merged, np.concatenate([np.arange(known), kinds[held]])[np.asarray(made.face_id, np.int64)]


def _joined_twice(given: Points, vertices: Points, faces: Indices) -> NDArray[np.bool_]:
    """(n,) bool: which given points are ends of an edge of four faces: sheets met there in points, now in a line."""
    from scipy.spatial import cKDTree

    edges = list_edges(faces)
    joined = np.zeros(len(given), np.bool_)
    ends = vertices[np.unique(edges.corners[edges.uses > 2])]
    for members in cKDTree(given).query_ball_point(ends, 0.0) if len(ends) else ():
        joined[members] = True
    return joined


def near_trouble(points: Points, vertices: Points, faces: Indices, share: float) -> NDArray[np.bool_]:
    """(n,) bool: which of `points` (n, 3) lie near faces of a mesh that cross or have no area, within that share of
    such a face's size."""
    from scipy.spatial import cKDTree

    bad = np.unique(
        np.concatenate([crossing_pairs(vertices, faces).reshape(-1), np.flatnonzero(zero_area(vertices, faces))])
    )
    corners = vertices[faces[bad]]
    centres = corners.mean(axis=1)
    reach = share * np.linalg.norm(corners - centres[:, None], axis=2).max(axis=1)
    near = np.zeros(len(points), np.bool_)
    for members in cKDTree(points).query_ball_point(centres, reach):
        near[members] = True
    return near
