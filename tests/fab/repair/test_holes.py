from __future__ import annotations

import numpy as np
import pytest
import solids

from fab.gate import find_defects
from fab.repair.halfedges import find_loops, find_twins
from fab.repair.holes import fill_holes, triangulate_rim
from fab.repair.record import Limits
from fab.repair.weld import read_arrays


def area(points: np.ndarray, faces: np.ndarray) -> float:
    a, b, c = (points[faces[:, k]] for k in range(3))
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)


def test_rims_run_against_the_faces_round_them() -> None:
    faces = np.asarray(solids.open_box().faces, np.int64)
    (loop,) = find_loops(faces, find_twins(faces))
    assert sorted(loop.tolist()) == [4, 5, 6, 7]
    start, end = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    ran = set(zip(start.tolist(), end.tolist(), strict=True))
    for k in range(4):
        edge = int(loop[k]), int(loop[(k + 1) % 4])
        assert edge not in ran
        assert edge[::-1] in ran


@pytest.mark.parametrize("corners", [3, 4, 7, 40])
def test_a_flat_rim_gets_its_own_area(corners: int) -> None:
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    points = np.stack([np.cos(turn), np.sin(turn), np.zeros(corners)], axis=1)
    faces = triangulate_rim(points, np.zeros((corners, corners), np.bool_))
    assert len(faces) == corners - 2
    assert area(points, faces) == pytest.approx(corners / 2 * np.sin(2 * np.pi / corners))


def test_a_joined_diagonal_is_avoided() -> None:
    points = np.array([(0.0, 0.0, 0.0), (3.0, -1.0, 0.0), (6.0, 0.0, 0.0), (3.0, 1.0, 0.0)])
    joined = np.zeros((4, 4), np.bool_)
    short = triangulate_rim(points, joined)
    assert not any({0, 2} <= set(face) for face in short.tolist())
    joined[1, 3] = joined[3, 1] = True
    assert all({0, 2} <= set(face) for face in triangulate_rim(points, joined).tolist())


@pytest.mark.parametrize("holes", [1, 4, 9])
def test_holes_are_counted_and_closed(holes: int) -> None:
    mesh = solids.holed_ball(holes)
    made = fill_holes(read_arrays(mesh.vertices, mesh.faces).surface, Limits())
    assert find_defects(*made.surface).none
    assert f"{holes} holes" in made.note
