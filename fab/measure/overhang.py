"""Overhang: how far each face leans out over nothing, and how much of the surface leans too far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]
Faces = NDArray[np.int64]

ON_BED_MM = 0.05
"""A downward face this close to z = 0 lies on the bed. Thinner than any layer, thicker than float32 noise."""


@dataclass(frozen=True, eq=False)
class Overhang:
    """`angle_deg` (m,) of each face from the vertical (0 a wall or upward, 90 a flat ceiling), and `area_mm2` (m,)."""

    angle_deg: NDArray[np.float64]
    area_mm2: NDArray[np.float64]

    def steeper_than(self, limit_deg: float) -> NDArray[np.bool_]:
        """Return which faces lean out by more than `limit_deg`; the slope at the limit itself still prints."""
        return np.asarray(self.angle_deg > limit_deg + 1e-3)

    def share_beyond(self, limit_deg: float) -> float:
        """Return the share of the surface, by area, that leans out by more than `limit_deg`: 0 to 1."""
        return float(self.area_mm2[self.steeper_than(limit_deg)].sum() / self.area_mm2.sum())


def measure_overhang(vertices: Vectors, faces: Faces) -> Overhang:
    """Return the overhang angle of each face from the vertical, in degrees; faces that lie on the bed have none.

    `vertices` (n, 3) mm with the bed at z = 0, `faces` (m, 3) outward.
    """
    triangles = vertices[faces]
    cross = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    length = np.linalg.norm(cross, axis=1)
    down = -cross[:, 2] / np.where(length > 0.0, length, 1.0)
    angle = np.degrees(np.arcsin(np.clip(down, 0.0, 1.0)))
    on_bed = triangles[:, :, 2].max(axis=1) <= ON_BED_MM
    return Overhang(np.where(on_bed, 0.0, angle), length / 2.0)
