"""The short ray against Embree's, and where a ray may slip through a seam."""

from __future__ import annotations

import numpy as np
import pytest
import solids

from fab.measure.faced_tree import build_faced_tree
from fab.measure.inner_ray import cast_inward
from fab.measure.thickness import InnerRays, normals_of


def cast(
    vertices: np.ndarray, faces: np.ndarray, points: np.ndarray, normals: np.ndarray, cap_mm: float
) -> tuple[np.ndarray, np.ndarray]:
    tree = build_faced_tree(vertices, faces, normals_of(vertices[faces])[0])
    ways, exits = np.full(len(points), cap_mm), np.full(len(points), -1)
    cast_inward(points, normals, ways, exits, tree)
    return ways, np.where(exits >= 0, tree.order[exits], -1)


def test_way_and_face_are_those_that_embree_finds_up_to_the_cap() -> None:
    mesh = solids.torus()
    vertices, faces = np.asarray(mesh.vertices, float), np.asarray(mesh.faces, np.int64)
    rng = np.random.default_rng(0)
    points, normals = vertices[faces].mean(axis=1), normals_of(vertices[faces])[0]
    slanted = normals + 0.3 * rng.normal(size=normals.shape)
    slanted /= np.linalg.norm(slanted, axis=1)[:, None]
    slanted = np.where(np.einsum("ij,ij->i", slanted, normals)[:, None] > 0.1, slanted, normals)
    embree_mm, embree_faces = InnerRays(vertices[faces]).cast(points, -slanted)
    cap_mm = float(np.median(embree_mm))
    ways, exits = cast(vertices, faces, points, slanted, cap_mm)
    assert ways == pytest.approx(np.minimum(embree_mm, cap_mm), abs=1e-4)
    beyond = embree_mm > cap_mm + 1e-4
    assert (exits[beyond] == -1).all()
    assert (exits[~beyond] == embree_faces[~beyond]).mean() > 0.999


def test_ray_from_a_corner_along_an_axis_hits_the_seams_opposite() -> None:
    """From every vertex of a cut-up box top, straight down on vertices and edges of its floor."""
    mesh = solids.box(4.0, 4.0, 1.0).subdivide().subdivide()
    vertices, faces = np.asarray(mesh.vertices, float), np.asarray(mesh.faces, np.int64)
    top = vertices[vertices[:, 2] > vertices[:, 2].max() - 1e-9]
    ways, exits = cast(vertices, faces, top, np.tile([0.0, 0.0, 1.0], (len(top), 1)), 9.0)
    assert len(top) > 20
    assert ways == pytest.approx(1.0)
    assert (exits >= 0).all()
