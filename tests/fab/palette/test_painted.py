"""Solids painted: what is kept, what is cleaned, and that they stay solids."""

from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh
from coloured_solids import BLACK, BLUE, RED, WHITE, coloured, halves, with_spot

from fab.colour import ColourField
from fab.gate import face_areas
from fab.palette.filaments import UnknownFilament
from fab.palette.lab import differences, linear_to_lab, srgb_to_lab
from fab.palette.painted import PLAIN, Painted, PaletteWishes, paint
from fab.solid import Solid


def area_of(painted: Painted, srgb: tuple[int, int, int]) -> float:
    """Return mm² of the faces whose colour is within a few steps of one."""
    near = np.abs(painted.face_srgb.astype(int) - srgb).max(axis=1) < 25
    return float(face_areas(painted.solid.vertices, painted.solid.faces)[near].sum())


def nearer_to_red(solid: Solid) -> float:
    """Return mm² of a red and white solid that are nearer to red, by points: the colours blend over an edge."""
    assert solid.colour is not None
    points, _ = trimesh.sample.sample_surface(solid.mesh, 200_000, seed=1)
    lab = linear_to_lab(solid.colour.at(points)[:, :3])
    return float((differences(lab, srgb_to_lab(np.array([RED, WHITE]))).argmin(axis=1) == 0).mean() * solid.mesh.area)


def test_two_halves_meet_in_a_smooth_circle() -> None:
    painted = paint(halves(), PaletteWishes(colours=2))
    assert len(painted.slots) == len(painted.solid.faces)
    assert area_of(painted, RED) == pytest.approx(nearer_to_red(halves()), rel=0.005)
    differ = np.diff(painted.slots[painted.solid.mesh.face_adjacency], axis=1)[:, 0] != 0
    border = painted.solid.mesh.face_adjacency_edges[differ]
    length = np.linalg.norm(np.diff(painted.solid.vertices[border], axis=1)[:, 0], axis=1).sum()
    assert length == pytest.approx(2 * np.pi * 8, rel=0.03)  # a jagged one would be far longer


def test_the_shape_is_the_one_given() -> None:
    solid = halves()
    painted = paint(solid, PaletteWishes(colours=2))
    assert painted.solid.volume_mm3 == pytest.approx(solid.volume_mm3, rel=1e-6)
    assert np.array_equal(painted.solid.vertices.min(axis=0), solid.vertices.min(axis=0))


def test_an_eye_is_widened_until_it_prints_and_a_speck_goes() -> None:
    eye, speck = (paint(with_spot(size), PaletteWishes(colours=2)) for size in (0.6, 0.15))
    assert area_of(eye, BLACK) >= np.pi * 0.4**2 * 0.95
    assert area_of(eye, BLACK) < np.pi * 0.8**2
    assert area_of(speck, BLACK) == 0.0
    assert [c.srgb for c in speck.palette.colours] == [WHITE]  # a colour that nothing has takes no slot


def test_same_input_same_bytes() -> None:
    one, other = (paint(halves(subdivisions=4), PaletteWishes(colours=3)) for _ in range(2))
    assert one.palette == other.palette
    assert one.slots.tobytes() == other.slots.tobytes()
    assert one.solid.vertices.tobytes() == other.solid.vertices.tobytes()


def test_filaments_that_one_owns() -> None:
    wishes = PaletteWishes(colours=2, filaments=("#00f", "PLA Basic Red", "#fff"))
    painted = paint(halves(), wishes)
    assert [c.filament or c.name for c in painted.palette.colours] == ["Bambu Lab PLA Basic Red", "#FFFFFF"]
    with pytest.raises(UnknownFilament):
        paint(halves(), PaletteWishes(filaments=("PLA Basic Nothing",)))


def test_fewer_changes_cost_colour_and_are_kept() -> None:
    painted = paint(halves(), PaletteWishes(colours=2))
    layers = round(16 / 0.2)
    assert painted.costs[0].changes == pytest.approx(layers, abs=3)
    assert painted.asked is None
    fewer = paint(halves(), PaletteWishes(colours=2, max_changes=10))
    assert fewer.asked == painted.costs[0]
    assert fewer.costs[0].changes <= 10
    assert len(fewer.palette.colours) == 1


def test_without_colour_it_is_grey() -> None:
    painted = paint(Solid(solids.box()), PaletteWishes())
    assert painted.palette.colours == (PLAIN,)
    assert not painted.slots.any()


def test_colours_that_are_no_numbers_go_with_their_surroundings() -> None:
    solid = halves(subdivisions=4)
    field = solid.colour
    assert field is not None

    class Holed(ColourField):
        def at(self, points_mm, normals=None):  # type: ignore[no-untyped-def]
            rgba = super().at(points_mm, normals)
            rgba[np.asarray(points_mm)[:, 2] > 14] = np.nan
            return rgba

    holed = Holed(**{name: getattr(field, name) for name in field.__dataclass_fields__})
    painted = paint(solid.coloured(holed), PaletteWishes(colours=2))
    assert area_of(painted, RED) + area_of(painted, WHITE) == pytest.approx(float(painted.solid.mesh.area))


def test_boxes_of_two_faces_a_side_get_borders_inside_them() -> None:
    box = solids.box(20.0, 20.0, 20.0)
    fine = trimesh.Trimesh(*trimesh.remesh.subdivide_to_size(box.vertices, box.faces, 0.5), process=True)
    solid = coloured(fine, lambda p: np.where(np.linalg.norm(p - [10, 0, 10], axis=1)[:, None] < 5, BLUE, WHITE))
    coarse = Solid(box, colour=solid.colour)
    painted = paint(coarse, PaletteWishes(colours=2))
    assert area_of(painted, BLUE) == pytest.approx(np.pi * 25, rel=0.05)
