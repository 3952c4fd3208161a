"""A coloured solid painted with a palette of a few colours, each face in one of them."""

from __future__ import annotations

import numpy as np

from fab.colour import ColourField
from fab.palette.canvas import Canvas, Colour, Points, canvas_of, surface_samples
from fab.palette.choose import Tally, choose_colours
from fab.palette.lab import Lab, differences, lab_to_srgb, linear_to_lab
from fab.palette.record import Painted, Palette, PaletteColour, PaletteWishes
from fab.palette.regions import Ground, find_regions
from fab.palette.splitting import split_solid
from fab.solid import NotSolid, Solid

__all__ = ["Painted", "Palette", "PaletteColour", "PaletteWishes", "paint"]

LEAST_LINES = 2.0
"""Width of the narrowest region, in lines."""
DETAIL_WIDTHS = 2.0
"""Area from which what stands out deserves a colour of its own, in squares of the least width: two small eyes."""
PLAIN = PaletteColour(name="grey", srgb=(190, 190, 190))
"""What a part without colours is painted with."""


def paint(solid: Solid, wishes: PaletteWishes) -> Painted:
    """Return the solid painted as wished; in one grey where it has no colour.

    Faces are split finer where colours change and along the borders, and where that would break the solid they are not.
    Raises NotSolid never: the faces of the solid itself can always be painted.
    """
    if solid.colour is None or not solid.colour.has_colour:
        return Painted(solid, np.zeros(len(solid.faces), np.int64), Palette(colours=(PLAIN,)))
    colour = _lab_of(solid.colour)
    points, normals = surface_samples(solid)
    tally = Tally.of(colour(points, normals))
    detail = DETAIL_WIDTHS * (LEAST_LINES * wishes.line_mm) ** 2 / float(solid.mesh.area)
    colours = choose_colours(tally, wishes.colours, detail)
    for refine in (True, False):
        canvas = canvas_of(solid, colour, colours, wishes.line_mm, refine=refine)
        shares = _regions(canvas, colours, wishes)
        try:
            return Painted(*split_solid(solid, canvas, shares), _named(colours))
        except NotSolid:
            continue
    slots = shares[canvas.faces].sum(axis=1).argmax(axis=1)
    return Painted(solid, slots.astype(np.int64), _named(colours))


def _lab_of(field: ColourField) -> Colour:
    """Return how a solid's colours are asked for as L*, a*, b*."""

    def colour(points: Points, normals: Points | None) -> Lab:
        return linear_to_lab(field.at(points, normals)[:, :3])

    return colour


def _regions(canvas: Canvas, colours: Lab, wishes: PaletteWishes) -> Points:
    known = np.isfinite(canvas.lab).all(axis=1)
    cost = np.where(known[:, None], differences(np.nan_to_num(canvas.lab), colours), 0.0)
    return find_regions(Ground.of(canvas, LEAST_LINES * wishes.line_mm), cost)


def _named(colours: Lab) -> Palette:
    made = [(int(r), int(g), int(b)) for r, g, b in lab_to_srgb(colours).tolist()]
    return Palette(colours=tuple(PaletteColour(name="#{:02X}{:02X}{:02X}".format(*srgb), srgb=srgb) for srgb in made))
