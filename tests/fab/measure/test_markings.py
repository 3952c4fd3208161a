"""Markings on a ball, painted and raised by known sizes."""

from __future__ import annotations

import numpy as np
import pytest
import solids

from fab.gate import face_areas, list_edges
from fab.measure.markings import Markings, find_markings
from fab.palette.canvas import Canvas

EYE = np.array([0.0, -13.0, 5.5])
SKIN, BLACK = (80.0, 5.0, 15.0), (5.0, 0.0, 0.0)


def found_on(dark: np.ndarray, raised_mm: np.ndarray | float = 0.0) -> Markings:
    """What is found on a ball of radius 15 whose `dark` vertices are black, and that is raised where it is said."""
    ball = solids.ball(15.0, 6, centre=(0.0, 0.0, 0.0))
    outward = np.asarray(ball.vertices) / 15.0
    vertices = np.asarray(ball.vertices) + outward * np.broadcast_to(raised_mm, dark.shape)[:, None]
    faces = np.asarray(ball.faces, np.int64)
    area = np.bincount(faces.ravel(), np.repeat(face_areas(vertices, faces) / 3, 3))
    lab = np.where(dark[:, None], BLACK, SKIN)
    return find_markings(Canvas(vertices, faces, list_edges(faces).corners, area, lab), 2.4, 0.6)


@pytest.fixture(scope="module")
def points() -> np.ndarray:
    return np.asarray(solids.ball(15.0, 6, centre=(0.0, 0.0, 0.0)).vertices)


def from_eyes(points: np.ndarray) -> np.ndarray:
    """How far each point is from the nearer of two places in front."""
    return np.asarray(np.linalg.norm(points - np.sign(points[:, :1]) * [[5.0, 0.0, 0.0]] - EYE, axis=1))


def test_painted_eyes_are_markings_without_relief(points: np.ndarray) -> None:
    found = found_on(from_eyes(points) < 2.0)
    assert found.area_mm2 == pytest.approx([np.pi * 4.0] * 2, rel=0.1)
    assert (found.relief_mm < 0.1).all()
    assert sorted(np.sign(found.point_mm[:, 0]).tolist()) == [-1.0, 1.0]
    assert (found.normal[:, 1] < -0.5).all()


@pytest.mark.parametrize("raised_mm", [0.3, 0.5, 0.7])
def test_raised_eyes_have_about_the_relief_they_have(points: np.ndarray, raised_mm: float) -> None:
    away = from_eyes(points)
    found = found_on(away < 2.0, raised_mm * np.clip((2.4 - away) / 0.8, 0.0, 1.0))
    assert found.relief_mm == pytest.approx([raised_mm] * 2, rel=0.3)


def test_two_wide_areas_and_one_colour_have_no_markings(points: np.ndarray) -> None:
    assert len(found_on(points[:, 2] > 0).area_mm2) == 0
    assert len(found_on(points[:, 2] > 99).area_mm2) == 0
    assert len(found_on(np.linalg.norm(points - [0.0, -15.0, 0.0], axis=1) < 8.0).area_mm2) == 0
