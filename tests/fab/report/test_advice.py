"""What to open and what to set, for each kind of printer."""

from __future__ import annotations

import pytest

import printers.library as library
from fab.findings import NEEDS_SUPPORTS, Finding, Severity
from fab.report.advice import SERVICE, advise
from printers.process import Process


def finding(code: str, severity: Severity = Severity.INFO) -> Finding:
    return Finding(check="c", code=code, severity=severity, message="m")


@pytest.mark.parametrize(
    ("printer", "slicer"),
    [
        ("bambu-lab-a1-mini", "Bambu Studio"),
        ("prusa-mk4s", "PrusaSlicer"),
        ("formlabs-form-4", "PreForm"),
        ("elegoo-mars-5", "Lychee Slicer or Chitubox"),
        ("fdm-0.4", "OrcaSlicer or PrusaSlicer"),
        ("materialise-pa12-mjf", SERVICE),
    ],
)
def test_each_printer_has_its_slicer(printer: str, slicer: str) -> None:
    assert advise(library.get(printer), []).slicer == slicer


def test_supports_go_on_where_something_needs_them() -> None:
    printer = library.get("fdm-0.4")
    assert advise(printer, []).supports.startswith("off")
    assert advise(printer, [finding(NEEDS_SUPPORTS)]).supports.startswith("on")
    assert advise(printer, [finding(NEEDS_SUPPORTS, Severity.PASS)]).supports.startswith("off")
    assert advise(library.get("sls-nylon"), [finding(NEEDS_SUPPORTS)]).supports.startswith("none needed")


def test_a_brim_is_for_filament_and_for_what_stands_badly() -> None:
    printer = library.get("fdm-0.4")
    assert advise(printer, []).brim == "none needed"
    assert (advise(printer, [finding("small-first-layer", Severity.WARN)]).brim or "").startswith("on")
    assert advise(library.get("resin-50um"), [finding("small-first-layer", Severity.WARN)]).brim is None


def test_layers_are_the_printers_own() -> None:
    assert advise(library.get("fdm-0.4"), []).layer_mm == 0.2
    assert advise(library.get("resin-50um"), []).layer_mm == 0.05


def test_every_printer_gets_advice() -> None:
    for identifier in library.names():
        printer = library.get(identifier)
        advice = advise(printer, [])
        assert advice.slicer
        assert (advice.brim is None) == (printer.process is not Process.FDM)
