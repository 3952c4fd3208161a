"""A coloured solid painted with a palette of a few colours, each face in one of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fab.colour import ColourField
from fab.palette.canvas import Canvas, Colour, canvas_of, surface_samples
from fab.palette.choose import Tally, choose_among, choose_colours
from fab.palette.cost import cost_of, costs_down_to_one
from fab.palette.even_light import light_of
from fab.palette.fewer import fewer_faces
from fab.palette.filaments import find_filaments
from fab.palette.lab import Lab, linear_to_lab
from fab.palette.layers import measure_layers
from fab.palette.layout import Layout, lab_of, lay_out, palette_near
from fab.palette.narrow import give_up_narrow
from fab.palette.reach import connected_pieces
from fab.palette.record import Painted, Palette, PaletteColour, PaletteWishes
from fab.palette.regions import Ground
from fab.palette.splitting import Split, split_solid
from fab.palette.trade import Trade, within_changes
from fab.solid import NotSolid, Solid

__all__ = ["Painted", "Palette", "PaletteColour", "PaletteWishes", "paint"]

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

LEAST_LINES = 2.0
"""Width of the narrowest region, in lines."""
DETAIL_WIDTHS = 0.35
"""Area from which what stands out deserves a colour of its own, in squares of the least width: one small eye."""
MERGED_FROM = 1.5
"""How many times more faces a painted part must have than it had, for merging them to be worth its time."""
PLAIN = PaletteColour(name="grey", srgb=(190, 190, 190))
"""What a part without colours is painted with."""


def paint(solid: Solid, wishes: PaletteWishes) -> Painted:
    """Return the solid painted as wished; in one grey, or the first filament, where it has no colour.

    Faces are split finer where colours change and along the borders; where that would break the solid they stay whole.
    Raises UnknownFilament.
    """
    owned = find_filaments(wishes.filaments)
    if solid.colour is None or not solid.colour.has_colour:
        return Painted(solid, np.zeros(len(solid.faces), np.int64), Palette(colours=(owned or (PLAIN,))[:1]))
    colour = _colour_of(solid, solid.colour, wishes.even_light)
    palette = _palette(solid, colour, owned, wishes)
    for refine in (True, False):
        canvas = canvas_of(solid, colour, lab_of(palette.colours), wishes.line_mm, refine=refine)
        layout = lay_out(Ground.of(canvas, LEAST_LINES * wishes.line_mm), palette, fixed=bool(owned))
        try:
            split = split_solid(solid, canvas, layout.shares)
            break
        except NotSolid:
            split = Split(solid, canvas.faces[:, 0], layout.shares.argmax(axis=1).astype(np.int64))
    painted = replace(_priced(split, canvas, layout, wishes), jagged=split.solid is solid)
    cut_much = len(painted.slots) > MERGED_FROM * len(solid.faces)
    return _in_few_faces(painted) if cut_much else painted


def _colour_of(solid: Solid, field: ColourField, even_light: bool) -> Colour:
    """Return how a solid's colours are asked for as L*, a*, b*."""
    light = light_of(solid) if even_light else None

    def colour(points: Points, normals: Points | None) -> Lab:
        linear = field.at(points, normals)[:, :3]
        return linear_to_lab(linear if light is None else light.taken_out(points, linear))

    return colour


def _palette(solid: Solid, colour: Colour, owned: tuple[PaletteColour, ...], wishes: PaletteWishes) -> Palette:
    tally = Tally.of(colour(*surface_samples(solid)))
    if owned:
        chosen = choose_among(tally, lab_of(owned), wishes.colours)
        return Palette(colours=tuple(owned[i] for i in chosen))
    detail = DETAIL_WIDTHS * (LEAST_LINES * wishes.line_mm) ** 2 / float(solid.mesh.area)
    return palette_near(choose_colours(tally, wishes.colours, detail))


def _in_few_faces(painted: Painted) -> Painted:
    """Return the same surface and colours, what is flat and of one colour in as few faces as it needs.

    Most were only cut to find borders. Where fewer faces would cross it stays as it is.
    """
    solid = painted.solid
    vertices, faces, slots = fewer_faces(solid.vertices, solid.faces, painted.slots)
    try:
        return replace(painted, solid=solid.remeshed(vertices, faces), slots=slots)
    except NotSolid:
        return painted


def _priced(split: Split, canvas: Canvas, layout: Layout, wishes: PaletteWishes) -> Painted:
    """Return the painted solid with what its colours cost, and fewer of them where that was too much."""
    trade, regions = _trade_of(split, canvas, layout.cost, wishes)
    area = float(canvas.area.sum())
    asked = None
    if wishes.max_changes is not None and trade.changes > wishes.max_changes:
        asked = cost_of(trade, area, wishes.purge)
        trade = within_changes(trade, wishes.max_changes)
    kept = trade.colours
    trade = replace(trade, slots=np.searchsorted(kept, trade.slots), loss=trade.loss[:, kept])
    return Painted(
        split.solid,
        trade.slots[regions],
        Palette(colours=tuple(layout.palette.colours[k] for k in kept)),
        costs_down_to_one(trade, area, wishes.purge),
        asked,
    )


def _trade_of(split: Split, canvas: Canvas, cost: Points, wishes: PaletteWishes) -> tuple[Trade, Indices]:
    """Return the regions of one colour each as a trade, and the region (m,) of each face."""
    width_mm = LEAST_LINES * wishes.line_mm
    solid = split.solid
    kept = give_up_narrow(canvas, solid.vertices, solid.faces, split.owners, split.slots, cost, width_mm)
    count, region = connected_pieces(canvas.edges, kept)
    slots, loss = np.zeros(count, np.int64), np.zeros((count, cost.shape[1]))
    slots[region] = kept
    for k in range(cost.shape[1]):
        loss[:, k] = np.bincount(region, canvas.area * cost[:, k], count)
    touching = np.sort(region[canvas.edges], axis=1)
    touching = np.unique(touching[touching[:, 0] != touching[:, 1]], axis=0)
    faces = region[split.owners]
    amounts = measure_layers(solid.vertices, solid.faces, faces, count, wishes.layer_mm, wishes.line_mm)
    return Trade(slots, loss, touching, amounts), faces
