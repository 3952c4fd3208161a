"""A closed surface without the vertices that it does not need, and without faces that cross for want of them."""

from __future__ import annotations

import numpy as np

from fab.flat import merge_flat
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
        # Faces are merged with those of their own kind: a held one has a kind to itself.
        kinds = np.where(held, np.cumsum(held), 0)
        made = Surface(*merge_flat(surface.vertices, surface.faces, kinds, tolerance)[:2])
        trouble = near_trouble(surface, made, reach)
        if not trouble.any():
            return made
        held |= trouble[surface.faces].any(axis=1)
    return surface
