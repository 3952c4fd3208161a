"""The tree walk against every triangle in turn."""

from __future__ import annotations

import numpy as np
import pytest
import solids

from fab.measure.faced_tree import build_faced_tree
from fab.measure.inscribed_ball import shrink_balls
from fab.measure.thickness import normals_of


def test_contact_with_a_far_corner_is_exact() -> None:
    """A ball under (0, 0, 0) that grows down until it meets the tip of a pyramid pointing up at it."""
    tip, half = -3.0, 2.0
    base = [(x, y, -5.0) for x, y in ((-half, -half), (half, -half), (half, half), (-half, half))]
    vertices = np.array([(0.4, 0.0, tip), *base])
    faces = np.array([(0, 2, 1), (0, 3, 2), (0, 4, 3), (0, 1, 4)])
    radius = shrunk(vertices, faces, np.zeros((1, 3)), np.array([[0.0, 0.0, 1.0]]), 10.0)[0]
    assert radius == pytest.approx((0.4**2 + tip**2) / (2.0 * -tip), rel=1e-4)


def test_walk_finds_what_a_search_of_all_triangles_finds() -> None:
    mesh = solids.torus()
    vertices, faces = np.asarray(mesh.vertices, float), np.asarray(mesh.faces, np.int64)
    points, normals = np.asarray(mesh.triangles_center)[::7], np.asarray(mesh.face_normals)[::7]
    found = shrunk(vertices, faces, points, normals, 20.0)
    alone = np.min([shrunk(vertices, faces[[f]], points, normals, 20.0) for f in range(len(faces))], axis=0)
    assert found == pytest.approx(alone, rel=1e-4)
    assert found.max() < 4.0


def shrunk(
    vertices: np.ndarray, faces: np.ndarray, points: np.ndarray, normals: np.ndarray, radius: float
) -> np.ndarray:
    tree = build_faced_tree(vertices, faces, normals_of(vertices[faces])[0])
    radii = np.full(len(points), radius)
    shrink_balls(points, normals, radii, np.full(len(points), -1), tree, np.sin(np.radians(56.0)))
    return radii
