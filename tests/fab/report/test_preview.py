"""The preview keeps to its budget, to the part's shape, and to which face is which."""

from __future__ import annotations

import numpy as np
import pytest
import solids
from invariants import assert_same_shape

from fab.report.preview import COARSEST, MOST_FACES, MOST_VERTICES, _reduce, make_preview
from fab.solid import Solid


def longest_edge(vertices: np.ndarray, faces: np.ndarray) -> float:
    corners = vertices[faces]
    return float(np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max())


@pytest.fixture(scope="module")
def fine_ball() -> Solid:
    return Solid(solids.ball(20.0, subdivisions=5))


def test_many_faces_become_few_and_stay_where_they_were(fine_ball: Solid) -> None:
    preview = make_preview(fine_ball, most_faces=5_000)
    assert 1_000 < len(preview.faces) <= 5_000
    assert_same_shape(preview.mesh, fine_ball.mesh, tol_mm=0.1)


def test_the_budget_is_kept_by_default() -> None:
    assert MOST_FACES <= 100_000
    assert MOST_VERTICES < 2**16


def test_few_faces_are_cut_up_so_that_vertices_can_carry_numbers() -> None:
    preview = make_preview(Solid(solids.box(10.0, 20.0, 30.0)))
    assert longest_edge(preview.vertices, preview.faces) <= 2 * 30.0 / COARSEST
    assert preview.mesh.volume == pytest.approx(6000.0)


def test_each_face_knows_the_solids_face_it_stands_for() -> None:
    solid = Solid(solids.box(10.0, 20.0, 30.0))
    preview = make_preview(solid)
    np.testing.assert_allclose(solid.mesh.face_normals[preview.parents], preview.mesh.face_normals, atol=1e-6)


def test_the_same_solid_gives_the_same_preview(fine_ball: Solid) -> None:
    first, second = make_preview(fine_ball, 5_000), make_preview(fine_ball, 5_000)
    np.testing.assert_array_equal(first.vertices, second.vertices)
    np.testing.assert_array_equal(first.faces, second.faces)


def test_dust_that_goes_all_at_once_still_gives_something_to_see() -> None:
    count, few = 3_000, 500
    corners = np.random.default_rng(1).uniform(0.0, 100.0, (count, 1, 3))
    vertices = (corners + 1e-3 * np.eye(4, 3)).reshape(-1, 3)
    faces = (4 * np.arange(count)[:, None, None] + [[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]]).reshape(-1, 3)
    kept, chosen = _reduce(vertices, faces, few)
    assert len(chosen) == few
    assert chosen.max() + 1 == len(kept)
