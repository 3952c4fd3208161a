"""The same surface in fewer faces."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.flat import merge_flat

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_UNSEEN_MM = 0.0001
"""How far the surface may move: no printer knows of it."""


def fewer_faces(vertices: Points, faces: Indices, slots: Indices) -> tuple[Points, Indices, Indices]:
    """Return the mesh with what is flat and of one of `slots` (m,) in fewer faces, and the slot (m',) of each.

    The lowest vertex stays, so that the part still stands where it stood. Faces may cross afterwards.
    """
    lowest = np.array([np.argmin(vertices[:, 2])])
    return merge_flat(vertices, faces, slots, _UNSEEN_MM, fixed=lowest)
