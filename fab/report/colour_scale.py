"""Colour scales: from a number to a colour that people with any colour vision can rank.

Magma (van der Walt and Smith, 2015) runs even in lightness, so it also reads in grey and on paper. Here it runs from a
pale cream, where all is well, to a deep purple, where it is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STEPS = 256
WELL = (236, 228, 214)  # sRGB, where there is nothing to look at
_DEEPEST = 0.28  # of magma's range: what lies below is too dark to show its shape
_CREAM = 0.35  # of our range: how far the cream reaches into magma's pale yellow


@dataclass(frozen=True)
class Mark:
    """A value worth a line on the scale, and what it is called."""

    value: float
    label: str


@dataclass(frozen=True, eq=False)
class ColourScale:
    """What value has which colour: `table` (256, 3) uint8 sRGB runs evenly from `low` to `high`, in `unit`.

    `open_end` tells that `high` stands for itself and all above.
    """

    low: float
    high: float
    unit: str
    table: NDArray[np.uint8]
    marks: tuple[Mark, ...]
    open_end: bool = False

    def steps_of(self, values: NDArray[np.float64]) -> NDArray[np.uint8]:
        """Return (n,) the row of the table for each value; what is no number counts as `high`."""
        share = (np.nan_to_num(values, nan=self.high) - self.low) / (self.high - self.low)
        return np.rint(np.clip(share, 0.0, 1.0) * (STEPS - 1)).astype(np.uint8)

    def colours_of(self, values: NDArray[np.float64]) -> NDArray[np.uint8]:
        """Return (n, 3) uint8 sRGB."""
        return np.asarray(self.table[self.steps_of(values)])


def thickness_scale(floor_mm: float, recommended_mm: float, cap_mm: float) -> ColourScale:
    """Return the scale of wall thickness: from nothing to `cap_mm`, up to which it was measured; thin is dark."""
    marks: tuple[Mark, ...] = (Mark(floor_mm, "forms from"), Mark(recommended_mm, "strong from"))
    if floor_mm == recommended_mm:
        marks = (Mark(floor_mm, "least"),)
    return ColourScale(0.0, cap_mm, "mm", _warning_colours(STEPS)[::-1], marks, open_end=True)


def overhang_scale(limit_deg: float) -> ColourScale:
    """Return the scale of overhang from 0° (a wall) to 90° (a ceiling): coloured only beyond the limit."""
    calm = round(STEPS * limit_deg / 90.0)
    strong = _warning_colours(STEPS)[STEPS // 3 :]
    rows = np.linspace(0, len(strong) - 1, STEPS - calm).round().astype(np.int64)
    table = np.vstack([np.tile(np.array(WELL, np.uint8), (calm, 1)), strong[rows]])
    return ColourScale(0.0, 90.0, "°", table, (Mark(limit_deg, "needs support beyond"),))


def _warning_colours(count: int) -> NDArray[np.uint8]:
    """Return (count, 3) uint8 sRGB from pale cream over orange to deep purple: magma, its light end made cream."""
    import cv2

    shares = np.linspace(0.0, 1.0, count)
    rows = np.rint((1.0 - shares * (1.0 - _DEEPEST)) * 255).astype(np.uint8)
    magma = cv2.applyColorMap(rows[:, None], cv2.COLORMAP_MAGMA)[:, 0, ::-1]
    cream = np.clip(1.0 - shares / _CREAM, 0.0, 1.0)[:, None]
    return np.rint(magma * (1.0 - cream) + np.array(WELL) * cream).astype(np.uint8)
