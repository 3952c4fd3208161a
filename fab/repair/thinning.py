"""A closed surface without the vertices that it does not need, and without faces that cross for want of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.gate import merge_float32
from fab.repair.record import Surface
from fab.repair.simplify import near_trouble

_REACHES = (2.0, 4.0, 16.0)  # of the size of a crossing face: what is held round it, more each time


def thin(surface: Surface, tolerance: float) -> Surface:
    """Return the surface with flat stretches, flat within `tolerance`, in fewer faces, none of which cross.

    `surface` must be closed and free of crossings. Where the fewer faces cross, it keeps its own; so does all of it
    where that is not enough.
    """
    held = np.zeros(len(surface.faces), np.bool_)
    for reach in _REACHES:
        made = _merge_flat(surface, tolerance, held)
        trouble = near_trouble(surface, made, reach)
        if not trouble.any():
            return made
        held |= trouble[surface.faces].any(axis=1)
    return surface


def _merge_flat(surface: Surface, tolerance: float, held: NDArray[np.bool_]) -> Surface:
    from manifold3d import Manifold, Mesh64

    # Faces are merged with those of their own number: a held one has a number to itself.
    number = np.where(held, np.cumsum(held), 0).astype(np.uint64)
    corners = np.ascontiguousarray(surface.faces, np.uint64)
    mesh = Manifold(Mesh64(surface.vertices, corners, face_id=number)).simplify(tolerance).to_mesh64()
    return Surface(*merge_float32(np.asarray(mesh.vert_properties)[:, :3], np.asarray(mesh.tri_verts, np.int64)))
