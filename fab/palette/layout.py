"""A palette's colours laid out on a canvas, and moved to what they turn out to cover."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fab.palette.canvas import Canvas
from fab.palette.choose import fit_colours
from fab.palette.lab import Lab, differences, lab_to_srgb, pairwise, srgb_to_lab
from fab.palette.narrow import give_room
from fab.palette.record import Palette, PaletteColour
from fab.palette.regions import Ground, find_regions

Points = NDArray[np.float64]

VISIBLE = 1.0
"""CIEDE2000 that can just be seen: where a colour moves farther, the colours are laid out once more."""


@dataclass(frozen=True, eq=False)
class Layout:
    """A palette, the `shares` (n, k) of its colours at a canvas's vertices, and the `cost` (n, k) of each there."""

    palette: Palette
    shares: Points
    cost: Points


def lay_out(ground: Ground, palette: Palette, *, fixed: bool) -> Layout:
    """Return where the colours go, wide enough to be printed.

    Unless they are `fixed` each is moved to where it differs least from what it covers then, which is not what it was
    chosen for: bands narrower than two lines went to their surroundings.
    """
    canvas, cost = ground.canvas, _cost(ground.canvas, palette)
    shares = find_regions(ground, cost)
    if fixed:
        return Layout(palette, give_room(canvas, shares, ground.width_mm), cost)
    fitted = _fitted(canvas, shares, palette)
    if pairwise(lab_of(palette.colours), lab_of(fitted.colours)).max() > VISIBLE:
        shares = find_regions(ground, _cost(canvas, fitted))
        fitted = _fitted(canvas, shares, fitted)
    shares = give_room(canvas, shares, ground.width_mm)
    return Layout(fitted, shares, _cost(canvas, fitted))


def lab_of(colours: tuple[PaletteColour, ...]) -> Lab:
    """Return L*, a*, b* (k, 3) of colours."""
    return srgb_to_lab(np.array([colour.srgb for colour in colours]))


def palette_near(lab: Lab) -> Palette:
    """Return the palette whose colours are nearest to L*, a*, b* (k, 3), named by their hexadecimals."""
    srgb = [(int(r), int(g), int(b)) for r, g, b in lab_to_srgb(lab).tolist()]
    return Palette(colours=tuple(PaletteColour(name="#{:02X}{:02X}{:02X}".format(*c), srgb=c) for c in srgb))


def _fitted(canvas: Canvas, shares: Points, palette: Palette) -> Palette:
    return palette_near(fit_colours(canvas.lab, canvas.area, shares.argmax(axis=1), lab_of(palette.colours)))


def _cost(canvas: Canvas, palette: Palette) -> Points:
    """Return (n, k) CIEDE2000 at each vertex, 0 where nothing is known of its colour."""
    known = np.asarray(np.isfinite(canvas.lab).all(axis=1))
    return np.where(known[:, None], differences(np.nan_to_num(canvas.lab), lab_of(palette.colours)), 0.0)
