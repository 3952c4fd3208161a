"""Hollows that trap, and hollows that suck."""

from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh

import printers
from fab.checks.context import Context
from fab.checks.cups import check_cups
from fab.findings import Finding, Severity
from fab.solid import Solid


def judged(mesh: trimesh.Trimesh, printer: str = "resin-50um") -> Finding:
    (finding,) = check_cups(Solid(mesh), printers.get(printer), Context())
    return finding


def cup(radius: float = 8.0) -> trimesh.Trimesh:
    tools = [solids.cylinder(radius + 2.0, 20.0), solids.moved(solids.cylinder(radius, 20.0), z=2.0)]
    return trimesh.boolean.difference(tools, engine="manifold")


def test_wide_cup_warns_and_says_where_to_vent_it() -> None:
    finding = judged(cup())
    assert (finding.code, finding.severity) == ("suction-cup", Severity.WARN)
    assert finding.measured == pytest.approx(np.pi * 64.0, rel=0.01)
    assert finding.remedy is not None
    assert finding.remedy.startswith("drill a hole of 3.5 mm through 2.0 mm of wall at ")


def test_narrow_cup_is_only_told() -> None:
    assert (judged(cup(4.0)).code, judged(cup(4.0)).severity) == ("suction-cup", Severity.INFO)


def test_bell_is_a_cup_only_where_it_stands_flat() -> None:
    bell = cup()
    bell.apply_transform(trimesh.transformations.rotation_matrix(np.pi, [1, 0, 0]))
    assert (judged(solids.standing(bell)).code, judged(solids.standing(bell)).severity) == (
        "cup-on-plate",
        Severity.INFO,
    )


@pytest.mark.parametrize(
    ("printer", "code", "severity"),
    [
        ("resin-50um", "trapped-resin", Severity.WARN),
        ("mjf", "trapped-powder", Severity.WARN),
        ("fdm-0.4", "skipped", Severity.SKIP),
    ],
)
def test_closed_cavity_traps_what_is_not_filament(printer: str, code: str, severity: Severity) -> None:
    finding = judged(solids.hollow_ball(), printer)
    assert (finding.code, finding.severity) == (code, severity)
    if severity is Severity.WARN:
        assert "2.1" in finding.message and finding.remedy is not None and "another" in finding.remedy


def test_drained_and_solid_ones_drain() -> None:
    assert judged(solids.drained_ball()).code == "drains"
    assert judged(solids.box(), "mjf").code == "drains"
