from __future__ import annotations

import numpy as np
import pytest
import solids
from invariants import assert_solid

from fab.repair import Repair, repair


def opened(mesh: solids.Mesh, *openings: tuple[float, float, float], reach: float = 1.5) -> solids.Mesh:
    """Return a ball round the origin without its faces that lie within `reach` of the axes along `openings`."""
    middle = np.asarray(mesh.triangles_center)
    cut = np.zeros(len(middle), np.bool_)
    for x in openings:
        axis = np.asarray(x) / np.linalg.norm(x)
        along = middle @ axis
        cut |= (along > 0) & (np.linalg.norm(middle - along[:, None] * axis, axis=1) < reach)
    return solids.mesh_of(mesh.vertices, np.asarray(mesh.faces)[~cut])


def centred(radius: float) -> solids.Mesh:
    return solids.ball(radius, 5, centre=(0.0, 0.0, 0.0))


def codes(made: Repair) -> list[str]:
    return [finding.code for finding in made.findings]


DRAINS = ((0.0, 0.3, -1.0), (0.3, -0.4, -1.0))


@pytest.mark.parametrize("count", [1, 2])
def test_a_hollow_ball_of_two_open_skins_comes_back_hollow(count: int) -> None:
    """An outer skin and an inner one 2 mm further in, which nothing joins, with round openings of 3 mm over each."""
    skins = opened(centred(10.0), *DRAINS[:count]), solids.inverted(opened(centred(8.0), *DRAINS[:count]))
    made = repair(solids.joined(*skins))
    assert_solid(made.solid)
    assert codes(made) == []
    shell = 4 / 3 * np.pi * (10.0**3 - 8.0**3)
    assert made.solid.mesh.volume == pytest.approx(shell - count * np.pi * 1.5**2 * 2, rel=0.01)
    assert made.solid.mesh.body_count == 1
    assert made.solid.mesh.euler_number == 2 - 2 * (count - 1)
    assert made.added.sum() > 20
    assert made.max_deviation_mm < 1e-3


def test_a_rim_that_nothing_faces_is_capped_beside_others_that_are_joined() -> None:
    outer = opened(centred(10.0), *DRAINS)
    inner = solids.inverted(opened(centred(8.0), DRAINS[0]))
    made = repair(solids.joined(outer, inner))
    assert_solid(made.solid)
    assert made.solid.mesh.volume == pytest.approx(4 / 3 * np.pi * (10.0**3 - 8.0**3) - np.pi * 1.5**2 * 2, rel=0.01)
    assert made.solid.mesh.euler_number == 2


def test_a_cup_of_two_skins_gets_its_lip() -> None:
    cut = {"reach": 6.0}
    outer = opened(centred(10.0), (0.0, 0.0, 1.0), **cut)
    inner = solids.inverted(opened(centred(9.0), (0.0, 0.0, 1.0), **cut))
    made = repair(solids.joined(outer, inner))
    assert_solid(made.solid)
    assert codes(made) == []
    assert made.solid.mesh.volume < 0.35 * 4 / 3 * np.pi * 10.0**3


def test_two_open_bowls_side_by_side_are_capped() -> None:
    """Their rims face each other, but neither is the inner skin of the other."""
    left = opened(centred(10.0), (1.0, 0.0, 0.0), reach=4.0)
    right = solids.moved(opened(centred(10.0), (-1.0, 0.0, 0.0), reach=4.0), x=20.0)
    made = repair(solids.joined(left, right))
    assert made.solid.mesh.body_count == 2
    assert codes(made) == ["hole-capped"] * 2


def test_the_two_rims_of_a_pipe_are_capped() -> None:
    mesh = solids.cylinder(5.0, 6.0)
    sides = np.abs(mesh.face_normals[:, 2]) < 0.5
    made = repair(solids.mesh_of(mesh.vertices, np.asarray(mesh.faces)[sides]))
    assert made.solid.mesh.volume == pytest.approx(np.pi * 25 * 6, rel=0.01)
