"""By how many degrees one of two opposite views was turned, told with the help of a view from beside.

At every height the figure is taken for an ellipse, as wide as the front or the back shows it and as deep as the side
does. Its outline from an angle is known (the support of an ellipse, w'² = w² cos² + d² sin²), so the angle is the one
that turns the one view's outlines into the other's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generate.silhouette import standardise
from generate.views import View

HEIGHT_PX = 128
ANGLES_DEG = np.arange(-64.0, 65.0, 4.0)
TURNED_DEG, DOUBTFUL_DEG = 24.0, 12.0
"""Angles from which a view counts as turned: by itself, and where the outlines say so too."""

BETTER, NOISE = 0.85, 0.0085
"""Misfit that must be reached by turning, against that without; and misfit up to which nothing needs explaining."""

CAP = 0.1
"""Distance, as a share of the height, beyond which a row's misfit counts no more: a limb there says nothing."""

Edges = NDArray[np.float64]
"""(h, 2): the left and the right edge at each height, in heights, NaN where there is no subject."""


@dataclass(frozen=True)
class Turn:
    """The angle that fits best, the misfit there and without a turn, and whether the first view is the turned one."""

    angle_deg: float
    misfit: float
    misfit_level: float
    first_is_turned: bool

    def is_turn(self, looks_turned: bool) -> bool:
        """Return whether a turn explains the views; less of one is needed where the outlines look turned anyway."""
        explains = self.misfit_level >= NOISE and self.misfit <= BETTER * self.misfit_level
        clear = explains and abs(self.angle_deg) >= TURNED_DEG
        return clear or (looks_turned and abs(self.angle_deg) >= DOUBTFUL_DEG)


def estimate_turn(first: View, opposite: View, side: View) -> Turn:
    """Return the turn between a view and the opposite one; `side` is from 90° beside the first, on either hand.

    The opposite view's outlines are mirrored into the first one's. Misfits are means in heights.
    """
    a, b, s = edges_of(first), -edges_of(opposite)[:, ::-1], edges_of(side)
    if (side.azimuth_deg - first.azimuth_deg) % 360.0 > 180.0:
        s = -s[:, ::-1]
    found = []
    for true, seen, first_is_turned in ((b, a, True), (a, b, False)):
        misfits = [_misfit(turned(true, s, angle), seen) for angle in ANGLES_DEG]
        best = int(np.argmin(misfits))
        level = misfits[len(ANGLES_DEG) // 2]
        found.append(Turn(float(ANGLES_DEG[best]), misfits[best], level, first_is_turned))
    return min(found, key=lambda turn: turn.misfit)


def edges_of(view: View) -> Edges:
    """Return where the outlines of a view are, row by row."""
    mask = standardise(view, HEIGHT_PX).mask
    left, right = np.argmax(mask, axis=1), mask.shape[1] - np.argmax(mask[:, ::-1], axis=1)
    edges = np.asarray((np.column_stack([left, right]) - mask.shape[1] / 2.0) / HEIGHT_PX, np.float64)
    edges[~mask.any(axis=1)] = np.nan
    return edges


def turned(front: Edges, side: Edges, angle_deg: float) -> Edges:
    """Return the outlines from `angle_deg` further round, of a figure with these from the front and from its left."""
    cos, sin = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    middle = front.mean(axis=1) * cos + side.mean(axis=1) * sin
    half = np.hypot(np.ptp(front, axis=1) * cos, np.ptp(side, axis=1) * sin) / 2.0
    return np.asarray(np.column_stack([middle - half, middle + half]))


def _misfit(predicted: Edges, seen: Edges) -> float:
    off = predicted - seen
    off = np.abs(off - np.nanmedian(off))
    return float(np.nanmean(np.minimum(off, CAP)))
