"""When material starts in the air, and what it means for which printer."""

from __future__ import annotations

import pytest
import solids
import trimesh

import printers
from fab.checks.context import Context
from fab.checks.islands import check_islands
from fab.findings import STARTS_IN_AIR, Finding, Severity, Verdict, verdict_of
from fab.solid import Solid


def judged(mesh: trimesh.Trimesh, printer: str = "resin-50um", *, supports: bool = True) -> Finding:
    (finding,) = check_islands(Solid(mesh), printers.get(printer), Context(supports=supports))
    return finding


def floating(x: float, y: float, z: float) -> trimesh.Trimesh:
    return solids.joined(solids.box(), solids.moved(solids.box(x, y, z), 15.0, 4.0, 5.0))


def test_island_needs_a_support() -> None:
    finding = judged(floating(2.0, 3.0, 4.0))
    assert (finding.code, finding.severity) == (STARTS_IN_AIR, Severity.INFO)
    assert finding.measured == pytest.approx(6.0, rel=0.03)
    assert finding.limit == pytest.approx(10 * 0.05**2)
    assert finding.point_mm == pytest.approx((16.0, 5.5, 5.0), abs=1.6)
    assert finding.why and finding.faces
    assert verdict_of([finding]) is Verdict.PRINTS_WITH_SUPPORTS


def test_without_supports_it_fails() -> None:
    assert judged(floating(2.0, 3.0, 4.0), supports=False).severity is Severity.FAIL
    assert judged(solids.box(), supports=False).code == "grounded"


@pytest.mark.parametrize(("size", "code"), [(0.1, "grounded"), (0.2, STARTS_IN_AIR)])
def test_fewer_than_ten_pixels_are_none(size: float, code: str) -> None:
    assert judged(floating(size, size, 1.0)).code == code


def test_filament_counts_from_a_dot_of_one_line() -> None:
    assert judged(floating(0.35, 0.35, 1.0), "fdm-0.4").code == "grounded"
    assert judged(floating(0.6, 0.6, 1.0), "fdm-0.4").code == STARTS_IN_AIR


def test_powder_lies_under_everything() -> None:
    assert judged(floating(2.0, 3.0, 4.0), "mjf").severity is Severity.SKIP
