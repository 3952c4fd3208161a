"""What is said of a repair."""

from __future__ import annotations

import numpy as np
import solids

import printers.library as library
from fab.checks.context import Context
from fab.checks.solid import check_solid
from fab.findings import Finding, Severity
from fab.repair.record import Repair, Step
from fab.solid import Defects, Solid

SOLID = Solid(solids.box())


def judged(max_deviation_mm: float | None) -> list[Finding]:
    steps = (Step("holes", Defects(open_edges=3, bodies=1), Defects(bodies=1), "filled 1 hole"),)
    repair = None if max_deviation_mm is None else Repair(SOLID, steps, max_deviation_mm, 0.01, np.eye(4))
    return list(check_solid(SOLID, library.get("fdm-0.4"), Context(repair=repair)))


def test_untouched_solid_passes() -> None:
    assert [(f.code, f.severity) for f in judged(None)] == [("solid", Severity.PASS)]


def test_repair_is_told_step_by_step() -> None:
    (finding,) = judged(0.01)
    assert (finding.code, finding.severity, finding.measured) == ("solid-repaired", Severity.INFO, 0.01)
    assert "filled 1 hole" in finding.message


def test_surface_that_moved_further_than_a_print_shows_is_weak() -> None:
    findings = judged(0.6)
    assert [(f.code, f.severity) for f in findings] == [
        ("solid-repaired", Severity.INFO),
        ("surface-moved", Severity.WARN),
    ]
    assert findings[1].limit == 0.42
