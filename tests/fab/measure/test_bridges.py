"""Spans of ceilings whose length is known."""

from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh

from fab.measure.bridges import Outline, span_of
from fab.measure.overhang import find_overhangs, measure_overhang, support_volume


def square(*held: bool) -> Outline:
    """A ceiling of 6 × 4 mm, its sides south, east, north, west held or not."""
    corners = np.array([(0, 0), (6, 0), (6, 4), (0, 4)], float)
    return Outline(np.stack([corners, np.roll(corners, -1, axis=0)], axis=1), np.array(held))


def test_shorter_way_across_counts() -> None:
    assert span_of(square(True, True, True, True)) == pytest.approx(4.0)
    assert span_of(square(False, True, False, True)) == pytest.approx(6.0)
    assert span_of(square(True, False, True, False)) == pytest.approx(4.0)


@pytest.mark.parametrize("held", [(True, False, False, False), (True, True, False, False), (False,) * 4])
def test_ceiling_without_two_opposite_sides_is_no_bridge(held: tuple[bool, ...]) -> None:
    assert span_of(square(*held)) == np.inf


def test_round_arch_spans_what_leans_too_far() -> None:
    tunnel = trimesh.creation.cylinder(8.0, 30.0, sections=128)
    tunnel.apply_transform(trimesh.transformations.rotation_matrix(np.pi / 2, [1, 0, 0]))
    block = trimesh.boolean.difference([solids.box(30.0, 10.0, 20.0), solids.moved(tunnel, 15.0)], engine="manifold")
    vertices, faces = np.asarray(block.vertices), np.asarray(block.faces, np.int64)
    overhang = measure_overhang(vertices, faces)
    (patch,) = find_overhangs(vertices, faces, overhang, 45.0, 2.0)
    assert patch.span_mm == pytest.approx(16.0 * np.cos(np.radians(45.0)), rel=1e-3)
    assert patch.area_mm2 == pytest.approx(10.0 * 8.0 * np.pi / 2.0, rel=1e-3)


def test_space_under_a_wedge_is_that_of_the_prism_below() -> None:
    mesh = solids.wedge(60.0, 20.0, 10.0)
    vertices, faces = np.asarray(mesh.vertices), np.asarray(mesh.faces, np.int64)
    steep = np.flatnonzero(measure_overhang(vertices, faces).steeper_than(45.0))
    reach = 20.0 * np.tan(np.radians(60.0))
    assert support_volume(vertices, faces, steep) == pytest.approx(reach * 20.0 / 2.0 * 10.0, rel=1e-5)
