"""Flat stretches in few faces."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from fab.flat import merge_flat
from fab.gate import face_areas, find_defects


def cut_box() -> tuple[np.ndarray, np.ndarray]:
    box = trimesh.creation.box((8, 8, 8)).subdivide().subdivide().subdivide()
    return np.asarray(box.vertices, np.float64), np.asarray(box.faces, np.int64)


def test_a_box_of_one_kind_has_twelve_faces_again() -> None:
    vertices, faces = cut_box()
    points, merged, kinds = merge_flat(vertices, faces, np.zeros(len(faces), np.int64), 1e-4)
    assert (len(faces), len(merged)) == (768, 12)
    assert set(kinds.tolist()) == {0}
    assert np.array_equal(np.ptp(points, axis=0), (8, 8, 8))


def test_borders_between_kinds_stay_where_they_are() -> None:
    vertices, faces = cut_box()
    given = (vertices[faces][:, :, 0].mean(axis=1) > 1).astype(np.int64) * 5
    points, merged, kinds = merge_flat(vertices, faces, given, 1e-4)
    assert find_defects(points, merged).none
    assert len(merged) < 40
    for kind in (0, 5):
        area = face_areas(points, merged)[kinds == kind].sum()
        assert area == pytest.approx(face_areas(vertices, faces)[given == kind].sum(), rel=1e-9)


def test_fixed_vertices_stay() -> None:
    vertices, faces = cut_box()
    middle = np.flatnonzero((vertices == (0, 0, 4)).all(axis=1))
    points, _, kinds = merge_flat(vertices, faces, np.full(len(faces), 3), 1e-4, fixed=middle)
    assert (points == (0, 0, 4)).all(axis=1).any()
    assert set(kinds.tolist()) == {3}
