"""Rows of facts: what is not known is not said."""

from __future__ import annotations

import pytest
import solids

import printers.library as library
from fab.report.build import build_report
from fab.report.facts import advice_rows, cost_rows, file_to_open, slice_rows
from fab.report.model import Report
from fab.solid import Solid


@pytest.fixture(scope="module")
def report() -> Report:
    return build_report(Solid(solids.box()), library.get("fdm-0.4"), [], files={"stl": "a.stl", "3mf": "a.3mf"})


def test_a_3mf_is_opened_before_an_stl(report: Report) -> None:
    assert file_to_open(report) == "a.3mf"
    assert file_to_open(report.model_copy(update={"files": {"stl": "a.stl"}})) == "a.stl"
    assert file_to_open(report.model_copy(update={"files": {"report": "report.html"}})) is None


def test_advice_names_slicer_layers_supports_and_brim(report: Report) -> None:
    assert [name for name, _ in advice_rows(report)] == ["open in", "layers", "supports", "brim"]
    assert list(advice_rows(report.model_copy(update={"advice": None}))) == []


def test_costs_are_told_as_far_as_they_are_known(report: Report) -> None:
    assert list(cost_rows(report)) == []
    known = {"material_ml": 12.34, "mass_g": 15.3, "time_h_estimate": 2.51, "currency": "EUR"}
    rows = dict(cost_rows(report.model_copy(update={"cost": known | {"print_cost": None}})))
    assert set(rows) == {"material", "time"}
    assert "12.3 ml" in rows["material"]
    assert "2 h 30 min" in rows["time"]
    assert "estimate" in rows["time"]
    priced = known | {"print_cost": 1.5, "material_cost": 0.5, "machine_cost": 1.0}
    assert "1.50 EUR" in dict(cost_rows(report.model_copy(update={"cost": priced})))["cost"]


def test_a_slicers_word_is_told_where_one_was_asked(report: Report) -> None:
    assert list(slice_rows(report)) == []
    said = {
        "slicer": "PrusaSlicer-2.5.0",
        "time_s": 5400.0,
        "layers": 400,
        "tool_changes": 1234,
        "filament_g": 12.5,
        "filaments": [{"slot": 1, "colour": "#FFFFFF", "grams": 10.0}, {"slot": 2, "colour": None, "grams": 2.5}],
        "support_share": 0.25,
        "warnings": [],
    }
    rows = dict(slice_rows(report.model_copy(update={"slice": said})))
    assert rows["sliced"] == "by PrusaSlicer-2.5.0: 400 layers, 1 h 30 min"
    assert rows["filament"] == "12.5 g (10 g #FFFFFF, 2.5 g), 25% of it supports, 1,234 changes"
    untimed = said | {"time_s": None, "filaments": said["filaments"][:1]}
    rows = dict(slice_rows(report.model_copy(update={"slice": untimed})))
    assert rows["sliced"].endswith("400 layers")
    assert "changes" not in rows["filament"]


@pytest.mark.parametrize(
    ("hours", "text"), [(0.0, "5 min"), (0.5, "30 min"), (0.99, "1 h 00 min"), (10.0, "10 h 00 min")]
)
def test_times_are_rounded_to_five_minutes(report: Report, hours: float, text: str) -> None:
    cost = {"time_h_estimate": hours}
    assert text in dict(cost_rows(report.model_copy(update={"cost": cost})))["time"]
