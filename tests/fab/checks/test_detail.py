"""Relief finer than the process: stripes of known width on a block, as a share of its surface."""

from __future__ import annotations

import pytest
import solids
import trimesh

import printers.library as library
from fab.checks.context import Context
from fab.checks.detail import check_detail
from fab.findings import Finding, Severity
from fab.solid import Solid


def striped(width: float, *, sunken: bool = False) -> trimesh.Trimesh:
    """Eight stripes 0.4 mm high or deep on a block of 12 mm."""
    stripes = [
        solids.moved(solids.box(width, 10.0, 0.8), 1.0 + 1.3 * i, 1.0, 11.6 if sunken else 11.4) for i in range(8)
    ]
    block = solids.box(12.0, 12.0, 12.0 if sunken else 11.8)
    operation = trimesh.boolean.difference if sunken else trimesh.boolean.union
    return operation([block, *stripes], engine="manifold")


def judged(mesh: trimesh.Trimesh) -> list[Finding]:
    return list(check_detail(Solid(mesh), library.get("fdm-0.4"), Context()))


@pytest.mark.parametrize("sunken", [False, True])
def test_stripes_below_one_line_are_told_with_their_width_and_share(sunken: bool) -> None:
    (finding,) = judged(striped(0.3, sunken=sunken))
    assert finding.code == ("engrave-too-fine" if sunken else "emboss-too-fine")
    assert finding.severity is Severity.WARN
    assert finding.measured == pytest.approx(0.3, rel=0.02)
    assert finding.limit == 0.42


@pytest.mark.slow
@pytest.mark.parametrize("sunken", [False, True])
def test_wider_stripes_show(sunken: bool) -> None:
    assert [f.code for f in judged(striped(0.5, sunken=sunken))] == ["detail-shows"]


@pytest.mark.slow
def test_plain_block_and_a_standing_fin_are_no_detail() -> None:
    fin = solids.moved(solids.box(8.0, 0.3, 6.0), 1.0, 5.0, 9.0)
    assert [f.code for f in judged(solids.box())] == ["detail-shows"]
    mesh = trimesh.boolean.union([solids.box(), fin], engine="manifold")
    assert [f.code for f in judged(mesh)] == ["detail-shows"]
