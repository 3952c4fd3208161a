"""Flat stretches of a closed surface in as few faces as they need."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.gate import merge_float32

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_NONE: Indices = np.zeros(0, np.int64)


def merge_flat(
    vertices: Points, faces: Indices, kinds: Indices, tolerance: float, fixed: Indices = _NONE
) -> tuple[Points, Indices, Indices]:
    """Return the mesh with what is flat within `tolerance` and of one kind in fewer faces, and the kind (m',) of each.

    `vertices` (n, 3) and `faces` (m, 3) are closed and oriented; vertices come out as float32 values, the `fixed` ones
    among them. Borders between `kinds` (m,), none negative, stay where they are within the tolerance. Faces may cross
    afterwards where the surface all but touches itself: who needs a solid has to look.
    """
    from manifold3d import Manifold, Mesh64

    # Faces are merged with those of their own number; what has a number to itself keeps its corners.
    held = np.isin(faces, fixed).any(axis=1)
    known = int(kinds.max()) + 1
    numbers = np.where(held, known + np.cumsum(held) - 1, kinds)
    corners = np.ascontiguousarray(faces, np.uint64)
    mesh = Mesh64(np.ascontiguousarray(vertices), corners, face_id=numbers.astype(np.uint64))
    made = Manifold(mesh).simplify(tolerance).to_mesh64()
    points, merged = merge_float32(np.asarray(made.vert_properties)[:, :3], np.asarray(made.tri_verts, np.int64))
    kind_of = np.concatenate([np.arange(known), kinds[held]])
    return points, merged, kind_of[np.asarray(made.face_id, np.int64)]
