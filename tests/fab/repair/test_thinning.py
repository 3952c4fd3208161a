from __future__ import annotations

import numpy as np
import pytest
import solids
from invariants import assert_solid

from fab.repair.record import Surface
from fab.repair.thinning import thin


def test_flat_faces_go_and_the_shape_stays() -> None:
    box = solids.box()
    for _ in range(4):
        box = box.subdivide()
    made = thin(Surface(np.asarray(box.vertices, np.float64), np.asarray(box.faces, np.int64)), 0.01)
    assert len(made.faces) == 12
    assert solids.mesh_of(*made).volume == pytest.approx(1000.0)


def test_skins_nearer_than_the_tolerance_do_not_cross() -> None:
    outer, inner = solids.ball(10.0, 4, (0.0, 0.0, 0.0)), solids.inverted(solids.ball(9.99, 4, (0.0, 0.0, 0.0)))
    pair = solids.joined(outer, inner)
    vertices = np.asarray(pair.vertices, np.float32).astype(np.float64)
    made = thin(Surface(vertices, np.asarray(pair.faces, np.int64)), 0.05)
    assert_solid(solids.mesh_of(*made))
