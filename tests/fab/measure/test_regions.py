"""Neighbouring faces, and faces parted by label."""

from __future__ import annotations

import numpy as np
import pytest
import solids

from fab.measure.regions import groups, ring_graph


def test_chosen_faces_and_those_round_them_are_linked_over_corners_as_far_as_their_middles_lie_apart() -> None:
    mesh = solids.ball(10.0, 2)
    faces, middles = np.asarray(mesh.faces, np.int64), np.asarray(mesh.triangles_center)
    chosen = middles[:, 2] > middles[:, 2].max() - 2.0
    graph = ring_graph(faces, middles, chosen).tocoo()
    shares = (faces[graph.row][:, :, None] == faces[graph.col][:, None, :]).any(axis=(1, 2))
    assert shares.all()
    assert graph.data == pytest.approx(np.linalg.norm(middles[graph.row] - middles[graph.col], axis=1))
    near = np.isin(faces, faces[chosen]).any(axis=1)
    assert chosen.sum() < near.sum() < len(faces) / 2
    for face in np.flatnonzero(near):
        ring = np.flatnonzero(near & np.isin(faces, faces[face]).any(axis=1))
        assert sorted([face, *graph.col[graph.row == face]]) == ring.tolist()


def test_groups_come_in_the_order_of_their_labels() -> None:
    parts = groups(np.array([4, 7, 8, 9]), np.array([1, 0, 1, 5]))
    assert [part.tolist() for part in parts] == [[7], [4, 8], [9]]
