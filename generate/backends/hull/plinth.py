"""Plinth: the plate a figure may stand on, told from its outline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generate.backends.hull.frame import PAD

STEADY = 0.8
"""A plinth's outline is as wide as this share of its widest row, from the ground up."""

ABOVE = 0.75
"""What stands on a plinth is narrower than this share of it."""


@dataclass(frozen=True, eq=False)
class Plinth:
    """A round plate on the ground: rows it takes up, the column of its centre, and its radius; all in voxels."""

    height: int
    centre: float
    radius: float


def find_plinth(phi: NDArray[np.float32]) -> Plinth | None:
    """Return the plate under the figure, or None.

    It is one solid run in each row, keeps its width up to at most a fifth of the figure's height, is flat (less than
    0.3 of its width tall), and what stands on it is at once narrower: feet, tails and skirts are none of that.
    """
    inside = phi[PAD:-PAD] > 0
    tall = len(inside)
    low, high = _ends(inside)
    extent = high - low
    widest = extent[: max(2, tall // 100)].max()
    height = int(np.argmax(extent < STEADY * widest))
    above = min(tall - 1, height + max(1, tall // 50))
    solid = np.count_nonzero(inside[:height], axis=1) >= 0.97 * extent[:height]
    flat = 2 <= height < min(0.2 * tall, 0.3 * widest)
    if not (flat and solid.all() and extent[above] < ABOVE * widest):
        return None
    left, right = low[:height].min(), high[:height].max()
    return Plinth(height, (left + right - 1) / 2, (right - left) / 2)


def _ends(inside: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and one past the last column inside, per row; equal where the row is empty."""
    filled = inside.any(axis=1)
    low = np.where(filled, inside.argmax(axis=1), 0)
    high = np.where(filled, inside.shape[1] - inside[:, ::-1].argmax(axis=1), 0)
    return low, high
