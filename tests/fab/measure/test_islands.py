"""Islands of shapes that start in the air where it can be said beforehand."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import solids
import trimesh

from fab.measure.islands import Islands, find_islands
from fab.measure.layers import slice_layers
from fab.solid import Solid


def islands_of(mesh: trimesh.Trimesh, layer_mm: float = 0.05, row_mm: float = 0.05) -> Islands:
    vertices, faces = np.asarray(mesh.vertices, np.float64), np.asarray(mesh.faces, np.int64)
    return find_islands(slice_layers(vertices, faces, layer_mm, row_mm))


def mushroom(droop: float = 2.0) -> trimesh.Trimesh:
    """A stem of radius 3 up to z = 10 under a cap of radius 10 whose rim of 2 mm hangs down to 10 - droop."""
    cap = solids.moved(solids.cylinder(10.0, 4.0 + droop), z=10.0 - droop)
    cap = trimesh.boolean.difference(
        [cap, solids.moved(solids.cylinder(8.0, droop), z=10.0 - droop)], engine="manifold"
    )
    return trimesh.boolean.union([solids.cylinder(3.0, 12.0), cap], engine="manifold")


def test_rim_of_a_mushroom_is_one_island_until_it_meets_the_cap() -> None:
    found = islands_of(mushroom())
    assert found.layer.tolist() == [160]
    assert found.first_mm2[0] == pytest.approx(np.pi * (100.0 - 64.0), rel=0.01)
    assert found.point_mm[0, 2] == pytest.approx(8.0)
    assert 8.0 <= np.hypot(*found.point_mm[0, :2]) <= 10.0
    assert found.joins_at.tolist() == [200]


def test_mushroom_upside_down_and_a_flat_one_have_none() -> None:
    turned = mushroom()
    turned.apply_transform(trimesh.transformations.rotation_matrix(np.pi, [1, 0, 0]))
    assert len(islands_of(solids.standing(turned)).layer) == 0
    assert len(islands_of(mushroom(droop=0.001)).layer) == 0


def test_two_drops_that_meet_are_two_islands_and_not_three() -> None:
    """Two cones hang from a bar, and the bar from a post: each cone is held once it meets the bar."""
    cones = [solids.moved(solids.cone(2.0, 5.0), x=x) for x in (8.0, 16.0)]
    for cone in cones:
        cone.apply_transform(trimesh.transformations.rotation_matrix(np.pi, [1, 0, 0]))
        cone.apply_translation([0.0, 0.0, 10.0])
    bar = solids.moved(solids.box(22.0, 4.0, 2.0), -2.0, -2.0, 9.5)
    post = solids.moved(solids.box(4.0, 4.0, 10.0), -2.0, -2.0)
    found = islands_of(trimesh.boolean.union([*cones, bar, post], engine="manifold"), 0.1, 0.1)
    assert len(found.layer) == 2
    assert sorted(found.point_mm[:, 0].round().tolist()) == [8.0, 16.0]
    assert (np.abs(found.layer * 0.1 - 5.0) <= 0.3).all()
    assert found.joins_at.tolist() == [95, 95]
    assert found.most_mm2 == pytest.approx(np.pi * (2.0 * 4.4 / 5.0) ** 2, rel=0.05)


def test_body_that_never_joins_says_so() -> None:
    found = islands_of(solids.joined(solids.box(), solids.moved(solids.box(2.0, 3.0, 4.0), 15.0, 4.0, 5.0)))
    assert (found.layer.tolist(), found.joins_at.tolist()) == ([100], [-1])
    assert found.most_mm2 == pytest.approx(6.0, rel=0.03)


@pytest.mark.parametrize(("slit_mm", "islands"), [(0.04, 0), (0.16, 1)])
@pytest.mark.parametrize("along", ["x", "y"])
def test_slits_that_slicers_fill_join_what_is_beside_them(slit_mm: float, islands: int, along: str) -> None:
    """A box in the air beside a post, with a slit between: under twice PrusaSlicer's closing radius there is none."""
    side = solids.moved(solids.box(4.0, 4.0, 5.0), z=5.0)
    side = solids.moved(side, **{along: 10.0 + slit_mm})
    assert len(islands_of(solids.joined(solids.box(10.0, 10.0, 10.0), side)).layer) == islands


def test_small_ones_can_be_left_out() -> None:
    found = islands_of(solids.whiskered_ball())
    assert len(found.of_at_least(0.3).layer) == 1
    assert len(found.of_at_least(0.5).layer) == 0


@pytest.mark.parametrize("mesh", [solids.ball(), solids.cone(), solids.torus(), solids.wedge(), solids.two_parts()])
def test_what_grows_from_the_bed_has_none(mesh: trimesh.Trimesh) -> None:
    assert len(islands_of(mesh, 0.1, 0.1).layer) == 0


@pytest.mark.slicer
@pytest.mark.skipif(shutil.which("prusa-slicer") is None, reason="prusa-slicer is not installed")
def test_agree_with_the_layers_of_prusaslicer(tmp_path: Path) -> None:
    """One box low and one high, to tell sides and ends apart, and a rim: found pixel by pixel in its SLA layers."""
    from bench.slicer_truth import sla_islands

    boxes = [
        solids.moved(solids.box(2.0, 3.0, 4.0), 15.0, 4.0, 5.0),
        solids.moved(solids.box(2.0, 3.0, 4.0), 15.0, 14.0, 7.0),
    ]
    mesh = solids.joined(solids.moved(mushroom(), x=-12.0), solids.box(10.0, 20.0, 10.0), *boxes)
    theirs, ours = sla_islands(Solid(mesh), 0.05, tmp_path), islands_of(mesh)
    assert len(theirs.most_mm2) == len(ours.most_mm2) == 3
    assert ours.point_mm[:, 2] == pytest.approx(theirs.point_mm[:, 2], abs=0.051)
    assert ours.most_mm2 == pytest.approx(theirs.most_mm2, rel=0.01)
    assert ours.point_mm[[0, 1], :2] == pytest.approx(theirs.point_mm[[0, 1], :2], abs=1.6)
