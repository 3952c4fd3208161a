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


def arch(width: float, depth: float = 10.0) -> trimesh.Trimesh:
    """A block of two piers with a flat ceiling of `width` between them, 10 mm up."""
    opening = solids.moved(solids.box(width, depth + 2.0, 10.0), 9.0, -1.0, -0.001)
    return trimesh.boolean.difference([solids.box(width + 18.0, depth, 20.0), opening], engine="manifold")


@pytest.mark.parametrize(("width", "codes"), [
    (4.0, ["no-supports"]), (8.0, ["bridge-sags", "no-supports"]), (12.0, [NEEDS_SUPPORTS]),
])  # fmt: skip
def test_ceiling_between_piers_is_a_bridge_as_long_as_the_printer_spans(width: float, codes: list[str]) -> None:
    found = list(check_overhang(Solid(arch(width)), library.get("fdm-0.4"), Context()))
    assert [finding.code for finding in found] == codes
    if "bridge-sags" in codes:
        assert found[0].measured == pytest.approx(width, abs=0.01)


def test_balcony_is_no_bridge_however_short() -> None:
    balcony = trimesh.boolean.union(
        [solids.box(10.0, 10.0, 20.0), solids.moved(solids.box(14.0, 10.0, 5.0), z=15.0)], engine="manifold"
    )
    finding = judged(balcony)
    assert finding.code == NEEDS_SUPPORTS
    assert finding.remedy is not None and "0.6 ml" in finding.remedy


def test_without_supports_an_overhang_fails_and_a_bridge_does_not() -> None:
    def found(mesh: trimesh.Trimesh) -> list[tuple[str, Severity]]:
        findings = check_overhang(Solid(mesh), library.get("fdm-0.4"), Context(supports=False))
        return [(finding.code, finding.severity) for finding in findings]

    assert found(solids.wedge(60.0)) == [(NEEDS_SUPPORTS, Severity.FAIL)]
    assert found(arch(4.0)) == [("no-supports", Severity.PASS)]
