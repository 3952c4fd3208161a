"""Doubt: where two pictures, taken across each other, show different colours for the same spot.

A corner that two silhouettes leave open is surface only if both pictures show it there, so that a point whose two
colours disagree is likely empty (photo-consistency: Kutulakos and Seitz, "A Theory of Shape by Space Carving", 2000).
Shading differs between pictures: lightness counts less than hue, and small differences not at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from generate.backends.hull.frame import PAD, Outline
from generate.backends.hull.texture import texture_of

LIGHTNESS_COUNTS = 0.4
"""Weight of lightness against the two colour axes of CIELAB."""

SAME, DIFFERENT = 16.0, 28.0
"""Distances in CIELAB up to which colours are taken to be the same, and from which on they surely differ."""


@dataclass(frozen=True, eq=False)
class Glimpse:
    """One picture on the grid: (rows, columns, 3) CIELAB, and the turn in radians from where the field is seen from."""

    lab: NDArray[np.float32]
    turn: float


@dataclass(frozen=True, eq=False)
class Doubt:
    """What pictures of two axes across each other say against each point of a (deep, wide) grid."""

    glimpses: tuple[Glimpse, ...]
    across: tuple[Glimpse, ...]
    right: NDArray[np.float64]
    depth: NDArray[np.float64]

    def in_row(self, row: int, ridge: tuple[float, float]) -> NDArray[np.float64]:
        """Return (deep, wide) 0 where the pictures agree or only one looks, 1 where they surely differ.

        `ridge` is (right, depth) of the body's middle: a picture looks at what is nearer to it than that.
        """
        doubt = np.zeros(self.right.shape)
        looks = [[self._look(glimpse, row, ridge) for glimpse in side] for side in (self.glimpses, self.across)]
        for colours, near in looks[0]:
            for others, also_near in looks[1]:
                apart = np.linalg.norm(colours - others, axis=-1)
                doubt += near * also_near * np.clip((apart - SAME) / (DIFFERENT - SAME), 0.0, 1.0)
        return doubt

    def _look(
        self, glimpse: Glimpse, row: int, ridge: tuple[float, float]
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        sine, cosine = np.sin(glimpse.turn), np.cos(glimpse.turn)
        column = np.round(self.right * cosine + self.depth * sine + (glimpse.lab.shape[1] - 1) / 2).astype(np.int64)
        near = (self.right - ridge[0]) * sine - (self.depth - ridge[1]) * cosine > 0
        return glimpse.lab[row, np.clip(column, 0, glimpse.lab.shape[1] - 1)], near


def glimpse_of(outline: Outline, rows: int, azimuth_deg: float) -> Glimpse:
    """Return the outline's picture on the grid, blurred, for a field of `rows` rows seen from `azimuth_deg`."""
    columns = outline.phi.shape[1]
    right, height = np.meshgrid(np.arange(columns) - (columns - 1) / 2, np.arange(rows) - PAD + 0.5)
    at = outline.pixels_of(right.ravel(), height.ravel()).astype(np.float32).reshape(rows, columns, 2)
    blurred = texture_of(outline).levels[-1] / np.float32(255)
    lab = cv2.cvtColor(np.clip(blurred, 0, 1), cv2.COLOR_RGB2LAB) * np.array([LIGHTNESS_COUNTS, 1, 1], np.float32)
    seen = cv2.remap(lab, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return Glimpse(np.asarray(seen, np.float32), float(np.radians(outline.view.azimuth_deg - azimuth_deg)))
