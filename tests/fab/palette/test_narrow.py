"""Regions too narrow to be printed: measured, given room, given up."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from fab.colour import ColourField
from fab.export.refine import split_long_edges
from fab.gate import face_areas, list_edges
from fab.palette.border import split_at_borders
from fab.palette.canvas import Canvas
from fab.palette.narrow import give_room, give_up_narrow, widest_discs
from fab.palette.painted import PaletteWishes, paint
from fab.palette.reach import connected_pieces
from fab.solid import Solid

WIDTH = 0.8
RADIUS = 8.0


def ball(radius: float) -> tuple[Canvas, np.ndarray]:
    """Return the canvas of a ball of 8 mm radius, and shares of two colours that make a spot of that radius on top."""
    mesh = trimesh.creation.icosphere(5, radius=RADIUS)
    faces = np.asarray(mesh.faces, np.int64)
    area = np.bincount(faces.reshape(-1), np.repeat(face_areas(mesh.vertices, faces) / 3, 3))
    canvas = Canvas(mesh.vertices, faces, list_edges(faces).corners, area, np.zeros((len(area), 3)))
    off = np.linalg.norm(mesh.vertices - [0.13, 0.05, RADIUS], axis=1) - radius
    return canvas, np.column_stack([0.5 + off, 0.5 - off])


def width_of_spot(canvas: Canvas, shares: np.ndarray) -> float:
    vertices, faces, owners = split_at_borders(canvas.vertices, canvas.faces, shares)
    count, region = connected_pieces(canvas.edges, shares.argmax(axis=1))
    assert count == 2
    return float(widest_discs(vertices, faces, region[owners], count, WIDTH).min())


def test_the_widest_disc_of_a_spot_is_the_spot() -> None:
    assert 0.62 < width_of_spot(*ball(0.35)) <= 0.7  # a polygon whose corners lie on the circle
    assert width_of_spot(*ball(0.5)) == np.inf


def test_a_spot_that_lacks_little_is_given_room_and_no_more() -> None:
    canvas, shares = ball(0.36)
    made = give_room(canvas, shares, WIDTH)
    assert width_of_spot(canvas, made) == np.inf
    spot = canvas.area[made.argmax(axis=1) == 1].sum()
    assert spot < np.pi * 0.6**2


def test_a_wide_spot_keeps_its_border() -> None:
    canvas, shares = ball(0.5)
    assert np.array_equal(give_room(canvas, shares, WIDTH), shares)


@pytest.mark.parametrize(("radius", "left"), [(0.3, False), (0.5, True)])
def test_what_stays_narrow_goes_to_the_best_beside_it(radius: float, left: bool) -> None:
    canvas, shares = ball(radius)
    vertices, faces, owners = split_at_borders(canvas.vertices, canvas.faces, shares)
    slots = shares.argmax(axis=1)
    cost = np.where(np.eye(2)[slots] > 0, 0.0, 30.0)
    made = give_up_narrow(canvas, vertices, faces, owners, slots, cost, WIDTH)
    assert (made == 1).any() == left
    assert np.array_equal(made, slots) == left


def test_a_speck_is_not_saved_by_the_region_that_it_touches_in_a_point() -> None:
    """Two boxes meet in a corner, the lower one red, the upper one white with a red corner there."""
    lower, upper = trimesh.creation.box((8, 8, 8)), trimesh.creation.box((8, 8, 8))
    lower.apply_translation((4, 4, 4))
    upper.apply_translation((12, 12, 12))
    solid = Solid(trimesh.util.concatenate([lower, upper]))
    fine = trimesh.Trimesh(*split_long_edges(solid.vertices, solid.faces, 0.2), process=False)
    red = (fine.vertices.max(axis=1) <= 8) | (np.linalg.norm(fine.vertices - 8, axis=1) < 0.5)
    fine.visual.vertex_colors = np.where(red[:, None], [220, 0, 0, 255], [255, 255, 255, 255]).astype(np.uint8)
    painted = paint(solid.coloured(ColourField.of(fine, to_mm=np.eye(4))), PaletteWishes(colours=2, line_mm=0.4))
    above = painted.solid.mesh.triangles_center[:, 2] > 8
    assert len(set(painted.slots[above].tolist())) == 1
    assert len(set(painted.slots.tolist())) == 2
