"""The report as JSON: the same report gives the same bytes, and the text reads back as the same report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fab.errors import ExportFailed
from fab.export.atomic import write_bytes_checked
from fab.report.model import Report


def to_json(report: Report) -> str:
    """Return the report as text: keys in the model's order, maps sorted, indented by 2, rows of numbers on one line."""
    return _write(report.model_dump(mode="json"), "") + "\n"


def from_json(text: str) -> Report:
    """Return the report that `to_json` wrote. Raises pydantic's ValidationError on anything else."""
    return Report.model_validate_json(text)


def write_json(report: Report, path: Path) -> Path:
    """Write `report.json` beside `path` first, then rename it there; return `path`."""
    write_bytes_checked(path, to_json(report).encode(), lambda file: _check(file, report))
    return path


def _check(path: Path, report: Report) -> None:
    if from_json(path.read_text(encoding="utf-8")) != report:
        raise ExportFailed("read back another report than was written; report this as a bug")


def schema() -> str:
    """Return the JSON schema of the report, as committed in `docs/report.schema.json`."""
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Report.model_json_schema(mode="serialization"),
    }
    return json.dumps(described, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _write(value: Any, indent: str) -> str:
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        rows = (f"{json.dumps(key, ensure_ascii=False)}: {_write(item, deeper)}" for key, item in value.items())
        return "{\n" + ",\n".join(deeper + row for row in rows) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        return "[\n" + ",\n".join(deeper + _write(item, deeper) for item in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
