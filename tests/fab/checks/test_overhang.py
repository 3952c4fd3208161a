"""When a part needs supports."""

from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh

import printers.library as library
from fab.checks.context import Context
from fab.checks.overhang import check_overhang
from fab.findings import NEEDS_SUPPORTS, Finding, Severity, Verdict, verdict_of
from fab.solid import Solid


def judged(mesh: trimesh.Trimesh, printer: str = "fdm-0.4") -> Finding:
    (finding,) = check_overhang(Solid(mesh), library.get(printer), Context())
    return finding


@pytest.mark.parametrize(("angle_deg", "code"), [(44.0, "no-supports"), (45.0, "no-supports"), (46.0, NEEDS_SUPPORTS)])
def test_wedge_needs_supports_just_beyond_the_printers_angle(angle_deg: float, code: str) -> None:
    assert judged(solids.wedge(angle_deg)).code == code


def test_finding_names_area_angle_and_faces() -> None:
    finding = judged(solids.wedge(60.0, 20.0, 10.0))
    assert finding.severity is Severity.INFO
    assert finding.measured == pytest.approx(60.0)
    assert finding.limit == 45.0
    assert f"{10.0 * 20.0 / np.cos(np.radians(60.0)):.0f} mm²" in finding.message
    assert len(finding.faces) == 2
    assert verdict_of([finding]) is Verdict.PRINTS_WITH_SUPPORTS


def test_powder_holds_every_overhang() -> None:
    assert judged(solids.wedge(80.0), "mjf").code == "no-supports"


def test_speck_of_ceiling_bridges_itself() -> None:
    lone = solids.moved(solids.box(1.0, 1.0, 1.0), 11.0, 4.0, 5.0)
    assert judged(solids.joined(solids.box(), lone)).code == "no-supports"
