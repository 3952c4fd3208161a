"""The same surface in fewer faces."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.flat import merge_flat

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_STEPS = 2.0
"""How far from a plane the corners of a face cut in its plane may be rounded, in steps of float32."""


def fewer_faces(
    vertices: Points, faces: Indices, slots: Indices, tolerance: float | None = None
) -> tuple[Points, Indices, Indices]:
    """Return the mesh with what is flat and of one of `slots` (m,) in fewer faces, and the slot (m',) of each.

    Flat is what lies within `tolerance` mm; without one, what was flat before float32 rounded it. The lowest vertex
    stays, so that the part still stands where it stood.
    """
    lowest = np.array([np.argmin(vertices[:, 2])])
    within = _STEPS * float(np.spacing(np.float32(np.abs(vertices).max()))) if tolerance is None else tolerance
    return merge_flat(vertices, faces, slots, within, fixed=lowest)
