"""Painted parts have no more faces than their colours need."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from fab.colour import ColourField
from fab.export.refine import split_long_edges
from fab.gate import face_areas
from fab.palette.fewer import fewer_faces
from fab.palette.painted import PaletteWishes, paint
from fab.solid import Solid


def test_a_part_with_a_blunt_foot_still_stands_at_zero() -> None:
    """The point it stands on is 0.05 µm lower than what is round it: flat, as far as anybody can see."""
    box = trimesh.creation.box((20, 20, 20)).apply_translation((0, 0, 10.00005))
    vertices, faces = split_long_edges(np.asarray(box.vertices), np.asarray(box.faces, np.int64), 4.0)
    foot = np.flatnonzero(np.linalg.norm(vertices - (0, 0, 0.00005), axis=1) < 0.001)
    vertices[foot, 2] = 0.0
    points, merged, _ = fewer_faces(
        vertices.astype(np.float32).astype(np.float64), faces, np.zeros(len(faces), int), 1e-4
    )
    assert len(merged) < len(faces) / 4
    assert points[:, 2].min() == 0.0


def test_a_dot_on_a_box_needs_few_faces_and_is_as_large_as_it_was_drawn() -> None:
    box = trimesh.creation.box((30, 30, 30)).apply_translation((0, 0, 15))
    solid = Solid(box)
    fine = trimesh.Trimesh(*split_long_edges(solid.vertices, solid.faces, 0.3), process=False)
    dot = np.linalg.norm(fine.vertices - (3, -15, 17), axis=1) < 5
    fine.visual.vertex_colors = np.where(dot[:, None], [200, 30, 30, 255], [255, 255, 255, 255]).astype(np.uint8)
    painted = paint(solid.coloured(ColourField.of(fine, to_mm=np.eye(4))), PaletteWishes(colours=2))
    areas = np.sort(np.bincount(painted.slots, face_areas(painted.solid.vertices, painted.solid.faces)))
    assert areas[0] == pytest.approx(np.pi * 25, rel=0.03)
    assert areas.sum() == pytest.approx(6 * 900, rel=1e-6)
    assert len(painted.solid.faces) < 1500
