"""Balls in loose patches: whatever is between them, a solid comes out that is as large as the ball."""

from __future__ import annotations

import numpy as np
import pytest
import solids
from invariants import assert_solid

from fab.gate import merge_float32
from fab.repair import Limits, mend
from fab.repair.record import Surface
from fab.repair.sealing import is_patched

from .patches import patched_ball

COARSE = Limits(rewrap_cells=64)
VOLUME = 4180.0

KINDS = {
    "slipped": {"slip": 0.001},
    "slipped far": {"slip": 0.005},
    "drawn apart": {"gap": 0.03},
    "two layers": {"slip": 0.0003, "layers": 2},
    "two layers, slipped far": {"slip": 0.005, "layers": 2},
}


@pytest.mark.parametrize("kind", KINDS)
def test_patches_become_the_ball_they_were(kind: str) -> None:
    mended = mend(*patched_ball(**KINDS[kind]), COARSE)
    made = solids.mesh_of(mended.vertices, mended.faces)
    assert_solid(made)
    assert made.volume == pytest.approx(VOLUME, rel=0.02)


@pytest.mark.slow
def test_patches_a_tenth_as_large_become_the_ball_they_were() -> None:
    mended = mend(*patched_ball(patches=150, subdivisions=4), Limits(rewrap_cells=200))
    made = solids.mesh_of(mended.vertices, mended.faces)
    assert_solid(made)
    assert made.volume == pytest.approx(VOLUME, rel=0.01)


def surface_of(vertices: np.ndarray, faces: np.ndarray) -> Surface:
    return Surface(*merge_float32(vertices, faces))


def test_patches_go_round_something_together() -> None:
    assert is_patched(surface_of(*patched_ball(slip=0.005)))


@pytest.mark.parametrize("name", ["open_box", "holed_ball", "sheet", "moebius", "ball", "drained_ball", "tube"])
def test_one_vessel_or_sheet_is_no_patch(name: str) -> None:
    made = getattr(solids, name)()
    assert not is_patched(surface_of(made.vertices, made.faces))


def test_two_vessels_are_no_patches() -> None:
    pair = solids.joined(solids.open_box(), solids.moved(solids.open_box(), 30.0))
    assert not is_patched(surface_of(pair.vertices, pair.faces))
