"""Fine relief: ridges and grooves narrower than a limit whose flanks stand steep, and how much of the surface they are.

What is a wall, a rod or a slot of its own is left out: those stick out further. So are the strips beside sharp edges,
the flanks of which are further from parallel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from fab.measure.regions import groups, ring_graph
from fab.measure.thin_regions import ThinRegion
from fab.measure.walls import Walls

FLANKS_DEG = 40.0
"""The two flanks of a ridge or groove are within this of parallel."""


@dataclass(frozen=True, eq=False)
class Relief:
    """The `faces` of all ridges or grooves narrower than the limit, and their `share` of the surface.

    `clears_at_mm` is the limit at which their share is what `measure_relief` allows. `point_mm` lies in the largest.
    """

    faces: NDArray[np.int64]
    share: float
    clears_at_mm: float
    width_mm: float
    point_mm: tuple[float, float, float]


def measure_relief(walls: Walls, limit_mm: float, told: list[ThinRegion], allowed_share: float) -> Relief | None:
    """Return the relief narrower than `limit_mm` outside the regions `told`, or None where there is none.

    Ridges are found on the walls of a solid, grooves on its gaps.
    """
    fine = (walls.thickness.wall_mm < limit_mm) & _stands_steep(walls)
    for region in told:
        fine[region.faces] = False
    faces = np.flatnonzero(fine)
    if len(faces) == 0:
        return None
    width_mm, area, whole = walls.thickness.wall_mm[faces], walls.area_mm2[faces], float(walls.area_mm2.sum())
    order = np.argsort(width_mm, kind="stable")
    passed = np.searchsorted(np.cumsum(area[order]), allowed_share * whole)
    clears_at = float(width_mm[order[passed]]) if passed < len(order) else limit_mm
    x, y, z = _middle_of_largest(walls, fine)
    return Relief(
        faces, float(area.sum()) / whole, clears_at, float(np.median(width_mm)), (float(x), float(y), float(z))
    )


def _stands_steep(walls: Walls) -> NDArray[np.bool_]:
    opposite = walls.thickness.opposite
    facing = np.einsum("ij,ij->i", walls.normals, walls.normals[opposite])
    return np.asarray((opposite >= 0) & (facing <= -math.cos(math.radians(FLANKS_DEG))))


def _middle_of_largest(walls: Walls, fine: NDArray[np.bool_]) -> NDArray[np.float64]:
    graph = ring_graph(walls.surface.faces, walls.middles, fine)
    faces = np.flatnonzero(fine)
    _, label = connected_components(graph[faces][:, faces], directed=False)
    patch = max(groups(faces, label), key=lambda patch: float(walls.area_mm2[patch].sum()))
    middles = walls.middles[patch]
    nearest = np.linalg.norm(middles - middles.mean(axis=0), axis=1).argmin()
    return np.asarray(middles[nearest])
