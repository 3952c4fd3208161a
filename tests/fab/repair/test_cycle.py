from __future__ import annotations

import numpy as np
import pytest
import solids

from fab.gate import merge_float32
from fab.halfedges import is_cycle
from fab.repair.cycle import close_rims
from fab.repair.record import Surface

GAP = 0.01


def surface_of(mesh) -> Surface:
    return Surface(*merge_float32(mesh.vertices, mesh.faces))


@pytest.mark.parametrize(
    "name", ["open_box", "holed_ball", "flipped_patch", "bow_tie", "fin", "moebius", "sheet", "soup", "edge_contact"]
)
def test_nothing_stays_open(name: str) -> None:
    mesh = getattr(solids, name)()
    closed, _ = close_rims(surface_of(mesh), GAP)
    assert is_cycle(closed.faces)


def test_a_vessel_is_capped_and_a_sheet_is_walled() -> None:
    box, sheet = solids.open_box(), solids.sheet(20.0, 3)
    capped, caps = close_rims(surface_of(box), GAP)
    assert solids.mesh_of(*capped).volume == pytest.approx(1000.0)
    assert len(caps.faces) == 2
    walled, caps = close_rims(surface_of(sheet), GAP)
    assert len(caps.faces) == 0
    assert abs(solids.mesh_of(*walled).volume) == pytest.approx(400.0 * GAP)
    assert np.ptp(walled.vertices, axis=0).min() == pytest.approx(GAP)
