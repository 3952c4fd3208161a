from __future__ import annotations

import numpy as np
import pytest
import solids
from hypothesis import given
from hypothesis import strategies as st

from fab.export.refine import split_long_edges


@given(st.tuples(*[st.floats(1, 20)] * 3), st.floats(0.9, 30))
def test_boxes_stay_closed_and_their_edges_become_short(size: tuple[float, ...], limit: float) -> None:
    box = solids.box(*size)
    vertices, faces = split_long_edges(np.asarray(box.vertices), np.asarray(box.faces), limit)
    fine = solids.mesh_of(vertices, faces)
    edges = fine.vertices[fine.edges_unique]
    assert np.linalg.norm(edges[:, 0] - edges[:, 1], axis=1).max() <= limit
    assert fine.is_watertight
    assert fine.is_winding_consistent
    assert fine.volume == pytest.approx(box.volume)
    assert fine.area == pytest.approx(box.area)
    assert np.array_equal(vertices[:8], box.vertices)


def test_short_edges_stay() -> None:
    ball = solids.ball()
    vertices, faces = split_long_edges(np.asarray(ball.vertices), np.asarray(ball.faces), 100.0)
    assert np.array_equal(vertices, ball.vertices)
    assert np.array_equal(faces, ball.faces)


def test_chosen_edges_take_the_longest_along_so_that_no_slivers_come() -> None:
    """Only edges that cross x = 3 on a long thin box are wanted: the mesh ends, stays closed and keeps its shape."""
    box = solids.box(40, 4, 4)

    def crosses(points: np.ndarray, ends: np.ndarray) -> np.ndarray:
        return np.ptp(np.sign(points[ends, 0] - 3.0), axis=1) > 0

    vertices, faces = split_long_edges(np.asarray(box.vertices), np.asarray(box.faces), 0.2, crosses)
    fine = solids.mesh_of(vertices, faces)
    assert fine.is_watertight
    assert fine.volume == pytest.approx(box.volume)
    edges = fine.vertices[fine.edges_unique]
    crossing = np.ptp(np.sign(edges[:, :, 0] - 3.0), axis=1) > 0
    assert np.linalg.norm(edges[crossing, 0] - edges[crossing, 1], axis=1).max() <= 0.2
    assert len(faces) < 20_000
    thinnest = np.sin(fine.face_angles).min()
    assert thinnest > 0.5 * np.sin(box.face_angles).min()
