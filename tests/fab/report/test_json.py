"""The report as JSON: stable bytes, reads back, and valid by the committed schema."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import solids
from pydantic import ValidationError

import printers.library as library
from fab.inspect import inspect
from fab.report.build import build_report
from fab.report.json import from_json, schema, to_json, write_json
from fab.report.model import Report
from fab.solid import Solid


@pytest.fixture(scope="module")
def report() -> Report:
    solid, printer = Solid(solids.plate(8.0, 0.3), name="Platte ü"), library.get("fdm-0.4")
    return build_report(solid, printer, inspect(solid, printer), files={"stl": "out/p.stl"}, views={"used": ["front"]})


def test_text_reads_back_as_the_same_report(report: Report) -> None:
    assert from_json(to_json(report)) == report


def test_same_report_gives_same_text_with_short_rows(report: Report) -> None:
    text = to_json(report)
    assert text == to_json(from_json(text))
    assert text.endswith("}\n")
    assert '"extents_mm": [8.0, 8.0, ' in text


def test_real_report_is_valid_by_the_committed_schema(report: Report, repository: Path) -> None:
    committed = json.loads((repository / "docs" / "report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(committed)
    jsonschema.validate(json.loads(to_json(report)), committed, jsonschema.Draft202012Validator)


def test_committed_schema_is_the_models(repository: Path) -> None:
    assert (repository / "docs" / "report.schema.json").read_text(encoding="utf-8") == schema()


def test_unknown_key_is_refused(report: Report) -> None:
    with pytest.raises(ValidationError):
        from_json(to_json(report).replace('"verdict":', '"verdikt": 1, "verdict":', 1))


def test_file_is_written_beside_and_renamed(report: Report, tmp_path: Path) -> None:
    path = write_json(report, tmp_path / "report.json")
    assert path.read_text(encoding="utf-8") == to_json(report)
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.json"]
