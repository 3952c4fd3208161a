"""Views: pictures of one subject with the directions they were taken from.

The figure faces -Y with Z up. Azimuth 0 is the front; the camera stands in direction
(sin az · cos el, -cos az · cos el, sin el), so `left` is the subject's own left: azimuth 90°, camera at +X.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

AZIMUTHS_DEG: dict[str, float] = {"front": 0.0, "left": 90.0, "back": 180.0, "right": 270.0}


@dataclass(frozen=True, eq=False)
class View:
    """A cut-out picture and the direction it was taken from.

    `image` is (h, w, 4) uint8 sRGB with straight alpha; alpha is the subject's silhouette.
    """

    image: NDArray[np.uint8]
    azimuth_deg: float
    elevation_deg: float = 0.0
    name: str = ""

    @property
    def mask(self) -> NDArray[np.bool_]:
        """(h, w) bool, where the subject is."""
        return np.asarray(self.image[..., 3] >= 128)


@dataclass(frozen=True, eq=False)
class Views:
    """Pictures of one subject. `source_sha256` is the hash of the photo they were made from, where there was one."""

    items: tuple[View, ...]
    style: str | None = None
    source_sha256: str | None = None

    def at(self, azimuth_deg: float, tolerance_deg: float = 1.0) -> View | None:
        """Return the view from that azimuth, or None."""
        for view in self.items:
            if abs((view.azimuth_deg - azimuth_deg + 180.0) % 360.0 - 180.0) <= tolerance_deg:
                return view
        return None


def side_of(azimuth_deg: float) -> str | None:
    """Return `front`, `left`, `back` or `right`, or None where an azimuth has no name."""
    return next((name for name, azimuth in AZIMUTHS_DEG.items() if azimuth == azimuth_deg % 360.0), None)


NoteSeverity = Literal["INFO", "WARN", "FAIL"]


@dataclass(frozen=True)
class Note:
    """One thing that `generate` has to say about its input or its result: a plain record, turned into a finding above.

    `place` is in words ("front view, upper left, 24% to 61% of the height"); `view` names the picture it is about.
    """

    code: str
    severity: NoteSeverity
    message: str
    measured: float | None = None
    limit: float | None = None
    unit: str | None = None
    view: str | None = None
    place: str | None = None
    remedy: str | None = None
    extra: dict[str, float] = field(default_factory=dict)


def camera_direction(azimuth_deg: float, elevation_deg: float = 0.0) -> NDArray[np.float64]:
    """Return the (3,) unit vector from the subject to the camera."""
    az, el = np.radians(azimuth_deg), np.radians(elevation_deg)
    return np.array([np.sin(az) * np.cos(el), -np.cos(az) * np.cos(el), np.sin(el)])


def camera_right(azimuth_deg: float) -> NDArray[np.float64]:
    """Return the (3,) unit vector that points to the right of the picture taken from that azimuth."""
    az = np.radians(azimuth_deg)
    return np.array([np.cos(az), np.sin(az), 0.0])
