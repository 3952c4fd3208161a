"""The shells of a solid: bodies and the cavities in them, how large, how deep, and which of them rest on the bed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fab.gate import label_shells, nesting_depths, shell_volumes
from fab.repair.record import Limits, Surface
from fab.repair.weld import compact
from fab.repair.winding import containment, shell_boxes

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

PART_SHARE = 0.01  # of the volume: what holds more is a part


@dataclass(frozen=True, eq=False)
class Shells:
    """Shells of a closed surface: `labels` (m,) names the shell of each face, the rest is (count, …)."""

    surface: Surface
    labels: Indices
    count: int
    depth: Indices
    volume: Points
    low: Points
    high: Points

    @classmethod
    def of(cls, surface: Surface) -> Shells:
        """Return the shells of a solid's surface."""
        count, labels = label_shells(surface.faces)
        depth = np.zeros(1, np.int64) if count == 1 else nesting_depths(surface.vertices, surface.faces, labels)
        volume = shell_volumes(surface.vertices, surface.faces, labels, count)
        return cls(surface, labels, count, depth, volume, *shell_boxes(surface, labels, count))

    def pick(self, chosen: NDArray[np.bool_]) -> Surface:
        """Return the faces of the chosen shells (count,) as a surface."""
        return compact(self.surface.vertices, self.surface.faces[chosen[self.labels]])

    def within(self, outer: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(count,) bool: the chosen shells and everything that lies in them."""
        if (self.depth == 0).all() or not outer.any():
            return outer
        closed = np.ones(self.count, np.bool_)
        inside = containment(self.surface, self.labels, self.count, closed)
        return np.asarray(outer | inside[:, outer].any(axis=1))

    def floating(self, limits: Limits) -> NDArray[np.bool_]:
        """(count,) bool: bodies that neither rest on the bed nor hold more than 1% of the volume."""
        lowest = np.full(self.count, np.inf)
        np.minimum.at(
            lowest, np.repeat(self.labels, 3), limits.heights(self.surface.vertices)[self.surface.faces.reshape(-1)]
        )
        hangs = lowest > lowest.min() + limits.crumb_mm / 2
        return np.asarray((self.depth == 0) & hangs & (self.volume <= PART_SHARE * self.volume.sum()), np.bool_)

    def middle(self, shell: int) -> tuple[float, float, float]:
        """Return the middle of a shell's box."""
        x, y, z = (self.low[shell] + self.high[shell]) / 2
        return float(x), float(y), float(z)
