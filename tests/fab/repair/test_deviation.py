from __future__ import annotations

import pytest
import solids

from fab.repair.deviation import largest_deviation
from fab.repair.weld import read_arrays


def surface_of(mesh):
    return read_arrays(mesh.vertices, mesh.faces).surface


def test_the_same_surface_deviates_by_nothing() -> None:
    assert largest_deviation(surface_of(solids.torus()), surface_of(solids.torus())) < 1e-5


def test_a_shift_is_measured() -> None:
    first, second = surface_of(solids.box()), surface_of(solids.moved(solids.box(), z=0.5))
    assert largest_deviation(first, second) == pytest.approx(0.5, abs=1e-4)


def test_hidden_shells_do_not_count() -> None:
    assert largest_deviation(surface_of(solids.hollow_ball()), surface_of(solids.ball())) < 1e-5
