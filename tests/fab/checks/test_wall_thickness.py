"""Walls judged: codes, numbers, and remedies that hold when they are followed."""

from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh

import printers.library as library
from fab.checks.context import Context
from fab.checks.thin_parts import MOST_FINDINGS
from fab.checks.wall_thickness import check_wall_thickness
from fab.findings import Finding, Severity
from fab.solid import Solid


def judged(mesh: trimesh.Trimesh, printer: str = "fdm-0.4") -> list[Finding]:
    return list(check_wall_thickness(Solid(solids.standing(mesh)), library.get(printer), Context()))


@pytest.mark.parametrize(
    ("thickness_mm", "code", "severity"),
    [
        (0.41, "wall-too-thin", Severity.FAIL),
        (0.43, "wall-thin", Severity.WARN),
        (0.79, "wall-thin", Severity.WARN),
        (0.81, "wall-thick", Severity.PASS),
    ],
)
def test_plate_on_the_bed_is_judged_by_one_line_and_by_the_recommended_wall(
    thickness_mm: float, code: str, severity: Severity
) -> None:
    findings = judged(solids.plate(20.0, thickness_mm))
    assert [(f.code, f.severity) for f in findings] == [(code, severity)]


@pytest.mark.parametrize(("thickness_mm", "code"), [(0.81, "wall-thin"), (1.19, "wall-thin"), (1.21, "wall-thick")])
def test_wall_that_stands_free_should_be_thicker(thickness_mm: float, code: str) -> None:
    (finding,) = judged(solids.box(15.0, thickness_mm, 12.0))
    assert finding.code == code
    if code == "wall-thin":
        assert (finding.limit, finding.limit_source) == (1.2, "guide: Xometry FDM")


def test_finding_carries_numbers_limit_place_and_faces() -> None:
    (finding,) = judged(solids.plate(20.0, 0.3))
    assert finding.measured == pytest.approx(0.3, abs=0.005)
    assert (finding.limit, finding.unit) == (0.42, "mm")
    assert finding.limit_source == "default: one line of 0.42 mm"
    assert finding.point_mm is not None
    assert finding.point_mm[2] in (0.0, pytest.approx(0.3))
    assert len(finding.faces) == 4


def test_scaled_as_the_remedy_says_it_no_longer_fails() -> None:
    mesh = solids.tube(10.0, 9.7, 20.0)
    (finding,) = judged(mesh)
    assert finding.code == "wall-too-thin" and finding.remedy is not None
    height = float(finding.remedy.split("≥ ")[1].split(" mm")[0])
    assert height == pytest.approx(20.0 * 0.42 / 0.3, rel=0.05)
    larger = solids.mesh_of(np.asarray(mesh.vertices) * height / 20.0, mesh.faces)
    assert "wall-too-thin" not in [f.code for f in judged(larger)]


def test_knife_edge_is_a_weak_place_and_no_failure() -> None:
    (finding,) = judged(solids.standing(solids.wedge(8.0, 20.0, 10.0)))
    assert (finding.code, finding.severity) == ("thin-edge", Severity.WARN)
    assert finding.remedy is not None and "tall" not in finding.remedy
    assert finding.why is not None


@pytest.mark.parametrize("mesh", [solids.box(), solids.cone(), solids.ball(), solids.wedge(45.0)], ids=str)
def test_sharp_but_solid_shapes_pass(mesh: trimesh.Trimesh) -> None:
    assert [f.code for f in judged(mesh)] == ["wall-thick"]


def test_many_places_are_summed_in_the_last_finding() -> None:
    plates = [solids.moved(solids.box(0.3, 5.0, 5.0), 3.0 * i) for i in range(8)]
    findings = judged(solids.joined(*plates))
    broken = [f for f in findings if f.code == "wall-too-thin"]
    assert len(broken) == MOST_FINDINGS
    assert "3 more places" in broken[-1].message


def test_findings_say_who_set_the_limit() -> None:
    (broken,) = judged(solids.plate(30.0, 0.3), "bambu-lab-p1s")
    assert broken.limit_source == "maker's figure (slicer-profile): one line of 0.42 mm"
    (weak,) = judged(solids.plate(30.0, 0.6), "bambu-lab-p1s")
    assert weak.limit_source == "guide: Protolabs Network design rules"
