"""Neighbouring faces and the patches they make."""

from __future__ import annotations

import numpy as np
import pytest
import solids

from fab.measure.regions import face_graph, find_patches


def test_patches_are_connected_faces() -> None:
    mesh = solids.two_parts()
    patches = find_patches(np.asarray(mesh.vertices), np.asarray(mesh.faces, np.int64), np.ones(len(mesh.faces), bool))
    assert len(patches) == 2
    assert sorted(np.concatenate(patches).tolist()) == list(range(len(mesh.faces)))


def test_each_face_has_three_neighbours_over_its_edges() -> None:
    mesh = solids.ball(10.0, 2)
    vertices, faces = np.asarray(mesh.vertices), np.asarray(mesh.faces, np.int64)
    graph = face_graph(vertices, faces, vertices[faces].mean(axis=1))
    assert (np.diff(graph.indptr) == 3).all()
    assert graph.max() == pytest.approx(2 * np.sqrt(mesh.area / len(faces)) / np.sqrt(3 * np.sqrt(3)), rel=0.3)
