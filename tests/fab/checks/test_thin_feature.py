"""Rods judged: too thin to form, too thin to last, too long for their thickness."""

from __future__ import annotations

import pytest
import solids
import trimesh

import printers.library as library
from fab.checks.context import Context
from fab.checks.thin_feature import check_thin_feature
from fab.checks.wall_thickness import check_wall_thickness
from fab.findings import Finding, Severity
from fab.solid import Solid


def pinned(diameter: float, length: float) -> trimesh.Trimesh:
    pin = solids.moved(solids.cylinder(diameter / 2, length + 1.0, 32), 5.0, 5.0, 9.0)
    return trimesh.boolean.union([solids.box(), pin], engine="manifold")


def judged(mesh: trimesh.Trimesh, printer: str = "fdm-0.4") -> list[Finding]:
    return list(check_thin_feature(Solid(mesh), library.get(printer), Context()))


@pytest.mark.parametrize(
    ("diameter", "printer", "code", "severity"),
    [
        (0.80, "fdm-0.4", "feature-too-thin", Severity.FAIL),
        (0.90, "fdm-0.4", "feature-thin", Severity.WARN),
        (1.90, "fdm-0.4", "feature-thin", Severity.WARN),
        (2.10, "fdm-0.4", "features-thick", Severity.PASS),
        (0.15, "elegoo-mars-5", "feature-too-thin", Severity.FAIL),
        (0.40, "elegoo-mars-5", "feature-thin", Severity.WARN),
        (0.55, "elegoo-mars-5", "features-thick", Severity.PASS),
    ],
)
def test_pin_is_judged_by_its_diameter(diameter: float, printer: str, code: str, severity: Severity) -> None:
    (finding,) = judged(pinned(diameter, 6.0), printer)
    assert (finding.code, finding.severity) == (code, severity)
    if code != "features-thick":
        assert finding.measured == pytest.approx(diameter, abs=0.02)


@pytest.mark.slow
def test_long_rod_is_slender_though_it_is_thick_enough() -> None:
    (finding,) = judged(pinned(0.6, 9.0), "elegoo-mars-5")
    assert (finding.code, finding.severity) == ("feature-slender", Severity.WARN)
    assert finding.remedy == "thicken by 0.17 mm"


@pytest.mark.slow
def test_scaled_as_the_remedy_says_it_no_longer_fails() -> None:
    mesh = pinned(0.6, 6.0)
    (finding,) = judged(mesh)
    assert finding.remedy is not None
    height = float(finding.remedy.split("≥ ")[1].split(" mm")[0])
    assert height == pytest.approx(16.0 * 0.84 / 0.6, rel=0.05)
    mesh.apply_scale(height / 16.0)
    assert "feature-too-thin" not in [f.code for f in judged(mesh)]


def test_rod_is_told_once_and_not_as_a_wall() -> None:
    solid, context = Solid(pinned(0.3, 6.0)), Context()
    printer = library.get("fdm-0.4")
    assert [f.code for f in check_wall_thickness(solid, printer, context)] == ["wall-thick"]
    assert [f.code for f in check_thin_feature(solid, printer, context)] == ["feature-too-thin"]
