from __future__ import annotations

import numpy as np
import pytest
import solids

from fab.repair.deviation import find_loss, largest_deviation, moved_by
from fab.repair.record import Surface
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


def test_a_part_that_is_gone_is_missed() -> None:
    pair, one = surface_of(solids.joined(solids.ball(), solids.moved(solids.box(1, 1, 1), x=30))), solids.ball()
    loss = find_loss(pair, surface_of(one), 0.2)
    assert (loss.parts, loss.matters) == (1, True)
    assert loss.place == pytest.approx((30.5, 0.5, 0.5), abs=0.3)
    assert not find_loss(pair, pair, 0.2).matters
    removed = surface_of(solids.moved(solids.box(1, 1, 1), x=30))
    assert not find_loss(pair, surface_of(one), 0.2, removed).matters


def test_what_cannot_be_seen_is_not_missed() -> None:
    assert not find_loss(surface_of(solids.hollow_ball()), surface_of(solids.ball()), 0.2).matters


def test_only_new_places_count_as_moved() -> None:
    box = surface_of(solids.box())
    pushed = box.vertices.copy()
    pushed[7] += (0.0, 0.0, 0.3)
    assert moved_by(box, Surface(pushed, box.faces)) == pytest.approx(0.3)
    assert moved_by(box, surface_of(solids.open_box())) == 0.0


def test_added_and_removed_do_not_count() -> None:
    box, lid = surface_of(solids.open_box()), surface_of(solids.box())
    added = np.zeros(12, np.bool_)
    added[2:4] = True
    assert largest_deviation(box, lid) > 4
    assert largest_deviation(box, lid, added) < 1e-5
    assert largest_deviation(lid, box) > 4
    assert largest_deviation(lid, box, None, Surface(lid.vertices, lid.faces[2:4])) < 1e-5
