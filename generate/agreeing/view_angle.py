"""Whether a picture that is meant to be level was taken from above, told from the silhouette's footing.

Seen level, all that stands on the ground ends on one line. Seen from above, whatever stands nearer to the camera ends
lower, so the lower convex hull of the silhouette bends up from its lowest point. How much of it still lies on the
ground line says that a view is tilted; how far it rises on the way out says by how much. A turn without a tilt (a side
view a little off, say) leaves no such trace and is not found here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generate.silhouette import standardise
from generate.views import View

HEIGHT_PX = 256

TILTED_FLAT_SHARE = 0.4
"""Share of the footing on the ground line under which a view counts as tilted."""

TILTED_DEG = 12.0
"""Estimated elevation from which a view counts as tilted; real pictures said to be level are a few degrees off."""

ROUND_DEG = 40.0
"""Estimated elevation from which there is no footing but a round underside, which tells nothing."""

ON_GROUND, FOOTING = 0.01, 0.1
"""Heights, as shares of the subject's, up to which the hull lies on the ground and belongs to the footing."""

STEEPEST_DEG = 60.0
"""Slope up to which an edge of the hull belongs to the footing's outline; what is steeper is the body's side."""


@dataclass(frozen=True)
class Tilt:
    """How a view's footing bends: the share on the ground line, and the elevation that would bend it so."""

    flat_share: float
    elevation_deg: float

    @property
    def is_tilted(self) -> bool:
        """Return whether both measures say that the view was taken from above."""
        return self.flat_share < TILTED_FLAT_SHARE and TILTED_DEG <= self.elevation_deg < ROUND_DEG


def estimate_tilt(view: View) -> Tilt:
    """Return how far from level the view looks; the elevation is right to about 10° for what stands on a footing."""
    hull = _lower_hull(standardise(view, HEIGHT_PX).mask)
    return Tilt(_width_up_to(hull, ON_GROUND) / _width_up_to(hull, FOOTING), _elevation_deg(hull))


def _lower_hull(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the (n, 2) corners of the lower convex hull from left to right: x and height, as shares of the height.

    Andrew's monotone chain (1979) over the lowest pixel of each column.
    """
    height = mask.shape[0]
    columns = np.flatnonzero(mask.any(axis=0))
    lowest = np.argmax(mask[::-1, columns], axis=0)
    corners: list[tuple[float, float]] = []
    for point in zip((columns / height).tolist(), (lowest / height).tolist(), strict=True):
        while len(corners) >= 2 and _turns_right(corners[-2], corners[-1], point):
            corners.pop()
        corners.append(point)
    return np.array(corners)


def _turns_right(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) <= 0.0


def _width_up_to(hull: NDArray[np.float64], level: float) -> float:
    x = np.arange(hull[0, 0], hull[-1, 0] + 0.5 / HEIGHT_PX, 1.0 / HEIGHT_PX)
    under = x[np.interp(x, hull[:, 0], hull[:, 1]) <= level]
    return float(np.ptp(under)) + 1.0 / HEIGHT_PX


def _elevation_deg(hull: NDArray[np.float64]) -> float:
    """Return the elevation at which a footing as deep as wide rises from its nearest to its outermost points so."""
    run, rise = np.diff(hull, axis=0).T
    gentle = np.flatnonzero(np.abs(np.degrees(np.arctan2(rise, run))) < STEEPEST_DEG)
    if not len(gentle):
        return 0.0
    left, right = hull[gentle[0]], hull[gentle[-1] + 1]
    half_width = (right[0] - left[0]) / 2.0
    return float(np.degrees(np.arcsin(min(1.0, (left[1] + right[1]) / 2.0 / half_width))))
