from __future__ import annotations

import numpy as np
import pytest
import solids

from fab.gate import find_defects
from fab.halfedges import find_loops, find_twins
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


def test_a_small_hole_carries_on_the_curvature_round_it() -> None:
    mesh = solids.capless_ball(1.5)
    made = fill_holes(read_arrays(mesh.vertices, mesh.faces).surface, Limits())
    assert find_defects(*made.surface).none
    assert made.added is not None
    flat = 10.0 - (100.0 - 1.5**2) ** 0.5
    middle = np.linalg.norm(made.added.vertices[made.added.faces].mean(axis=1), axis=1)
    whole = np.linalg.norm(solids.capless_ball(0.0).triangles_center, axis=1)
    assert middle.min() > whole.min() - 0.1 * flat
    assert made.findings == ()


def test_a_large_hole_is_capped_plainly_and_told() -> None:
    mesh = solids.capless_ball(4.0)
    made = fill_holes(read_arrays(mesh.vertices, mesh.faces).surface, Limits())
    assert find_defects(*made.surface).none
    assert len(made.surface.vertices) == len(np.unique(mesh.faces))
    (finding,) = made.findings
    assert finding.code == "hole-capped"
    assert finding.measured == pytest.approx(8.0, abs=0.3)


@pytest.mark.parametrize("size", [0.3, 1.0])
def test_what_ends_sharply_stays_plain(size: float) -> None:
    mesh = solids.open_box()
    surface = read_arrays(np.asarray(mesh.vertices) * size, mesh.faces).surface
    made = fill_holes(surface, Limits())
    assert len(made.surface.vertices) == 8
    assert len(made.findings) == (size == 1.0)


def test_a_rim_too_long_for_the_triangulation_is_cut_in_its_plane() -> None:
    mesh = solids.cylinder(10.0, 20.0, sections=800)
    top = np.asarray(mesh.vertices)[np.asarray(mesh.faces)][:, :, 2].min(axis=1) > 19.9
    made = fill_holes(read_arrays(mesh.vertices, np.asarray(mesh.faces)[~top]).surface, Limits())
    assert find_defects(*made.surface).none
    assert area(made.added.vertices, made.added.faces) == pytest.approx(100 * np.pi, rel=1e-3)


def test_a_strip_with_one_side_gets_no_cap() -> None:
    mesh = solids.moebius()
    assert fill_holes(read_arrays(mesh.vertices, mesh.faces).surface, Limits()).note == ""
