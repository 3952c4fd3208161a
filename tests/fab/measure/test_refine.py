"""Refinement keeps the surface, its closedness and where each piece came from."""

from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh

from fab.measure.refine import refine


@pytest.mark.parametrize("mesh", [solids.box(), solids.wedge(), solids.cone(), solids.tube()], ids=str)
def test_refined_surface_is_the_same_surface(mesh: trimesh.Trimesh) -> None:
    faces = np.asarray(mesh.faces, np.int64)
    refined = refine(np.asarray(mesh.vertices, float), faces, 0.9)
    fine = trimesh.Trimesh(refined.vertices, refined.faces, process=False)
    assert fine.is_watertight and fine.is_winding_consistent
    assert fine.edges_unique_length.max() <= 0.9
    assert fine.volume == pytest.approx(mesh.volume)
    assert np.bincount(refined.parents, fine.area_faces) == pytest.approx(mesh.area_faces)
    assert (refined.vertices[: len(mesh.vertices)] == mesh.vertices).all()


def test_fine_surface_is_left_alone() -> None:
    mesh = solids.ball(1.0, 3)
    refined = refine(np.asarray(mesh.vertices, float), np.asarray(mesh.faces, np.int64), 1.0)
    assert (refined.faces == mesh.faces).all()


def test_budget_of_faces_is_kept() -> None:
    mesh = solids.box(100.0, 100.0, 100.0)
    refined = refine(np.asarray(mesh.vertices, float), np.asarray(mesh.faces, np.int64), 0.1, max_faces=5000)
    assert 1000 < len(refined.faces) <= 5000
