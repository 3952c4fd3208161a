"""Thin regions: walls and rods are found, edges are told apart."""

from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh

from fab.measure.refine import refine
from fab.measure.regions import ThinRegion, find_patches, find_thin_regions
from fab.measure.thickness import measure_thickness


def thin(mesh: trimesh.Trimesh, limit_mm: float, sample_mm: float = 0.5) -> list[ThinRegion]:
    surface = refine(np.asarray(mesh.vertices, float), np.asarray(mesh.faces, np.int64), sample_mm)
    thickness = measure_thickness(surface.vertices, surface.faces, 4.0 * limit_mm)
    return find_thin_regions(surface.vertices, surface.faces, thickness, limit_mm)


def test_both_sides_of_a_thin_plate_are_one_region_with_their_area() -> None:
    regions = thin(solids.plate(20.0, 0.3), 0.42)
    assert len(regions) == 1
    assert regions[0].area_mm2 == pytest.approx(800.0, rel=1e-3)
    assert regions[0].thickness_mm == pytest.approx(0.3, abs=0.005)
    assert regions[0].clears_at_mm == pytest.approx(0.3, abs=0.005)
    assert not regions[0].is_edge


def test_thick_enough_plate_has_none() -> None:
    assert thin(solids.plate(20.0, 0.43), 0.42) == []


def test_thin_rod_on_a_thick_body_is_found_where_it_stands() -> None:
    rod = solids.moved(solids.cylinder(0.15, 8.0, 24), 5.0, 5.0, 10.0)
    regions = thin(solids.joined(solids.box(), rod), 0.42, 0.3)
    assert len(regions) == 1
    x, y, z = regions[0].point_mm
    assert np.hypot(x - 5.0, y - 5.0) == pytest.approx(0.15, abs=0.01)
    assert 12.0 < z < 16.0
    assert regions[0].area_mm2 == pytest.approx(2.0 * np.pi * 0.15 * 8.0, rel=0.02)


@pytest.mark.parametrize("angle_deg", [15.0, 30.0, 45.0, 60.0])
def test_sharp_edge_is_not_a_thin_wall(angle_deg: float) -> None:
    assert thin(solids.wedge(angle_deg, 20.0, 5.0), 0.42, 0.3) == []


def test_knife_edge_is_told_from_a_wall() -> None:
    """8°: thinner than 0.42 mm for 3 mm; scaled up it stays as sharp."""
    regions = thin(solids.wedge(8.0, 20.0, 10.0), 0.42, 0.3)
    assert [region.is_edge for region in regions] == [True]
    assert regions[0].clears_at_mm < 0.1
    assert regions[0].depth_mm == pytest.approx(0.21 / np.tan(np.radians(4.0)), rel=0.2)


def test_long_blade_is_a_wall() -> None:
    """2°: the outer 12 mm are thinner than 0.42 mm. No one calls that an edge."""
    regions = thin(solids.wedge(2.0, 30.0, 10.0), 0.42, 0.3)
    assert [region.is_edge for region in regions] == [False]


def test_patches_are_connected_faces() -> None:
    mesh = solids.two_parts()
    patches = find_patches(np.asarray(mesh.vertices), np.asarray(mesh.faces, np.int64), np.ones(len(mesh.faces), bool))
    assert len(patches) == 2
    assert sorted(np.concatenate(patches).tolist()) == list(range(len(mesh.faces)))
