from __future__ import annotations

import numpy as np
import pytest
import solids

from fab.crossings import crossing_pairs
from fab.repair.untangle import untangle


@pytest.mark.parametrize("reach", [0.0, 3.0, 8.0])
def test_points_stay_where_nothing_crosses_and_go_back_where_it_does(reach: float) -> None:
    ball = solids.ball(centre=(0.0, 0.0, 0.0))
    safe, faces = np.asarray(ball.vertices, np.float64), np.asarray(ball.faces, np.int64)
    rng = np.random.default_rng(1)
    wild = safe[:, 2] > 5.0
    placed = safe + np.where(wild[:, None], rng.uniform(-reach, reach, safe.shape), 0.0)
    points, tangled = untangle(placed, safe, faces)
    assert len(tangled) == 0
    assert len(crossing_pairs(points, faces)) == 0
    assert np.array_equal(points, points.astype(np.float32))
    assert np.abs(points - placed)[safe[:, 2] < 0.0].max() < 1e-5
    assert (np.abs(points - placed).max() > 1.0) == (reach > 0)


def test_what_crosses_where_it_is_safe_is_named() -> None:
    crossed = solids.overlapping_balls()
    points = np.asarray(crossed.vertices, np.float32).astype(np.float64)
    faces = np.asarray(crossed.faces, np.int64)
    _, tangled = untangle(points, points, faces)
    assert np.array_equal(tangled, np.unique(faces[crossing_pairs(points, faces)]))
