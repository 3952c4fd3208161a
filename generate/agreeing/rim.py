"""Colours along the left and the right outline of a view, row by row: what neighbouring views show as well.

Where the outline is, the line of sight touches the surface. Level views from opposite sides share that line: the left
rim of one is the right rim of the other. A view from 90° to the right sees the right rim in its interior, at the same
height. So rims must show the same colours, however different front and back are in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from generate.silhouette import standardise
from generate.views import View

HEIGHT_PX = 128
DEPTH_PX = (2, 7)
"""Where a rim's colour is taken, in pixels from the outline: the outermost are mixed with the background."""

REACH_PX, WIDE_REACH_PX = 3, 20
"""Rows up and down in which a colour may be found again, on a rim and anywhere in a picture: drawn views are not level
to the pixel, and a turn by a few degrees brings other surface to the outline."""

FAR = 30.0
"""Distance in Lab from which a colour is simply another."""

TWO_COLOURED = 12.0
"""Difference of chroma between the left and the right outline from which they tell left from right."""

LOPSIDED = 7.0
"""Distance in Lab between the left and the right outline from which a row tells which of the two a view shows."""

MIN_LOPSIDED = 0.05
"""Share of such rows under which there is nothing to tell."""

LEAST_SPREAD = 1.0
"""Added to the spread over the rows, in Lab: a hint of colour all along a figure is noise of the light."""

LIGHTNESS = 0.5
"""Weight of lightness against chroma: light falls differently on each side."""


@dataclass(frozen=True, eq=False)
class Rims:
    """Colours of a view at `HEIGHT_PX` rows, in weighted CIE Lab: its rims and all it shows.

    `left` and `right` are (h, 3) float32, NaN in rows without subject; `shown` is (h, k, 3), each row's colours at k
    evenly spaced points.
    """

    left: NDArray[np.float32]
    right: NDArray[np.float32]
    shown: NDArray[np.float32]


def rims_of(view: View, samples: int = 24) -> Rims:
    """Return the colours along both outlines of a view and across it."""
    image = standardise(view, HEIGHT_PX).image
    mask = image[..., 3] >= 128
    lab = _lab(image)
    left, right = (np.full((HEIGHT_PX, 3), np.nan, np.float32) for _ in range(2))
    shown = np.full((HEIGHT_PX, samples, 3), np.nan, np.float32)
    for row in np.flatnonzero(mask.any(axis=1)):
        columns = np.flatnonzero(mask[row])
        colours = lab[row, columns]
        near, far = (min(depth, len(columns) // 3) for depth in DEPTH_PX)
        left[row] = np.median(colours[near : far + 1], axis=0)
        right[row] = np.median(colours[::-1][near : far + 1], axis=0)
        shown[row] = colours[np.linspace(near, len(columns) - 1 - near, samples).round().astype(int)]
    return Rims(left, right, shown)


def colour_difference(view: Rims, others: Sequence[Rims]) -> float:
    """Return how far, on average, the colours on a view's outlines are from all that the others show about there.

    What is further than `FAR` apart counts as `FAR`.
    """
    shown = np.concatenate([other.shown for other in others], axis=1)
    return _mean([_nearest(rim, shown, WIDE_REACH_PX) for rim in (view.left, view.right)])


def handedness(view: Rims, opposite: Rims) -> float | None:
    """Return whether the outlines' chroma says that two opposite views are as given (1), or one mirrored (-1).

    It is the correlation, over the rows, of what tells the left rim from the right: the left rim of one view is the
    right rim of the other. None where one of them is alike on both sides. Only chroma counts, at one lightness:
    pictures of both sides are often lit from the same side of the picture, which makes rims alike that are none.
    """
    a, b = (_chroma(rims.left) - _chroma(rims.right) for rims in (view, opposite))
    seen = ~np.isnan(a[:, 0] + b[:, 0])
    if not seen.any():
        return None
    sizes = [float(np.sqrt((sides[seen] ** 2).sum(axis=1).mean())) for sides in (a, b)]
    if min(sizes) < TWO_COLOURED:
        return None
    return -float((a[seen] * b[seen]).sum(axis=1).mean()) / (sizes[0] * sizes[1])


def swap_gain(neighbours: Sequence[tuple[Rims, Rims]]) -> float:
    """Return how much better the outlines' colours are found in neighbouring views if those were the other way round.

    Of each pair the second view is said to be from 90° further round than the first: it must show what the first has
    on its right rim, and the first what the second has on its left. Were it from the other side, it would be the other
    rims. Only rows with another colour on either side count. Mean over the rows against their spread; positive where
    the views fit better swapped.
    """
    by_row = [
        gains
        for first, second in neighbours
        for gains in (_gains(first.right, first.left, second), _gains(second.left, second.right, first))
    ]
    gains = np.concatenate(by_row)
    telling = gains[~np.isnan(gains)]
    if len(telling) < MIN_LOPSIDED * len(gains):
        return 0.0
    return float(telling.mean() / (telling.std() + LEAST_SPREAD))


def _gains(near: NDArray[np.float32], far: NDArray[np.float32], neighbour: Rims) -> NDArray[np.float32]:
    """Return (h,): how much better the far rim is found in a neighbouring view than the near one, NaN if alike."""
    distances = [np.minimum(_nearest(rim, neighbour.shown, REACH_PX), FAR) for rim in (near, far)]
    is_telling = np.linalg.norm(near - far, axis=1) > LOPSIDED
    return np.where(is_telling, distances[0] - distances[1], np.nan).astype(np.float32)


def _chroma(colours: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the weighted Lab colours at one lightness of 60, as if every surface had the same light."""
    lightness = colours[..., :1] / LIGHTNESS
    chroma = colours[..., 1:] * (60.0 / np.maximum(lightness, 25.0))
    return np.asarray(np.concatenate([0.0 * lightness, chroma], axis=-1), np.float32)


def _mean(distances: Sequence[NDArray[np.float32]]) -> float:
    every = np.concatenate(distances)
    return float(np.mean(np.minimum(every[~np.isnan(every)], FAR)))


def _nearest(rim: NDArray[np.float32], colours: NDArray[np.float32], reach_px: int) -> NDArray[np.float32]:
    """Return (h,): how far each row's colour is from the nearest of (h, k, 3) colours about there, NaN without any."""
    best = np.full(len(rim), np.inf, np.float32)
    padded = np.pad(colours, ((reach_px, reach_px), (0, 0), (0, 0)), constant_values=np.nan)
    for step in range(2 * reach_px + 1):
        offset = padded[step : step + len(rim)] - rim[:, None]
        distance = np.sqrt((offset**2).sum(axis=2))
        best = np.fmin(best, np.where(np.isnan(distance), np.inf, distance).min(axis=1))
    return np.where(np.isfinite(best), best, np.nan).astype(np.float32)


def _lab(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    lab = cv2.cvtColor(image[..., :3].astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    return np.asarray(lab * np.array([LIGHTNESS, 1.0, 1.0], np.float32), np.float32)
