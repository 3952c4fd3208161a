"""The report is put together complete and the same each time."""

from __future__ import annotations

import numpy as np
import pytest
import solids

import printers.library as library
from fab.findings import Finding, Severity, Verdict
from fab.inspect import inspect
from fab.repair.record import Repair, Step
from fab.report.build import build_report, count_bodies
from fab.solid import Defects, Solid

PRINTER = library.get("bambu-lab-p1s")


def test_report_describes_part_and_printer() -> None:
    solid = Solid(solids.box(10.0, 20.0, 30.0), name="block")
    report = build_report(solid, PRINTER, inspect(solid, PRINTER), scale=25.4, scale_note="inches")
    assert report.part.extents_mm == (10.0, 20.0, 30.0)
    assert report.part.volume_ml == pytest.approx(6.0)
    assert report.part.surface_cm2 == pytest.approx(22.0)
    assert (report.part.scale, report.part.scale_note) == (25.4, "inches")
    assert report.printer.name == "Bambu Lab P1S"
    assert report.verdict is Verdict.PRINTS_AS_IS
    assert set(report.versions) == {"figurine", "python", "numpy", "trimesh", "manifold3d"}


def test_findings_of_other_rooms_are_told_and_leave_the_verdict_alone() -> None:
    solid = Solid(solids.box())
    extra = Finding(check="views", code="depth-guessed", severity=Severity.WARN, message="depth is guessed")
    report = build_report(solid, PRINTER, inspect(solid, PRINTER), extra_findings=[extra])
    assert report.verdict is Verdict.PRINTS_AS_IS
    assert report.findings[0] == extra


def test_repair_is_summed_up_and_an_unknown_change_stays_unknown() -> None:
    solid = Solid(solids.box())
    step = Step(
        "holes", Defects(open_edges=3, bodies=1), Defects(bodies=1), "filled 1 hole", seconds=1.5, moved_mm=0.02
    )
    repair = Repair(solid, (step,), 0.01, float("nan"), np.eye(4))
    summary = build_report(solid, PRINTER, [], repair).repair
    assert summary is not None
    assert summary.volume_change is None
    assert summary.steps[0].before["open_edges"] == 3
    assert summary.steps[0].moved_mm == 0.02
    assert "seconds" not in summary.steps[0].model_dump()


@pytest.mark.parametrize(
    ("mesh", "bodies"),
    [(solids.box(), 1), (solids.two_parts(), 2), (solids.standing(solids.hollow_ball()), 1)],
    ids=str,
)
def test_cavities_are_no_bodies(mesh: object, bodies: int) -> None:
    assert count_bodies(Solid(mesh)) == bodies  # type: ignore[arg-type]
