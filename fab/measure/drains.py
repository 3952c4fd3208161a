"""Drains: where a hole lets a hollow run empty through the least wall."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]
Faces = NDArray[np.int64]

CLEAR_MM = 3.0
"""Where a drain comes out there must be so much free way, or what it lets out stays between two walls."""

STEP_MM = 1e-3
"""From face to face a ray sets out so far beyond the last, not to meet it again."""

FLOOR_MM = 0.5
"""A way that comes out this close to the bed comes out on the plate."""


class Drain(NamedTuple):
    """Where to drill, on the outside, and through how much wall."""

    point_mm: tuple[float, float, float]
    wall_mm: float


def find_drain(vertices: Vectors, faces: Faces, inside_mm: Vectors) -> Drain | None:
    """Return the shortest way out for a hole from `inside_mm` (3,), a point in a hollow at its lowest layer.

    Tried are directions to all sides and downward. A way through the floor that the part stands on counts only when
    there is no other: the plate would shut it. None where each way ends between two walls.
    """
    from fab.measure.thickness import InnerRays

    rays = InnerRays(vertices[faces])
    ways = _ways()
    start = np.tile(inside_mm, (len(ways), 1))
    to_wall, wall = rays.cast(start, ways)
    entry = start + np.where(wall >= 0, to_wall, 0.0)[:, None] * ways
    thickness, other = rays.cast(entry + STEP_MM * ways, ways)
    thickness += STEP_MM
    leave = entry + np.where(other >= 0, thickness, 0.0)[:, None] * ways
    clear, _ = rays.cast(leave + STEP_MM * ways, ways)
    good = (wall >= 0) & (other >= 0) & (clear >= CLEAR_MM)
    through_floor = leave[:, 2] < FLOOR_MM
    cost = np.where(good, thickness + np.where(through_floor, 1e6, 0.0), np.inf)
    best = int(cost.argmin())
    if not np.isfinite(cost[best]):
        return None
    x, y, z = leave[best]
    return Drain((float(x), float(y), float(z)), float(thickness[best]))


def _ways() -> Vectors:
    """Return unit vectors to 16 sides, level and 45° down, and straight down."""
    turn = np.arange(16) * np.pi / 8.0
    level = np.stack([np.cos(turn), np.sin(turn), np.zeros(16)], axis=1)
    slanted = (level + [0.0, 0.0, -1.0]) / np.sqrt(2.0)
    return np.concatenate([level, slanted, [[0.0, 0.0, -1.0]]])
