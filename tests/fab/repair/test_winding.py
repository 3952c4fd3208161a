from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh

from fab.gate import find_defects
from fab.repair import mend
from fab.repair.record import Limits, Surface
from fab.repair.weld import read_arrays
from fab.repair.winding import agree, face_outward


def surface_of(mesh) -> Surface:
    return read_arrays(mesh.vertices, mesh.faces).surface


@pytest.mark.parametrize("seed", range(3))
def test_randomly_turned_faces_agree_again(seed: int) -> None:
    faces = np.array(solids.ball().faces)
    turned = np.random.default_rng(seed).random(len(faces)) < 0.4
    faces[turned] = faces[turned, ::-1]
    made = face_outward(agree(surface_of(solids.mesh_of(solids.ball().vertices, faces)), Limits()).surface, Limits())
    assert find_defects(*made.surface).none


def test_a_moebius_strip_keeps_one_flipped_edge() -> None:
    assert find_defects(*agree(surface_of(solids.moebius()), Limits()).surface).flipped_edges == 1


def test_a_part_within_a_cavity_is_turned_outward() -> None:
    inner = solids.inverted(solids.ball(3.0, centre=(0.0, 0.0, 10.0)))
    made = face_outward(surface_of(solids.joined(solids.hollow_ball(), inner)), Limits())
    assert find_defects(*made.surface).none
    assert len(made.surface.faces) == 3 * len(inner.faces)


def test_what_runs_through_the_wall_of_another_is_not_buried_in_it() -> None:
    """A bar whose box and first corner lie in a bent body's, and which all the same crosses the air in its bend."""
    legs = [solids.box(2, 10, 10), solids.moved(solids.box(2, 10, 10), x=8)]
    arch = trimesh.boolean.union([solids.box(10, 10, 2), *legs])
    bar = solids.moved(solids.box(9.0, 1.0, 1.0), x=0.5, y=4.5, z=6.0)
    given = surface_of(solids.joined(arch, bar))
    assert not face_outward(given, Limits()).note
    made = mend(given.vertices, given.faces)
    volume = trimesh.Trimesh(made.vertices, made.faces, process=False).volume
    assert volume == pytest.approx(arch.volume + 6.0, rel=1e-5)
