"""Palettes laid out: free colours move to what they cover, filaments that one owns stay."""

from __future__ import annotations

import numpy as np
from coloured_solids import RED, WHITE, halves

from fab.palette.canvas import Canvas, canvas_of
from fab.palette.lab import linear_to_lab, srgb_to_lab
from fab.palette.layout import lab_of, lay_out, palette_near
from fab.palette.regions import Ground
from fab.solid import Solid

OFF = srgb_to_lab(np.array([[190, 20, 20], [235, 235, 235]]))
"""Near the red and the white of the halves."""


def ground(solid: Solid) -> Ground:
    assert solid.colour is not None
    field = solid.colour
    canvas: Canvas = canvas_of(solid, lambda points, normals: linear_to_lab(field.at(points, normals)[:, :3]), OFF, 0.4)
    return Ground.of(canvas, 0.8)


def test_free_colours_move_to_what_they_cover() -> None:
    layout = lay_out(ground(halves()), palette_near(OFF), fixed=False)
    given = srgb_to_lab(np.array([RED, WHITE]))
    assert np.abs(lab_of(layout.palette.colours) - given).max() < 1.0
    assert np.median(layout.cost.min(axis=1)) < 0.5


def test_owned_colours_stay() -> None:
    palette = palette_near(OFF)
    assert lay_out(ground(halves()), palette, fixed=True).palette == palette
