"""Classifier-free guidance with an interval of times in which it acts."""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Guidance:
    """How far a prediction is pushed away from the unconditional one, and when.

    `strength` w means (1 + w)·v - w·v_null, as TRELLIS' `cfg_strength`; w = 0 is no guidance. Libraries that write
    s·v + (1 - s)·v_null (TRELLIS.2's `guidance_strength`) are given w = s - 1 by their adapter: no other convention
    lives here. `interval` is inclusive at both ends (Kynkäänniemi et al. 2024); outside it no unconditional pass is
    made for guidance.

    Raises ValueError for a strength that is not finite or is negative, and for an interval that is empty.
    """

    strength: float = 0.0
    interval: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self) -> None:
        if not (math.isfinite(self.strength) and self.strength >= 0):
            raise ValueError(f"guidance strength must be finite and at least 0 (0 is none), got {self.strength}")
        if not self.interval[0] <= self.interval[1]:
            raise ValueError(f"guidance interval must be (low, high) with low <= high, got {self.interval}")

    def acts_at(self, t: float) -> bool:
        """Tell whether predictions at `t` are guided."""
        return self.strength != 0 and self.interval[0] <= t <= self.interval[1]

    def apply(self, velocity: Tensor, null: Tensor) -> Tensor:
        """Return the guided velocity, of the shape of both."""
        return (1 + self.strength) * velocity - self.strength * null
