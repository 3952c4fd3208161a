"""Faces split along borders: where they run, and that closed stays closed."""

from __future__ import annotations

import numpy as np
import solids

from fab.gate import face_areas, find_defects
from fab.palette.border import split_at_borders


def test_border_lies_where_shares_are_equal() -> None:
    ball = solids.ball(10.0, subdivisions=3)
    vertices, faces = np.asarray(ball.vertices), np.asarray(ball.faces)
    height = vertices[:, 2] - 10.0
    shares = np.column_stack([0.5 + (height - 1.3) / 20, 0.5 - (height - 1.3) / 20])
    points, split, owners = split_at_borders(vertices, faces, shares)
    middle = points[split].mean(axis=1)[:, 2] - 10.0
    upper = height[owners] > 1.3
    assert (middle[upper] > 1.2).all()
    assert (middle[~upper] < 1.4).all()
    added = points[len(vertices) :, 2] - 10.0
    assert np.abs(added - 1.3).max() < 0.2  # kept a tenth of an edge from its ends
    assert np.median(np.abs(added - 1.3)) < 1e-5
    assert np.isclose(face_areas(points, split).sum(), face_areas(vertices, faces).sum(), rtol=1e-6)


def test_several_colours_leave_a_solid() -> None:
    ball = solids.ball(10.0, subdivisions=4)
    shares = np.random.default_rng(0).random((len(ball.vertices), 5))
    points, split, owners = split_at_borders(np.asarray(ball.vertices), np.asarray(ball.faces), shares)
    assert find_defects(points, split).none
    assert len(owners) == len(split)
    assert set(np.unique(shares.argmax(axis=1)[owners])) == set(range(5))


def test_one_colour_splits_nothing() -> None:
    box = solids.box()
    points, split, _ = split_at_borders(np.asarray(box.vertices), np.asarray(box.faces), np.ones((8, 1)))
    assert np.array_equal(points, box.vertices)
    assert np.array_equal(split, box.faces)
