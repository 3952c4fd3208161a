"""What fits which printer, and the largest height that would."""

from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh

import printers.library as library
from fab.checks.context import Context
from fab.checks.fits import check_fits
from fab.findings import Finding, Severity
from fab.solid import Solid
from printers.profile import Printer


def judged(mesh: trimesh.Trimesh, printer: str | Printer = "fdm-0.4") -> Finding:
    printer = library.get(printer) if isinstance(printer, str) else printer
    (finding,) = check_fits(Solid(mesh), printer, Context())
    return finding


def tallest(finding: Finding) -> float:
    assert finding.remedy is not None
    return float(finding.remedy.split("≤ ")[1].split(" mm")[0])


def test_part_inside_the_volume_fits() -> None:
    finding = judged(solids.box(220.0, 220.0, 220.0))
    assert (finding.code, finding.severity) == ("fits", Severity.PASS)


def test_too_tall_part_is_told_the_height_that_fits() -> None:
    finding = judged(solids.box(50.0, 50.0, 221.0))
    assert (finding.code, finding.severity, finding.measured, finding.limit) == (
        "too-tall",
        Severity.FAIL,
        221.0,
        220.0,
    )
    assert tallest(finding) == pytest.approx(220.0, abs=0.1)


def test_too_wide_part_is_told_the_height_that_fits() -> None:
    finding = judged(solids.box(440.0, 440.0, 20.0))
    assert (finding.code, finding.severity) == ("does-not-fit", Severity.FAIL)
    assert tallest(finding) == pytest.approx(10.0, abs=0.1)
    assert tallest(finding) <= 10.0


def test_part_that_fits_when_turned_says_by_how_much() -> None:
    finding = judged(solids.box(280.0, 20.0, 10.0))
    assert (finding.code, finding.severity) == ("fits-turned", Severity.INFO)


def test_no_go_corner_of_the_p1s_counts() -> None:
    assert judged(solids.box(238.0, 256.0, 9.0), "bambu-lab-p1s").code == "fits"
    finding = judged(solids.box(256.0, 256.0, 9.0), "bambu-lab-p1s")
    assert finding.code == "does-not-fit"
    scale = tallest(finding) / 9.0
    smaller = solids.mesh_of(np.asarray(solids.box(256.0, 256.0, 9.0).vertices) * scale, solids.box().faces)
    assert judged(smaller, "bambu-lab-p1s").severity < Severity.FAIL


def test_round_bed_holds_less_than_its_box() -> None:
    disc = library.get("fdm-0.4").model_copy(update={"bed_shape": "elliptic", "bed_min_xy_mm": (-110.0, -110.0)})
    assert judged(solids.box(155.0, 155.0, 10.0), disc).severity < Severity.FAIL
    assert judged(solids.box(156.0, 156.0, 10.0), disc).code == "does-not-fit"


def test_one_nozzle_alone_has_to_reach_all_of_the_part() -> None:
    assert judged(solids.box(322.0, 300.0, 10.0), "bambu-lab-h2d").code == "fits"
    assert judged(solids.box(340.0, 300.0, 10.0), "bambu-lab-h2d").code == "does-not-fit"
    assert judged(solids.box(10.0, 10.0, 322.0), "bambu-lab-h2d").code == "fits"


def test_the_largest_part_counts_where_it_is_smaller_than_the_volume() -> None:
    finding = judged(solids.box(10.0, 10.0, 370.0), "hp-mjf-5200")
    assert (finding.code, finding.limit) == ("too-tall", 356.0)


def test_unverified_figures_are_told_with_the_limit() -> None:
    finding = judged(solids.box(10.0, 10.0, 80.0), "mimaki-3duj-2207")
    assert finding.limit_source is not None
    assert finding.limit_source.endswith("; unverified")
