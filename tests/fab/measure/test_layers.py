"""Layers of shapes whose sections are known."""

from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh

from fab.measure.layers import Layers, slice_layers


def sliced(mesh: trimesh.Trimesh, layer_mm: float = 0.1, row_mm: float = 0.1) -> Layers:
    return slice_layers(np.asarray(mesh.vertices, np.float64), np.asarray(mesh.faces, np.int64), layer_mm, row_mm)


def test_box_is_one_run_a_row() -> None:
    layers = sliced(solids.box(3.0, 2.0, 1.0))
    assert (layers.count, layers.rows, len(layers.spans)) == (10, 20, 200)
    y, spans = layers.runs_of(4)
    assert y == pytest.approx(np.arange(20) * 0.1 + 0.05)
    assert spans == pytest.approx(np.tile([0.0, 3.0], (20, 1)))
    assert layers.area_mm2 == pytest.approx(6.0)


def test_ball_has_the_sections_of_a_ball() -> None:
    layers = sliced(solids.ball(10.0, 5), 0.05, 0.05)
    z = (np.arange(layers.count) + 0.5) * 0.05
    assert layers.area_mm2 == pytest.approx(np.pi * (100.0 - (z - 10.0) ** 2), abs=0.2)
    assert layers.area_mm2.sum() * 0.05 == pytest.approx(solids.ball(10.0, 5).volume, rel=1e-4)


def test_tube_has_two_runs_where_a_row_passes_its_hole() -> None:
    y, spans = sliced(solids.tube(10.0, 8.0, 5.0)).runs_of(20)
    inner = np.abs(y) < 7.9
    assert np.unique(y[inner], return_counts=True)[1].tolist() == [2] * len(np.unique(y[inner]))
    assert (spans[1:, 0] >= spans[:-1, 1])[y[1:] == y[:-1]].all()


def test_large_part_is_cut_into_coarser_rows() -> None:
    big = solids.box(2000.0, 2000.0, 2000.0)
    layers = sliced(big, 0.05, 0.05)
    assert layers.row_mm == pytest.approx(2.0 * 2000.0 * 2000.0 / (0.05 * 12e6))
    assert layers.area_mm2 == pytest.approx(4e6, rel=1e-2)


@pytest.mark.parametrize("turn", [0.1, 0.7, 2.3])
def test_every_row_is_left_as_often_as_it_is_entered(turn: float) -> None:
    """Rows through vertices and along edges, too: the layers of a turned box hold its volume."""
    mesh = solids.box(10.0, 10.0, 10.0)
    mesh.apply_transform(trimesh.transformations.euler_matrix(turn, turn / 2.0, turn / 3.0))
    layers = sliced(solids.standing(mesh), 0.1, 0.05)
    assert layers.area_mm2.sum() * 0.1 == pytest.approx(1000.0, rel=1e-3)
