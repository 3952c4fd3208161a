"""Gaps of known width: slots, holes, and parts that stand close."""

from __future__ import annotations

import pytest
import solids
import trimesh

import printers.library as library
from fab.checks.context import Context
from fab.checks.gaps import check_gaps
from fab.findings import Finding, Severity
from fab.solid import Solid


def slotted(width: float) -> trimesh.Trimesh:
    slot = solids.moved(solids.box(width, 12.0, 6.0), 5.0, -1.0, 4.0)
    return trimesh.boolean.difference([solids.box(10.0, 10.0, 8.0), slot], engine="manifold")


def judged(mesh: trimesh.Trimesh, printer: str = "fdm-0.4") -> list[Finding]:
    return list(check_gaps(Solid(mesh), library.get(printer), Context()))


@pytest.mark.parametrize(("width", "code"), [(0.1, "gap-fuses"), (0.18, "gap-fuses"), (0.22, "gaps-open")])
def test_slot_fuses_below_the_clearance(width: float, code: str) -> None:
    (finding,) = judged(slotted(width))
    assert finding.code == code
    if code == "gap-fuses":
        assert finding.severity is Severity.WARN
        assert finding.measured == pytest.approx(width, rel=0.02)
        assert (finding.limit, finding.limit_source) == (0.2, "guide: Prusa MK3S manual 10.3.5")


@pytest.mark.parametrize(("apart", "code"), [(0.1, "parts-fuse"), (0.3, "gap-tight"), (0.55, "gaps-open")])
def test_parts_that_stand_close_fuse_or_are_tight(apart: float, code: str) -> None:
    (finding,) = judged(solids.joined(solids.box(6.0, 6.0, 6.0), solids.moved(solids.box(6.0, 6.0, 6.0), 6.0 + apart)))
    assert finding.code == code
    if code != "gaps-open":
        assert finding.measured == pytest.approx(apart, rel=0.02)


@pytest.mark.slow
def test_scaled_as_the_remedy_says_the_slot_stays_open() -> None:
    mesh = slotted(0.15)
    (finding,) = judged(mesh)
    assert finding.remedy is not None
    height = float(finding.remedy.split("≥ ")[1].split(" mm")[0])
    assert height == pytest.approx(8.0 * 0.2 / 0.15, abs=1.0)
    mesh.apply_scale(height / 8.0)
    assert [f.code for f in judged(mesh)] == ["gaps-open"]


@pytest.mark.slow
def test_crease_is_no_gap() -> None:
    notch = solids.moved(solids.wedge(30.0, 6.0, 12.0), 3.0, -1.0, 3.0)
    mesh = trimesh.boolean.difference([solids.box(10.0, 10.0, 8.0), notch], engine="manifold")
    assert [f.code for f in judged(mesh)] == ["gaps-open"]
