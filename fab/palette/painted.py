"""A coloured solid painted with a palette of a few colours, each face in one of them."""

from __future__ import annotations

import numpy as np

from fab.palette.record import Painted, Palette, PaletteColour, PaletteWishes
from fab.solid import Solid
from fab.srgb import linear_to_bytes

__all__ = ["Painted", "Palette", "PaletteColour", "PaletteWishes", "paint"]


def paint(solid: Solid, wishes: PaletteWishes) -> Painted:
    """Return the solid painted with at most `wishes.colours` colours; one grey where it has no colour."""
    from scipy.cluster.vq import kmeans2

    if solid.colour is None or not solid.colour.has_colour:
        grey = Palette(colours=(PaletteColour(name="grey", srgb=(190, 190, 190)),))
        return Painted(solid, np.zeros(len(solid.faces), np.int64), grey)
    centres = solid.vertices[solid.faces].mean(axis=1)
    rgb = linear_to_bytes(solid.colour.at(centres, solid.mesh.face_normals))[:, :3].astype(np.float64)
    middles, slots = kmeans2(rgb, wishes.colours, minit="++", rng=np.random.default_rng(0))
    colours = tuple(
        PaletteColour(name="#{:02X}{:02X}{:02X}".format(*c), srgb=(int(c[0]), int(c[1]), int(c[2])))
        for c in np.round(middles).astype(int).tolist()
    )
    return Painted(solid, np.asarray(slots, np.int64), Palette(colours=colours))
