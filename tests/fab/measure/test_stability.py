"""Stability of shapes whose balance can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh
from scipy.spatial import ConvexHull

from fab.measure.stability import Stability, convex_polygon, margin_inside, measure_stability


def of(mesh: trimesh.Trimesh, cut_mm: float = 0.1) -> Stability:
    return measure_stability(np.asarray(mesh.vertices, float), np.asarray(mesh.faces, np.int64), cut_mm)


def test_box_tips_over_its_shorter_side() -> None:
    stands = of(solids.box(10.0, 4.0, 20.0))
    assert stands.centre_mm == pytest.approx([5.0, 2.0, 10.0])
    assert stands.margin_mm == pytest.approx(2.0)
    assert stands.tipping_deg == pytest.approx(np.degrees(np.arctan(2.0 / 10.0)))
    assert stands.first_layer_mm2 == pytest.approx(40.0)


def test_cantilever_tips_by_its_exact_margin() -> None:
    """A foot 4 × 10 × 2 under an arm 20 × 10 × 2 that reaches out to x = 20."""
    mesh = solids.joined(solids.box(4.0, 10.0, 2.0), solids.moved(solids.box(20.0, 10.0, 2.0), z=2.0))
    stands = of(mesh)
    centre_x = (80.0 * 2.0 + 400.0 * 10.0) / 480.0
    assert stands.margin_mm == pytest.approx(4.0 - centre_x)
    assert stands.margin_mm < 0.0
    assert stands.tips_over_at_mm == pytest.approx([4.0, 5.0])
    assert stands.first_layer_mm2 == pytest.approx(40.0)


def test_cavity_shifts_the_centre_of_mass() -> None:
    void = solids.inverted(solids.moved(solids.box(4.0, 4.0, 4.0), 3.0, 3.0, 5.0))
    stands = of(solids.joined(solids.box(), void))
    assert stands.centre_mm[2] == pytest.approx((1000.0 * 5.0 - 64.0 * 7.0) / 936.0)


@pytest.mark.parametrize(("mesh", "corners"), [(solids.wedge(), 2), (solids.inverted(solids.cone()), 64)])
def test_part_on_an_edge_has_a_line_to_stand_on(mesh: trimesh.Trimesh, corners: int) -> None:
    stands = of(mesh)
    assert len(stands.support_mm) == corners
    assert (stands.margin_mm < 0.0) == (corners < 3)


def test_first_layer_leaves_out_holes() -> None:
    area = of(solids.tube(10.0, 8.0, 20.0)).first_layer_mm2
    assert area == pytest.approx(np.pi * (100.0 - 64.0), rel=0.01)


def test_convex_polygon_runs_counter_clockwise_without_points_on_its_sides() -> None:
    points = np.array([[0, 0], [2, 0], [1, 0], [2, 2], [0, 2], [1, 1], [0, 1]], float)
    assert convex_polygon(points).tolist() == [[0, 0], [2, 0], [2, 2], [0, 2]]
    assert convex_polygon(points[:3]).tolist() == [[0, 0], [2, 0]]
    assert len(convex_polygon(points[:1])) == 1
    assert len(convex_polygon(np.tile(points[:1], (5, 1)))) == 1


def test_convex_polygon_of_many_points_is_the_hull_that_qhull_finds() -> None:
    points = np.random.default_rng(5).normal(size=(5000, 2)) * [3.0, 1.0]
    corners = points[ConvexHull(points).vertices]
    found = convex_polygon(points)
    assert len(found) == len(corners)
    assert np.roll(found, -int(np.lexsort(found.T[::-1])[0]), axis=0) == pytest.approx(
        np.roll(corners, -int(np.lexsort(corners.T[::-1])[0]), axis=0)
    )


def test_margin_is_negative_outside() -> None:
    square = np.array([[0, 0], [2, 0], [2, 2], [0, 2]], float)
    assert margin_inside(square, np.array([1.0, 0.5]))[0] == 0.5
    margin, nearest = margin_inside(square, np.array([3.0, 3.0]))
    assert margin == pytest.approx(-np.sqrt(2.0))
    assert nearest.tolist() == [2.0, 2.0]
