from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh

from fab.colour import ColourField
from fab.errors import FabError
from fab.solid import Defects, NotSolid, Solid


def test_a_solid_has_size_and_volume() -> None:
    solid = Solid(solids.unmerged(solids.box(1.0, 2.0, 3.0)), "brick")
    assert solid.name == "brick"
    assert solid.extents_mm == (1.0, 2.0, 3.0)
    assert solid.volume_mm3 == pytest.approx(6.0)
    assert solid.vertices.shape == (8, 3)
    assert solid.faces.dtype == np.int64


def test_cavities_are_taken_off() -> None:
    whole, hollow = Solid(solids.ball(10.0)), Solid(solids.hollow_ball(10.0, 8.0))
    assert hollow.volume_mm3 == pytest.approx(whole.volume_mm3 - Solid(solids.ball(8.0)).volume_mm3, rel=1e-5)


def test_coordinates_are_float32_values() -> None:
    solid = Solid(solids.ball(7.0))
    assert np.array_equal(solid.vertices, solid.vertices.astype(np.float32))


@pytest.mark.parametrize("name", ["open_box", "flipped_patch", "inside_out_box", "overlapping_balls", "edge_contact"])
def test_anything_less_is_refused(name: str) -> None:
    with pytest.raises(NotSolid) as caught:
        Solid(getattr(solids, name)())
    assert not caught.value.defects.none


def test_it_stands_at_zero() -> None:
    with pytest.raises(FabError, match="z = 0"):
        Solid(solids.moved(solids.box(), z=1.0))


def test_nothing_is_no_solid() -> None:
    with pytest.raises(NotSolid) as caught:
        Solid(trimesh.Trimesh())
    assert caught.value.defects == Defects()


def test_defects_in_words() -> None:
    assert Defects(open_edges=12, crossings=1, bodies=1).sentence() == "12 open edges, 1 crossing"
    assert Defects(bodies=1).sentence() == "none"
    assert Defects().sentence() == "no surface"


def test_colouring_keeps_the_geometry_and_the_original_plain() -> None:
    mesh = solids.box()
    mesh.visual.face_colors = [255, 0, 0, 255]
    plain = Solid(mesh)
    red = plain.coloured(ColourField.of(mesh, np.eye(4)))
    assert red.mesh is plain.mesh
    assert plain.colour is None
    assert red.colour is not None
    np.testing.assert_allclose(red.colour.at(red.vertices, None)[:, :3], [[1.0, 0.0, 0.0]] * 8, atol=1e-6)
