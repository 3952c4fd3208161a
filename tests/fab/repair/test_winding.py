from __future__ import annotations

import numpy as np
import pytest
import solids

from fab.gate import find_defects
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
