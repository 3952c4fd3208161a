from __future__ import annotations

import pytest
import solids
from invariants import assert_same_shape, assert_solid

from fab.repair import Limits, repair


@pytest.mark.parametrize("name", ["hollow_ball", "double_shell"])
def test_a_closed_cavity_is_filled_and_listed_in_ml(name: str) -> None:
    mesh = getattr(solids, name)()
    inner = solids.ball(8.0 if name == "hollow_ball" else 9.8)
    made = repair(mesh)
    assert_solid(made.solid)
    assert_same_shape(made.solid, solids.ball(), 1e-5)
    (finding,) = made.findings
    assert (finding.code, finding.unit) == ("cavity-filled", "ml")
    assert finding.measured == pytest.approx(inner.volume / 1000, rel=1e-4)
    assert finding.point_mm == pytest.approx((0.0, 0.0, 10.0), abs=1e-4)
    assert len(made.removed.faces) == len(inner.faces)


def test_closed_cavities_can_be_kept() -> None:
    made = repair(solids.hollow_ball(), Limits(keep_cavities=True))
    assert made.steps == ()
    assert made.solid.mesh.body_count == 2
    assert [finding.code for finding in made.findings] == ["cavity-kept"]


def test_a_cavity_with_drain_holes_stays_hollow() -> None:
    mesh = solids.drained_ball()
    made = repair(mesh)
    assert made.steps == ()
    assert made.findings == ()
    assert made.solid.volume_mm3 == pytest.approx(mesh.volume, rel=1e-5)
    assert made.solid.volume_mm3 < 0.5 * solids.ball().volume


def test_what_lies_loose_in_a_cavity_goes_with_it() -> None:
    mesh = solids.joined(solids.hollow_ball(), solids.ball(3.0, centre=(0.0, 0.0, 10.0)))
    made = repair(mesh)
    assert made.solid.mesh.body_count == 1
    assert [finding.code for finding in made.findings] == ["cavity-filled"]


def test_small_cavities_are_listed_as_one() -> None:
    centres = [(x, y, 0.0) for x in (-1.0, 0.0, 1.0) for y in (-1.0, 0.0, 1.0)]
    pockets = [solids.inverted(solids.ball(0.4, 2, centre)) for centre in centres]
    made = repair(solids.joined(solids.ball(centre=(0.0, 0.0, 0.0)), *pockets))
    (finding,) = made.findings
    assert finding.code == "cavity-filled"
    assert finding.measured == pytest.approx(sum(-pocket.volume for pocket in pockets) / 1000, rel=1e-3)
    assert made.solid.mesh.body_count == 1


def test_volumes_are_in_ml_whatever_the_unit() -> None:
    from fab.repair import mend

    metres = solids.hollow_ball()
    made = mend(metres.vertices * 1e-3, metres.faces, Limits().scaled(1e-3))
    assert made.findings[0].measured == pytest.approx(solids.ball(8.0).volume / 1000, rel=1e-4)
