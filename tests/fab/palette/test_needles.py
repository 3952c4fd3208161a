"""Solids whose hair-thin faces cannot be halved in float32, and what is left of them."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh
from numpy.typing import NDArray

from fab.colour import ColourField
from fab.export.refine import split_long_edges
from fab.gate import face_areas, find_defects
from fab.palette.needles import needle_edges, without_hairs
from fab.palette.painted import PaletteWishes, paint
from fab.solid import Solid

HAIR = 4e-6
"""Height in mm of a face that lies along an edge of the box: one step of float32 at its coordinates."""


def box_with_a_hair() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return a box of 60 x 20 x 20 mm whose top has a vertex a hair away from the edge that it shares with a side."""
    box = trimesh.creation.box(extents=(60, 20, 20))
    vertices = np.asarray(box.vertices, np.float64) + [37.7, 17.3, 10.0]
    faces = np.asarray(box.faces, np.int64)
    top = np.flatnonzero((vertices[faces][:, :, 2] == 20).all(axis=1))
    side = vertices[:, 1].min()
    for face in top:  # the triangle that has the edge along the side is split at a point beside that edge
        corners = faces[face]
        along = vertices[corners][:, 1] == side
        if along.sum() == 2:
            a, b, c = np.roll(corners, -int(np.flatnonzero(~along)[0]) - 1)
            point = np.float32((vertices[a] * 0.37 + vertices[b] * 0.63) + [0, HAIR, 0]).astype(np.float64)
            new = len(vertices)
            others = np.delete(faces, face, axis=0)
            return np.vstack([vertices, point]), np.vstack([others, [[a, b, new], [b, c, new], [c, a, new]]])
    raise AssertionError("the box has no such triangle")


def test_halving_its_edges_breaks_a_solid_that_has_a_hair() -> None:
    vertices, faces = box_with_a_hair()
    assert find_defects(vertices, faces).none
    points, split = split_long_edges(vertices, faces, 0.5)
    assert not find_defects(points.astype(np.float32).astype(np.float64), split).none


def test_without_hairs_it_can_be_halved_and_has_not_moved() -> None:
    vertices, faces = box_with_a_hair()
    combed, left = without_hairs(vertices, faces, 0.5)
    assert len(left) < len(faces)
    heights = 2 * face_areas(combed, left) / np.linalg.norm(np.diff(combed[left], axis=1), axis=2).max(axis=1)
    assert heights.min() > 1
    assert trimesh.Trimesh(combed, left).volume == pytest.approx(60 * 20 * 20, rel=1e-6)
    points, split = split_long_edges(combed, left, 0.5)
    assert find_defects(points.astype(np.float32).astype(np.float64), split).none


def test_a_mesh_without_hairs_comes_back_as_it_is() -> None:
    ball = trimesh.creation.icosphere(subdivisions=3, radius=10)
    vertices, faces = np.asarray(ball.vertices, np.float64), np.asarray(ball.faces, np.int64)
    assert without_hairs(vertices, faces, 0.5)[1] is faces


def test_short_hairs_stay() -> None:
    vertices, faces = box_with_a_hair()
    assert without_hairs(vertices, faces, 100.0)[1] is faces


def test_edges_of_needles_are_named() -> None:
    vertices, faces = box_with_a_hair()
    (hair,) = [face for face in faces if len(vertices) - 1 in face and face_areas(vertices, face[None])[0] < 0.01]
    named = {tuple(edge) for edge in needle_edges(vertices, faces).tolist()}
    assert {tuple(sorted(pair)) for pair in zip(hair, np.roll(hair, -1), strict=True)} <= named


def test_a_picture_on_a_solid_with_a_hair_is_painted_along_its_borders() -> None:
    vertices, faces = box_with_a_hair()
    mesh = trimesh.Trimesh(vertices, faces, process=False)
    solid = Solid(mesh)
    fine = trimesh.Trimesh(*split_long_edges(vertices, faces, 2.0), process=False)
    inside = np.linalg.norm(fine.vertices[:, :2] - fine.vertices[:, :2].mean(axis=0), axis=1) < 8
    fine.visual.vertex_colors = np.where(inside[:, None], [200, 20, 20, 255], [240, 240, 240, 255]).astype(np.uint8)
    painted = paint(solid.coloured(ColourField.of(fine, to_mm=np.eye(4))), PaletteWishes(colours=2))
    assert not painted.jagged
    assert len(painted.solid.faces) > 1000
