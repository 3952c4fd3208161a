from __future__ import annotations

import numpy as np
import pytest
import solids
from invariants import assert_same_shape, assert_solid

from fab.gate import merge_float32
from fab.repair.record import Limits, Surface
from fab.repair.rewrap import rewrap

LIMITS = Limits(rewrap_cells=64)


def surface_of(mesh) -> Surface:
    return Surface(*merge_float32(mesh.vertices, mesh.faces))


def wrapped(mesh, limits: Limits = LIMITS):
    return solids.mesh_of(*rewrap(surface_of(mesh), limits).surface)


@pytest.mark.parametrize("name", ["overlapping_balls", "edge_contact", "moebius", "open_box", "fin"])
def test_whatever_it_is_a_solid_comes_out(name: str) -> None:
    assert_solid(wrapped(getattr(solids, name)()))


def test_a_new_skin_lies_on_the_old_with_its_edges() -> None:
    crossed = solids.joined(solids.box(), solids.moved(solids.box(), 5.1, 4.3, 3.7))
    made = wrapped(crossed)
    assert_solid(made)
    assert made.volume == pytest.approx(2000 - 4.9 * 5.7 * 6.3, rel=1e-4)
    assert np.ptp(made.vertices, axis=0) == pytest.approx([15.1, 14.3, 13.7], abs=1e-3)


def test_what_is_a_solid_by_itself_and_apart_stays() -> None:
    pair = solids.joined(solids.overlapping_balls(), solids.moved(solids.ball(3.0), 60.0))
    made = wrapped(pair)
    assert_solid(made)
    kept = made.vertices[made.vertices[:, 0] > 40]
    assert len(kept) == len(solids.ball(3.0).vertices)


def test_a_thin_wall_and_a_narrow_gap_keep_their_width() -> None:
    cell = 30.0 / 64
    walls = [solids.plate(30.0, 0.3 * cell), solids.moved(solids.plate(30.0, 5 * cell), z=0.7 * cell)]
    crossing = solids.moved(solids.box(4.0, 4.0, 3 * cell), 1.0, 1.0, z=4 * cell)
    made = wrapped(solids.joined(*walls, crossing))
    assert_solid(made)
    heights = np.unique(np.round(made.vertices[:, 2] / cell, 3))
    assert {0.0, 0.3, 0.7}.issubset(heights.tolist())


def test_a_sheet_becomes_a_thin_wall() -> None:
    made = wrapped(solids.sheet(20.0, 3))
    assert_solid(made)
    assert made.volume == pytest.approx(400.0 * LIMITS.gap_mm, rel=0.3)


def test_a_hole_is_capped_and_told() -> None:
    mending = rewrap(surface_of(solids.open_box()), LIMITS)
    made = solids.mesh_of(*mending.surface)
    assert made.volume == pytest.approx(1000.0, rel=1e-3)
    assert mending.added is not None
    assert len(mending.added.faces) == 2


def test_pockets_are_filled_unless_they_are_to_stay() -> None:
    crossed = solids.joined(solids.hollow_ball(), solids.moved(solids.box(4.0, 4.0, 4.0), 8.0, z=8.0))
    filled, kept = (wrapped(crossed, Limits(rewrap_cells=64, keep_cavities=keep)) for keep in (False, True))
    assert_solid(filled)
    assert_solid(kept)
    assert kept.volume < 0.6 * filled.volume


def test_a_ball_stays_round() -> None:
    crossed = solids.joined(solids.ball(), solids.moved(solids.ball(3.0), 0.3, 0.2, 0.1))
    made = wrapped(crossed)
    assert_solid(made)
    assert_same_shape(made, solids.ball(), 0.05)


def test_cells_are_half_of_what_the_printer_forms_but_not_too_many() -> None:
    crossed = solids.joined(solids.box(), solids.moved(solids.box(), 5.1, 4.3, 3.7))
    fine, coarse, many = (
        rewrap(surface_of(crossed), Limits(crumb_mm=crumb, rewrap_cells=cells))
        for crumb, cells in ((0.4, 400), (2.0, 400), (0.1, 50))
    )
    assert [mending.note.split()[7] for mending in (fine, coarse, many)] == ["0.2", "1", "0.3"]
    for mending in (fine, coarse, many):
        assert_solid(solids.mesh_of(*mending.surface))
