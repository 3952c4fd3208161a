"""Beads: short thick stretches of a thin part, or thick spots on it, which must not part it: it breaks as one."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.disjoint import find_root, unite

Faces = NDArray[np.int64]
Scalars = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]

BEAD_AREA = 12.0
"""Largest surface of a bead, in multiples of the limit squared: that of a ball of nearly twice the limit."""

BEAD_WIDTH = 2.0
"""How thick it may be over most of that, in multiples of the limit."""


def find_beads(faces: Faces, members: Flags, area_mm2: Scalars, opposed_mm: Scalars, limit_mm: float) -> Flags:
    """Return the (m,) faces of beads: connected patches that are not `members` (m,), small, and not much thicker.

    `faces` (m, 3); `area_mm2` (m,), infinite for what goes on beyond these faces; `opposed_mm` (m,) thickness, infinite
    where no side opposes: the floor between two ribs of a thick body is no bead.
    """
    patch = _label_patches(faces, ~members)
    free = np.flatnonzero(~members)
    area = np.bincount(patch[free], area_mm2[free])
    narrow = free[opposed_mm[free] < BEAD_WIDTH * limit_mm]
    held = np.bincount(patch[narrow], area_mm2[narrow], len(area))
    is_bead = (area < BEAD_AREA * limit_mm**2) & (held > 0.5 * area)
    beads = np.zeros(len(faces), bool)
    beads[free] = is_bead[patch[free]]
    return beads


@njit(cache=True)
def _label_patches(faces: Faces, chosen: Flags) -> Indices:
    """Return for each chosen face a number that is the same for those connected over corners, and -1 for others."""
    parent = np.arange(faces.max() + 1)
    for face in range(len(faces)):
        if chosen[face]:
            unite(parent, unite(parent, faces[face, 0], faces[face, 1]), faces[face, 2])
    label = np.full(len(faces), -1)
    for face in range(len(faces)):
        if chosen[face]:
            label[face] = find_root(parent, faces[face, 0])
    return label
