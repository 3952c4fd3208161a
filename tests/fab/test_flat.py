"""Flat stretches in few faces."""

from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh
from invariants import assert_solid

from fab.flat import merge_flat
from fab.gate import face_areas, find_defects, merge_float32


def cut_box() -> tuple[np.ndarray, np.ndarray]:
    box = trimesh.creation.box((8, 8, 8)).subdivide().subdivide().subdivide()
    return np.asarray(box.vertices, np.float64), np.asarray(box.faces, np.int64)


def two_wedges() -> tuple[np.ndarray, np.ndarray]:
    """Return two wedges, edge to edge, whose edges are 0.1 µm apart in the middle and meet at both ends."""
    base = [(-3, -4, -5), (3, -4, -5), (3, 4, -5), (-3, 4, -5)]
    edge = [(-3, 0, 0), (0, 0, -5e-5), (3, 0, 0)]
    a, b, c, d, first, middle, last = range(7)
    half = [(a, b, middle), (b, last, middle), (a, middle, first), (c, d, middle), (d, first, middle)]
    half += [(c, middle, last), (a, first, d), (c, last, b), (a, d, c), (a, c, b)]
    lower = trimesh.Trimesh(base + edge, half, process=False).subdivide().subdivide()
    upper = trimesh.Trimesh(lower.vertices * (1, 1, -1), lower.faces[:, ::-1], process=False)
    pair = solids.joined(lower, upper)
    return merge_float32(pair.vertices, pair.faces)


def test_a_box_of_one_kind_has_twelve_faces_again() -> None:
    vertices, faces = cut_box()
    points, merged, kinds = merge_flat(vertices, faces, np.zeros(len(faces), np.int64), 1e-4)
    assert (len(faces), len(merged)) == (768, 12)
    assert set(kinds.tolist()) == {0}
    assert np.array_equal(np.ptp(points, axis=0), (8, 8, 8))
    assert solids.mesh_of(points, merged).volume == pytest.approx(512.0)


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


def test_skins_nearer_than_the_tolerance_do_not_cross() -> None:
    outer, inner = solids.ball(10.0, 4, (0.0, 0.0, 0.0)), solids.inverted(solids.ball(9.99, 4, (0.0, 0.0, 0.0)))
    pair = solids.joined(outer, inner)
    vertices, faces = np.asarray(pair.vertices, np.float32).astype(np.float64), np.asarray(pair.faces, np.int64)
    points, merged, _ = merge_flat(vertices, faces, np.zeros(len(faces), np.int64), 0.05)
    assert len(merged) < len(faces)
    assert_solid(solids.mesh_of(points, merged))


def test_sheets_that_meet_in_points_do_not_come_to_share_an_edge() -> None:
    vertices, faces = two_wedges()
    assert find_defects(vertices, faces).none
    points, merged, _ = merge_flat(vertices, faces, np.zeros(len(faces), np.int64), 1e-4)
    assert find_defects(points, merged).none
    assert len(merged) < len(faces)
