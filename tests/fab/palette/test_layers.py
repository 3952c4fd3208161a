"""What layers show of regions of known extent."""

from __future__ import annotations

import numpy as np
import pytest
import solids

from fab.palette.layers import SHELL_LAYERS, measure_layers


def measured(slots: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    box = solids.box(10.0, 20.0, 4.0)
    amounts = measure_layers(np.asarray(box.vertices), np.asarray(box.faces), slots, count, 0.2, 0.45)
    return amounts.outline, amounts.flat


def test_outline_of_a_box_is_its_perimeter_on_every_layer() -> None:
    outline, _ = measured(np.zeros(12, np.int64), 1)
    assert len(outline) == 20
    assert outline[:, 0] == pytest.approx(60.0)


def test_flat_top_reaches_down_as_far_as_its_shell() -> None:
    normals = solids.box(10.0, 20.0, 4.0).face_normals
    outline, flat = measured((normals[:, 2] > 0.5).astype(np.int64), 2)
    assert outline[:, 1].max() == 0.0
    assert np.flatnonzero(flat[:, 1]).tolist() == list(range(20 - SHELL_LAYERS, 20))
    assert flat[-1, 1] == pytest.approx(200.0)


def test_steep_faces_reach_nowhere() -> None:
    cone = solids.wedge(angle_deg=20.0)
    slots = np.arange(len(cone.faces))
    steep = (np.abs(cone.face_normals[:, 2]) > 0.1) & (np.abs(cone.face_normals[:, 2]) < 0.9)
    assert steep.any()
    flat = measure_layers(np.asarray(cone.vertices), np.asarray(cone.faces), slots, len(slots), 0.2, 0.45).flat
    assert flat[:, steep].max() == 0.0
