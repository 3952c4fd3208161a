"""Where the views were taken from, as far as that is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from sampling.errors import BadConditions


@dataclass(frozen=True)
class Cameras:
    """Azimuth and elevation of each view, in degrees.

    Azimuth 0 is the front of a figure that faces -Y, 90 its own left (+X); Z is up. The model does not know these
    angles and may stand its body at another yaw: see `sampling.azimuth`.
    """

    azimuths_deg: tuple[float, ...]
    elevations_deg: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        count = len(self.azimuths_deg)
        if self.elevations_deg and len(self.elevations_deg) != count:
            raise BadConditions(f"{count} azimuths need as many elevations or none, got {len(self.elevations_deg)}")

    def directions(self, yaw_deg: float = 0.0, device: torch.device | str = "cpu") -> Tensor:
        """Return unit vectors towards the cameras, (K, 3) float32, of a body that is turned by `yaw_deg` about Z."""
        return torch.as_tensor(
            camera_directions(self.azimuths_deg, self.elevations_deg, yaw_deg), dtype=torch.float32, device=device
        )


def camera_directions(
    azimuths_deg: Sequence[float], elevations_deg: Sequence[float] = (), yaw_deg: float = 0.0
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return (K, 3) float64 unit vectors (sin az·cos el, -cos az·cos el, sin el), azimuths counted from `yaw_deg`."""
    azimuth = np.deg2rad(np.asarray(azimuths_deg, dtype=np.float64) + yaw_deg)
    elevation = np.deg2rad(np.asarray(elevations_deg or [0.0] * len(azimuths_deg), dtype=np.float64))
    level = np.cos(elevation)
    return np.stack([np.sin(azimuth) * level, -np.cos(azimuth) * level, np.sin(elevation)], axis=1)
