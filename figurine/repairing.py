"""A file mended in its own frame: what goes out has the numbers of what came in, whatever the two formats."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import trimesh

from fab.export.raw import RAW_FORMATS, write_raw
from fab.findings import Severity
from fab.readers import InputModel, read_model
from fab.readers.threemf import unit_of
from fab.repair import Limits, Mended, mend
from figurine.errors import WrongUse
from figurine.progress import OnProgress, Progress, ignore, in_stage
from figurine.repair_report import write_repair_report
from figurine.repair_wishes import RepairWishes


def mend_file(
    given: Path,
    made: Path,
    *,
    height_mm: float = 80.0,
    wishes: RepairWishes | None = None,
    report: Path | None = None,
    on_progress: OnProgress = ignore,
) -> list[str]:
    """Return lines that say what was done to `given`, after writing the solid to `made` and the account to `report`.

    Printer limits are lengths in mm; `height_mm` is the height at which the part will be printed, and so says how
    long a millimetre is in the file's own unit. Raises UnreadableModel, NotSolid, ExportFailed and WrongUse.
    """
    _check_target(given, made)
    on_progress(Progress("read", 0, 1, given.name))
    model = read_model(given)
    limits = _limits_in_file(model, height_mm, wishes or RepairWishes())
    vertices = trimesh.transform_points(model.mesh.vertices, model.to_raw)
    mended = mend(vertices, model.mesh.faces, limits, on_progress=in_stage(on_progress, "repair"))
    on_progress(Progress("write", 0, 1, made.name))
    write_raw(mended.vertices, mended.faces, made, unit=unit_of(model.to_raw))
    if report is not None:
        write_repair_report(mended, limits, report)
    return _account(mended, made)


def _limits_in_file(model: InputModel, height_mm: float, wishes: RepairWishes) -> Limits:
    """Return the limits in the file's own unit, with the direction that is up in its own frame."""
    vertices = np.asarray(model.mesh.vertices, np.float64)
    vertices = vertices[np.isfinite(vertices).all(axis=1)]
    size = np.ptp(vertices, axis=0) if len(vertices) else np.zeros(3)
    tall = float(size[2]) or float(size.max()) or 1.0
    limits = wishes.limits(float(np.linalg.norm(size)) / tall * height_mm)
    upward = model.to_raw[:3, 2]
    raw_per_unit = float(np.linalg.norm(upward))
    x, y, z = (float(c) for c in upward / raw_per_unit)
    return replace(limits.scaled(tall * raw_per_unit / height_mm), up=(x, y, z))


def _check_target(given: Path, made: Path) -> None:
    if not given.is_file():
        raise WrongUse(f"{given}: no such file")
    if made.exists() and made.samefile(given):
        raise WrongUse(f"{made} is the input; name another file to write to")
    if made.suffix.lower() not in RAW_FORMATS:
        raise WrongUse(f"{made}: cannot write {made.suffix or 'a file without suffix'}; use {' '.join(RAW_FORMATS)}")
    if not made.resolve().parent.is_dir():
        raise WrongUse(f"{made.parent} is no folder; make it first")


def _account(mended: Mended, made: Path) -> list[str]:
    steps = [f"{step.name}: {step.note}{_moved(step.moved_mm)}" for step in mended.steps if step.note]
    found = [
        f"{'!' if finding.severity >= Severity.WARN else 'i'} {finding.code}: {finding.message}"
        + (f" → {finding.remedy}" if finding.remedy else "")
        for finding in mended.findings
    ]
    return [*(steps or ["it was a solid already"]), *found, f"{made}: {len(mended.faces)} faces, a solid"]


def _moved(moved_mm: float) -> str:
    return f" (moved by up to {moved_mm:.2g} mm)" if moved_mm > 1e-6 else ""
