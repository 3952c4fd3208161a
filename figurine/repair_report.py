"""The account of one repair as JSON: steps with their defects, what was found, and which faces came and went."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from fab.errors import ExportFailed
from fab.export.atomic import write_bytes_checked
from fab.repair import Limits, Mended


def write_repair_report(mended: Mended, limits: Limits, path: Path) -> None:
    """Write the account to `path`; raises ExportFailed. Seconds are in it, so two runs differ there and only there."""
    text = json.dumps(describe(mended, limits), allow_nan=False, ensure_ascii=False, separators=(",", ":")) + "\n"
    write_bytes_checked(path, text.encode(), lambda file: _check(file, text))


def describe(mended: Mended, limits: Limits) -> dict[str, Any]:
    """Return the account as plain values.

    Lengths and areas with a unit in their name are in mm at the height of print, coordinates in the file's own unit.
    `added.faces` are rows of the written mesh that lie where the input had no surface; `removed` is the surface that
    was taken from the input on purpose.
    """
    steps = [
        {
            "name": step.name,
            "note": step.note,
            "before": asdict(step.before),
            "after": asdict(step.after),
            "seconds": round(step.seconds, 3),
            "moved_mm": step.moved_mm,
        }
        for step in mended.steps
    ]
    area = 1 / limits.unit_per_mm**2
    return {
        "schema_version": 1,
        "faces": len(mended.faces),
        "unit_per_mm": limits.unit_per_mm,
        "steps": steps,
        "findings": [finding.model_dump(mode="json") for finding in mended.findings],
        "added": {
            "area_mm2": _area(mended.vertices, mended.faces[mended.added]) * area,
            "faces": np.flatnonzero(mended.added).tolist(),
        },
        "removed": {
            "area_mm2": _area(*mended.removed) * area,
            "vertices": mended.removed.vertices.tolist(),
            "faces": mended.removed.faces.tolist(),
        },
    }


def _area(vertices: Any, faces: Any) -> float:
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)


def _check(path: Path, text: str) -> None:
    if path.read_text(encoding="utf-8") != text:
        raise ExportFailed("read back another report than was written; report this as a bug")
