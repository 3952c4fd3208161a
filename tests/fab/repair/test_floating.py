from __future__ import annotations

import numpy as np
import pytest
import solids
from invariants import assert_solid

from fab.repair import Limits, repair


def test_a_floating_whisker_is_kept_and_told() -> None:
    made = repair(solids.whiskered_ball())
    assert made.steps == ()
    assert made.solid.mesh.body_count == 2
    (finding,) = made.findings
    assert (finding.code, finding.severity.name) == ("floating-body", "WARN")
    assert finding.measured == pytest.approx(3.0, rel=1e-5)
    assert finding.point_mm == pytest.approx((20.3, 0.0, 10.0), abs=1e-4)


def test_joined_it_hangs_on_the_shortest_rod() -> None:
    made = repair(solids.whiskered_ball(), Limits(floating="join", bridge_mm=0.8))
    assert_solid(made.solid)
    assert made.solid.mesh.body_count == 1
    assert [finding.code for finding in made.findings] == ["floating-joined"]
    bridge = made.solid.mesh.submesh([np.flatnonzero(made.added)], append=True)
    low, high = bridge.bounds
    assert low[0] == pytest.approx(10.0, abs=0.1)
    assert 20.0 < high[0] < 20.4  # sunk into the rod
    assert np.ptp(bridge.vertices, axis=0)[1:] == pytest.approx((0.8, 0.8), abs=0.02)
    assert made.max_deviation_mm < 1e-3


def test_removed_only_the_part_is_left() -> None:
    made = repair(solids.whiskered_ball(), Limits(floating="remove"))
    assert made.solid.mesh.body_count == 1
    assert len(made.solid.faces) == len(solids.ball().faces)
    assert len(made.removed.faces) == 12
    assert [finding.code for finding in made.findings] == ["floating-removed"]
    assert made.max_deviation_mm < 1e-4


def test_a_chain_of_floating_bodies_is_joined_one_by_one() -> None:
    second = solids.moved(solids.box(0.6, 0.6, 3.0), x=22.0, y=-0.3, z=8.5)
    made = repair(solids.joined(solids.whiskered_ball(), second), Limits(floating="join"))
    assert made.solid.mesh.body_count == 1
    assert [finding.code for finding in made.findings] == ["floating-joined"] * 2
    assert made.solid.volume_mm3 < solids.ball().volume + 2 * 1.1 + 0.8 * (10 + 1.4) + 1


@pytest.mark.parametrize("floating", ["keep", "join", "remove"])
def test_parts_stay_whatever_is_asked(floating: str) -> None:
    """One that rests on the bed however small, and one in the air that holds more than 1% of the volume."""
    small = solids.moved(solids.box(1.0, 1.0, 1.0), x=30.0)
    large = solids.moved(solids.ball(4.0), x=-30.0, z=20.0)
    made = repair(solids.joined(solids.ball(), small, large), Limits(floating=floating))
    assert made.steps == ()
    assert made.findings == ()
    assert made.solid.mesh.body_count == 3


@pytest.mark.parametrize("up", [(0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (-1.0, 0.0, 0.0)])
def test_the_bed_is_where_up_says(up: tuple[float, float, float]) -> None:
    from fab.repair import mend

    mesh = solids.whiskered_ball()
    turn = {1: np.eye(3), 0: np.array([(1, 0, 0), (0, 0, 1), (0, -1, 0)])}.get(int(up[2]), np.eye(3))
    turn = turn if up[0] == 0 else np.array([(0, 0, -1), (0, 1, 0), (1, 0, 0)])
    assert np.allclose(turn @ (0, 0, 1), up)
    made = mend(np.asarray(mesh.vertices) @ turn.T, mesh.faces, Limits(up=up, floating="remove"))
    assert [finding.code for finding in made.findings] == ["floating-removed"]
