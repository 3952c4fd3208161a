"""Thin regions: walls and rods are found, with their form; edges are told apart."""

from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh

from fab.measure.thin_regions import ThinRegion, find_thin_regions
from fab.measure.walls import measure_walls


def thin(mesh: trimesh.Trimesh, limit_mm: float) -> list[ThinRegion]:
    walls = measure_walls(np.asarray(mesh.vertices, float), np.asarray(mesh.faces, np.int64), 2.0 * limit_mm)
    return find_thin_regions(walls, limit_mm)


def on_box(part: trimesh.Trimesh) -> trimesh.Trimesh:
    return trimesh.boolean.union([solids.box(20.0, 20.0, 10.0), part], engine="manifold")


def fin(thickness: float, width: float = 10.0, height: float = 6.0) -> trimesh.Trimesh:
    return on_box(solids.moved(solids.box(width, thickness, height + 1.0), 5.0, 10.0, 9.0))


def test_both_sides_of_a_thin_plate_are_one_region_with_its_rim() -> None:
    (region,) = thin(solids.plate(20.0, 0.3), 0.42)
    assert region.area_mm2 == pytest.approx(2 * 400.0 + 4 * 20.0 * 0.3, rel=1e-3)
    assert region.thickness_mm == pytest.approx(0.3, abs=1e-4)
    assert region.clears_at_mm == pytest.approx(0.3, abs=0.01)
    assert not region.is_edge and not region.form.is_rod
    assert region.depth_mm == np.inf


def test_thick_enough_plate_has_none() -> None:
    assert thin(solids.plate(20.0, 0.43), 0.42) == []


@pytest.mark.parametrize("height", [2.0, pytest.param(6.0, marks=pytest.mark.slow)])
def test_fin_is_a_free_wall_as_deep_as_it_is_high(height: float) -> None:
    (region,) = thin(fin(0.3, height=height), 0.42)
    assert not region.form.is_rod and region.form.is_free
    assert region.depth_mm == pytest.approx(height, rel=0.25)
    assert region.area_mm2 == pytest.approx(2 * 10 * height, rel=0.15)


def test_lantern_on_a_thin_stick_stands_free_though_its_inner_surface_has_no_root() -> None:
    outer, inner = (solids.ball(radius, centre=(10.0, 10.0, 13.8)) for radius in (2.0, 1.7))
    stick = solids.moved(solids.cylinder(0.2, 2.5), 10.0, 10.0, 9.5)
    both = trimesh.boolean.difference(
        [trimesh.boolean.union([stick, outer], engine="manifold"), inner], engine="manifold"
    )
    (region,) = thin(on_box(both), 0.7)
    assert region.form.is_free
    assert 2.0 < region.form.length_mm < 2.0 + 2.0 * np.pi


@pytest.mark.slow
def test_web_between_two_posts_is_held() -> None:
    posts = [solids.moved(solids.box(4.0, 4.0, 20.0), x) for x in (0.0, 14.0)]
    web = solids.moved(solids.box(12.0, 0.3, 20.0), 3.0, 2.0)
    (region,) = thin(trimesh.boolean.union([*posts, web], engine="manifold"), 0.42)
    assert not region.form.is_rod and not region.form.is_free


@pytest.mark.slow
def test_open_tube_ends_freely_and_a_closed_shell_does_not() -> None:
    (tube,) = thin(solids.tube(10.0, 9.7, 20.0), 0.42)
    (shell,) = thin(solids.hollow_ball(10.0, 9.7), 0.42)
    assert tube.form.is_free and not shell.form.is_free


@pytest.mark.slow
def test_plate_that_lies_on_the_bed_is_held_by_it() -> None:
    (lying,) = thin(solids.plate(20.0, 0.3), 0.42)
    (upright,) = thin(solids.box(20.0, 0.3, 20.0), 0.42)
    assert not lying.form.is_free and upright.form.is_free


@pytest.mark.parametrize(
    "diameter", [0.15, pytest.param(0.3, marks=pytest.mark.slow), pytest.param(0.4, marks=pytest.mark.slow)]
)
def test_pin_is_a_rod_with_its_diameter_and_length(diameter: float) -> None:
    pin = solids.moved(solids.cylinder(diameter / 2, 9.0, 64), 5.0, 5.0, 9.0)
    (region,) = thin(on_box(pin), 0.42)
    assert region.form.is_rod and region.form.is_free
    assert region.thickness_mm == pytest.approx(diameter, abs=0.02)
    assert region.form.length_mm == pytest.approx(8.0, rel=0.1)
    x, y, z = region.point_mm
    assert np.hypot(x - 5.0, y - 5.0) == pytest.approx(diameter / 2, abs=0.01)
    assert 12.0 < z < 16.0


@pytest.mark.slow
def test_rod_between_two_walls_is_held_at_both_ends() -> None:
    walls = [solids.moved(solids.box(4.0, 10.0, 10.0), x) for x in (0.0, 14.0)]
    rod = trimesh.creation.cylinder(0.15, 12.0, sections=32)
    rod.apply_transform(trimesh.transformations.rotation_matrix(np.pi / 2, (0, 1, 0)))
    (region,) = thin(trimesh.boolean.union([*walls, solids.moved(rod, 9.0, 5.0, 5.0)], engine="manifold"), 0.42)
    assert region.form.is_rod and not region.form.is_free
    assert region.form.length_mm == pytest.approx(10.0, rel=0.1)


@pytest.mark.slow
def test_ribbon_is_no_rod() -> None:
    ribbon = solids.moved(solids.box(1.2, 0.3, 9.0), 5.0, 5.0, 9.0)
    (region,) = thin(on_box(ribbon), 0.42)
    assert not region.form.is_rod


@pytest.mark.parametrize(
    "angle_deg",
    [
        15.0,
        pytest.param(30.0, marks=pytest.mark.slow),
        pytest.param(45.0, marks=pytest.mark.slow),
        pytest.param(60.0, marks=pytest.mark.slow),
    ],
)
def test_sharp_edge_is_not_a_thin_wall(angle_deg: float) -> None:
    assert thin(solids.wedge(angle_deg, 20.0, 5.0), 0.42) == []


@pytest.mark.parametrize(
    "half_angle_deg", [8.0, pytest.param(15.0, marks=pytest.mark.slow), pytest.param(30.0, marks=pytest.mark.slow)]
)
def test_point_of_a_cone_is_not_a_thin_rod(half_angle_deg: float) -> None:
    assert thin(solids.cone(20.0 * np.tan(np.radians(half_angle_deg)), 20.0), 0.42) == []


def test_knife_edge_is_told_from_a_wall() -> None:
    """8°: thinner than 0.42 mm for 3 mm; scaled up it stays as sharp."""
    (region,) = thin(solids.wedge(8.0, 20.0, 10.0), 0.42)
    assert region.is_edge and region.clears_at_mm == 0.0
    assert region.depth_mm == pytest.approx(0.21 / np.tan(np.radians(4.0)), rel=0.2)


@pytest.mark.slow
def test_long_blade_is_a_wall() -> None:
    """1.5°: the outer 16 mm are thinner than 0.42 mm. No one calls that an edge."""
    (region,) = thin(solids.wedge(1.5, 30.0, 10.0), 0.42)
    assert not region.is_edge


@pytest.mark.slow
def test_scaled_until_it_clears_nothing_is_found() -> None:
    mesh = fin(0.3)
    (region,) = thin(mesh, 0.42)
    larger = solids.mesh_of(np.asarray(mesh.vertices) * 1.01 * 0.42 / region.clears_at_mm, mesh.faces)
    assert thin(larger, 0.42) == []


@pytest.mark.slow
def test_two_fins_on_one_body_are_two_regions() -> None:
    other = solids.moved(solids.box(10.0, 0.25, 7.0), 5.0, 15.0, 9.0)
    mesh = trimesh.boolean.union([fin(0.3), other], engine="manifold")
    assert [round(region.thickness_mm, 2) for region in thin(mesh, 0.42)] == [0.25, 0.3]
