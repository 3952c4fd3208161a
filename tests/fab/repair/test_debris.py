from __future__ import annotations

import solids

from fab.repair import Limits, repair
from fab.repair.debris import drop_debris
from fab.repair.weld import read_arrays


def test_a_crumb_that_cannot_form_goes_and_is_told() -> None:
    made = repair(solids.joined(solids.ball(), solids.moved(solids.box(0.3, 0.3, 0.3), x=30.0, z=5.0)))
    assert made.solid.mesh.body_count == 1
    (finding,) = made.findings
    assert (finding.code, finding.unit, finding.limit) == ("debris-removed", "mm", 0.42)
    assert abs(finding.measured - 0.3) < 1e-5
    assert len(made.removed.faces) == 12
    assert made.max_deviation_mm < 1e-4


def test_what_is_long_enough_in_one_direction_stays() -> None:
    made = repair(solids.joined(solids.ball(), solids.moved(solids.box(0.3, 0.3, 0.6), x=30.0)))
    assert made.solid.mesh.body_count == 2
    assert made.findings == ()


def test_a_part_printed_tiny_is_no_crumb() -> None:
    pair = solids.joined(solids.box(0.3, 0.3, 0.3), solids.moved(solids.box(0.3, 0.3, 0.3), x=1.0))
    assert repair(pair).solid.mesh.body_count == 2


def test_a_surface_in_shreds_is_not_swept_away() -> None:
    shreds = [solids.moved(solids.box(0.3, 0.3, 0.3), x=0.5 * k) for k in range(200)]
    mesh = solids.joined(*shreds)
    assert drop_debris(read_arrays(mesh.vertices, mesh.faces).surface, Limits()).note == ""
