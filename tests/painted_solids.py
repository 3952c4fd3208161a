"""Painted solids whose colours are known."""

from __future__ import annotations

import numpy as np
import solids

from fab.palette.record import Painted, Palette, PaletteColour
from fab.solid import Solid

HUES = tuple((37 * k % 256, (91 * k + 60) % 256, (53 * k + 120) % 256) for k in range(16))


def palette(count: int) -> Palette:
    """Return a palette of `count` colours, none of them alike."""
    return Palette(colours=tuple(PaletteColour(name=f"colour {k + 1}", srgb=HUES[k]) for k in range(count)))


def banded(count: int, solid: Solid | None = None) -> Painted:
    """Return a ball, or another solid, in `count` level bands of one colour each, lowest first."""
    solid = solid or Solid(solids.ball(10.0, subdivisions=3), "banded ball")
    height = solid.vertices[solid.faces][:, :, 2].mean(axis=1)
    slots = np.minimum((height / solid.extents_mm[2] * count).astype(np.int64), count - 1)
    return Painted(solid, slots, palette(count))
