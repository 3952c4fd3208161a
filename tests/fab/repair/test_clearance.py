from __future__ import annotations

import numpy as np
import pytest
import solids

from fab.crossings import crossing_pairs
from fab.gate import find_defects, merge_float32
from fab.repair.clearance import clear, doubtful_pairs
from fab.repair.record import Limits, Surface

# Two faces of the collar of a chess knight, in one slanted plane and side by side: a mesh viewer had them cross.
LEFT = [(9.9995003, -8.1430559, 0.1902778), (10.0, -3.0041666, 5.6069446), (9.9995003, -8.4208336, 0.1902778)]
RIGHT = [(9.9995003, -8.6986113, 0.1902778), (10.0, -3.1430554, 5.6069446), (10.0, -3.2819445, 5.6069446)]


def flakes() -> Surface:
    """Two tetrahedra under those faces, which stand apart because the faces do."""
    bases = np.array([LEFT, RIGHT])
    normals = np.cross(bases[:, 1] - bases[:, 0], bases[:, 2] - bases[:, 0])
    tips = bases.mean(axis=1) - normals / np.linalg.norm(normals, axis=1)[:, None]
    vertices = np.concatenate([bases, tips[:, None]], axis=1).reshape(-1, 3)
    four = np.array([(0, 1, 2), (1, 0, 3), (2, 1, 3), (0, 2, 3)])
    return Surface(*merge_float32(vertices, np.concatenate([four, four + 4])))


def test_a_float_test_is_deceived_where_the_exact_one_is_not() -> None:
    surface = flakes()
    assert len(crossing_pairs(*surface)) == 0
    assert doubtful_pairs(*surface).tolist() == [[0, 4]]


def test_faces_that_plainly_cross_are_doubtful_too() -> None:
    mesh = solids.joined(solids.ball(), solids.moved(solids.ball(), 7.1, 3.7, 1.3))
    surface = Surface(*merge_float32(mesh.vertices, mesh.faces))
    doubtful, crossing = doubtful_pairs(*surface), crossing_pairs(*surface)
    assert len(crossing) > 0
    assert {tuple(p) for p in doubtful.tolist()} == {tuple(p) for p in crossing.tolist()}


def test_rounding_units_draw_them_apart() -> None:
    surface = flakes()
    made, note = clear(surface, Limits())[:2]
    assert note
    assert len(doubtful_pairs(*made)) == 0
    assert find_defects(*made) == find_defects(*surface)
    assert np.abs(made.vertices - surface.vertices).max() < 1e-5


@pytest.mark.parametrize("name", ["box", "ball", "wedge", "torus", "overlapping_balls"])
def test_what_is_not_doubtful_or_past_help_stays(name: str) -> None:
    mesh = getattr(solids, name)()
    surface = Surface(*merge_float32(mesh.vertices, mesh.faces))
    made, note = clear(surface, Limits())[:2]
    assert not note
    assert np.array_equal(made.vertices, surface.vertices)
