"""Thickness against shapes whose wall is known."""

from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh

from fab.measure.refine import refine
from fab.measure.thickness import Thickness, measure_thickness, thickness_at_vertices


def measured(
    mesh: trimesh.Trimesh, sample_mm: float = 0.5, cap_mm: float | None = None
) -> tuple[np.ndarray, Thickness]:
    surface = refine(np.asarray(mesh.vertices, float), np.asarray(mesh.faces, np.int64), sample_mm)
    middles = surface.vertices[surface.faces].mean(axis=1)
    return middles, measure_thickness(surface.vertices, surface.faces, cap_mm)


@pytest.mark.parametrize("wall_mm", [0.2, 0.5, 1.0, 2.0])
def test_hollow_sphere_is_as_thick_as_its_wall(wall_mm: float) -> None:
    mesh = solids.joined(solids.ball(20.0, 5, (0, 0, 0)), solids.inverted(solids.ball(20.0 - wall_mm, 5, (0, 0, 0))))
    _, thickness = measured(mesh, sample_mm=5.0)
    assert np.abs(thickness.wall_mm - wall_mm).max() <= max(0.02 * wall_mm, 0.02)
    assert np.abs(thickness.ray_mm - wall_mm).max() <= max(0.02 * wall_mm, 0.02)


@pytest.mark.parametrize("thickness_mm", [0.2, 0.8, 3.0])
def test_both_sides_of_a_plate_read_its_thickness(thickness_mm: float) -> None:
    middles, thickness = measured(solids.plate(10.0, thickness_mm))
    faces_of_plate = (middles[:, 2] < 1e-6) | (middles[:, 2] > thickness_mm - 1e-6)
    assert thickness.wall_mm[faces_of_plate] == pytest.approx(thickness_mm, rel=1e-5)
    assert thickness.wall_mm[~faces_of_plate] == pytest.approx(10.0, rel=1e-5)


def test_no_place_of_a_cube_is_thin_and_edges_least_of_all() -> None:
    _, thickness = measured(solids.box(20.0, 20.0, 20.0), sample_mm=1.0)
    assert thickness.wall_mm == pytest.approx(20.0, rel=1e-5)


def test_conical_shell_reads_its_wall_away_from_its_rims() -> None:
    """Two cones, one dropped into the other: the wall is the drop × sin of the half angle."""
    outer, inner = solids.cone(10.0, 30.0, 256), solids.cone(10.0, 30.0, 256)
    mesh = solids.joined(outer, solids.inverted(solids.moved(inner, z=-3.0)))
    middles, thickness = measured(mesh, sample_mm=1.0, cap_mm=4.0)
    wall_mm = 3.0 * 10.0 / np.hypot(10.0, 30.0)
    within = (middles[:, 2] > 5.0) & (middles[:, 2] < 20.0)
    assert within.sum() > 1000
    assert np.abs(thickness.wall_mm[within] - wall_mm).max() <= 0.02


@pytest.mark.parametrize("angle_deg", [20.0, 40.0])
def test_wedge_reads_the_ball_between_its_sides(angle_deg: float) -> None:
    """At x from the edge, along a side, the ball that touches both sides is 2 x tan(angle / 2) across."""
    middles, thickness = measured(solids.wedge(angle_deg, 20.0, 40.0), 1.0, 10.0)
    slanted = np.abs(middles[:, 0] - middles[:, 2] * np.tan(np.radians(angle_deg))) < 1e-6
    along = np.linalg.norm(middles[:, [0, 2]], axis=1)
    inside = slanted & (middles[:, 1] > 10.0) & (middles[:, 1] < 30.0) & (along < 10.0)
    expected = 2.0 * along[inside] * np.tan(np.radians(angle_deg / 2.0))
    assert inside.sum() > 100
    assert thickness.wall_mm[inside] == pytest.approx(expected, rel=1e-3, abs=1e-4)


def test_square_edges_of_a_wedge_do_not_read_as_thin() -> None:
    middles, thickness = measured(solids.wedge(45.0, 20.0, 40.0), 1.0, 6.0)
    top = middles[:, 2] > 20.0 - 1e-6
    away_from_the_sharp_edges = top & (middles[:, 0] < 10.0)
    assert thickness.wall_mm[away_from_the_sharp_edges].min() > 5.0


@pytest.mark.parametrize("sections", [3, 4, 6, 64])
def test_rod_reads_its_inscribed_diameter(sections: int) -> None:
    radius = 0.3
    middles, thickness = measured(solids.cylinder(radius, 12.0, sections), 0.3, 2.0)
    side = (middles[:, 2] > 1.0) & (middles[:, 2] < 11.0)
    inscribed = 2.0 * radius * np.cos(np.pi / sections)
    assert thickness.wall_mm[side].max() == pytest.approx(inscribed, rel=0.06)
    assert thickness.wall_mm[side].max() <= inscribed * 1.002


def test_oblique_far_side_shortens_the_ray_to_the_ball() -> None:
    middles, thickness = measured(solids.wedge(40.0, 20.0, 40.0), 1.0, 10.0)
    upright = (middles[:, 0] < 1e-6) & (np.abs(middles[:, 1] - 20.0) < 10.0) & (middles[:, 2] < 10.0)
    ratio = thickness.ray_mm[upright] / thickness.wall_mm[upright]
    assert ratio == pytest.approx(np.tan(np.radians(40.0)) / (2.0 * np.tan(np.radians(20.0))), rel=1e-3)


def test_cap_bounds_what_is_looked_for_and_changes_nothing_below() -> None:
    _, free = measured(solids.wedge(30.0))
    _, capped = measured(solids.wedge(30.0), cap_mm=2.0)
    assert capped.wall_mm.max() == 2.0
    assert capped.wall_mm == pytest.approx(np.minimum(free.wall_mm, 2.0), rel=1e-4, abs=1e-6)


def test_opposite_faces_lie_across_the_wall() -> None:
    middles, thickness = measured(solids.plate(10.0, 1.0))
    top = middles[:, 2] > 1.0 - 1e-6
    assert (thickness.opposite[top] >= 0).all()
    assert middles[thickness.opposite[top], 2] == pytest.approx(0.0)


def test_same_input_gives_same_bytes() -> None:
    first, second = measured(solids.torus(), cap_mm=4.0)[1], measured(solids.torus(), cap_mm=4.0)[1]
    assert first.wall_mm.tobytes() == second.wall_mm.tobytes()


def test_vertex_takes_the_least_of_its_faces() -> None:
    faces = np.array([[0, 1, 2], [1, 2, 3]])
    assert thickness_at_vertices(faces, np.array([2.0, 1.0]), 5).tolist() == [2.0, 1.0, 1.0, 1.0, np.inf]
