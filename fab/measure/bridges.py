"""Bridges: how far a printer must span to cross a patch of ceiling from one side that is held up to the other.

As slicers do, directions are tried: along each, the patch is crossed by lines, and a crossing holds where both its ends
lie on an edge from which material goes down. The patch is a bridge in the direction where nearly all of it is held.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]

DIRECTIONS = 24
LINES = 32
HELD_SHARE = 0.9
"""A patch is a bridge where this share of its crossings, by length, is held on both ends."""


class Outline(NamedTuple):
    """The edges (k, 2, 2) in mm round a patch seen from below, and which of them (k,) something holds up."""

    edges_mm: Vectors
    held: NDArray[np.bool_]


def span_of(outline: Outline) -> float:
    """Return the longest crossing, in mm, in the direction where that is shortest; infinite where none is held."""
    length = np.linalg.norm(outline.edges_mm[:, 1] - outline.edges_mm[:, 0], axis=1)
    if length[outline.held].sum() < 0.25 * length.sum():  # two sides of a square are half of it
        return float("inf")
    turns = np.arange(DIRECTIONS) * np.pi / DIRECTIONS
    return min(_span_along(outline, float(turn)) for turn in turns)


def _span_along(outline: Outline, turn: float) -> float:
    along = np.array([np.cos(turn), np.sin(turn)])
    across = np.array([-along[1], along[0]])
    aside, ahead = outline.edges_mm @ across, outline.edges_mm @ along
    low, high = aside.min(), aside.max()
    lines = low + (np.arange(LINES) + 0.5) / LINES * (high - low)
    line, edge = np.nonzero((aside[:, 0] > lines[:, None]) != (aside[:, 1] > lines[:, None]))
    share = (lines[line] - aside[edge, 0]) / (aside[edge, 1] - aside[edge, 0])
    at = ahead[edge, 0] + share * (ahead[edge, 1] - ahead[edge, 0])
    order = np.lexsort((at, line))
    at, held = at[order], outline.held[edge][order]
    length, holds = at[1::2] - at[::2], held[1::2] & held[::2]
    if length[holds].sum() < HELD_SHARE * length.sum() or not holds.any():
        return float("inf")
    return float(length[holds].max())
