"""Cups, bells and cavities whose size is known."""

from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh

from fab.measure.drains import find_drain
from fab.measure.layers import slice_layers
from fab.measure.pockets import Kind, Pockets, find_pockets

INNER_MM3 = np.pi * 64.0 * 18.0


def pockets_of(mesh: trimesh.Trimesh) -> Pockets:
    layers = slice_layers(np.asarray(mesh.vertices, np.float64), np.asarray(mesh.faces, np.int64), 0.05, 0.05)
    return find_pockets(layers).at_least(0.5, 0.5)


def cup() -> trimesh.Trimesh:
    """A beaker: outside 10 × 20, inside radius 8, floor 2 mm."""
    tools = [solids.cylinder(10.0, 20.0), solids.moved(solids.cylinder(8.0, 20.0), z=2.0)]
    return trimesh.boolean.difference(tools, engine="manifold")


def test_beaker_is_a_cup_of_its_own_volume() -> None:
    found = pockets_of(cup())
    assert found.kind.tolist() == [Kind.CUP]
    assert found.volume_mm3[0] == pytest.approx(INNER_MM3, rel=5e-3)
    assert found.area_mm2[0] == pytest.approx(np.pi * 64.0, rel=5e-3)
    assert (found.floor_mm[0], found.top_mm[0]) == pytest.approx((2.0, 20.0))


def test_turned_over_it_is_a_bell() -> None:
    bell = cup()
    bell.apply_transform(trimesh.transformations.rotation_matrix(np.pi, [1, 0, 0]))
    found = pockets_of(solids.standing(bell))
    assert found.kind.tolist() == [Kind.BELL]
    assert found.volume_mm3[0] == pytest.approx(INNER_MM3, rel=5e-3)
    assert (found.floor_mm[0], found.top_mm[0]) == pytest.approx((0.0, 18.0))


def test_hole_in_the_wall_ends_the_cup_where_it_lies() -> None:
    hole = trimesh.creation.cylinder(1.5, 20.0, transform=trimesh.transformations.rotation_matrix(np.pi / 2, [1, 0, 0]))
    vented = trimesh.boolean.difference([cup(), solids.moved(hole, y=10.0, z=6.0)], engine="manifold")
    found = pockets_of(vented)
    assert found.kind.tolist() == [Kind.CUP]
    assert found.top_mm[0] == pytest.approx(4.5, abs=0.051)


def test_ball_shaped_cavity_never_opens_unless_it_is_drained() -> None:
    found = pockets_of(solids.hollow_ball())
    assert found.kind.tolist() == [Kind.CAVITY]
    assert found.volume_mm3[0] == pytest.approx(-solids.inverted(solids.ball(8.0)).volume, rel=5e-3)
    assert len(pockets_of(solids.drained_ball()).kind) == 0


@pytest.mark.parametrize("mesh", [solids.box(), solids.ball(), solids.cone(), solids.wedge(), solids.two_parts()])
def test_what_is_solid_has_none(mesh: trimesh.Trimesh) -> None:
    assert len(pockets_of(mesh).kind) == 0


def test_drain_takes_the_thinnest_wall_that_is_not_the_floor() -> None:
    mesh = cup()
    drain = find_drain(np.asarray(mesh.vertices), np.asarray(mesh.faces, np.int64), np.array([0.0, 0.0, 2.025]))
    assert drain is not None
    assert drain.wall_mm == pytest.approx(2.0, rel=0.02)
    assert np.hypot(*drain.point_mm[:2]) == pytest.approx(10.0, rel=0.01)
    assert drain.point_mm[2] == pytest.approx(2.025, abs=1e-3)
