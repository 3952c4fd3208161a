"""A file mended in its own frame: what goes out has the numbers of what came in, whatever the two formats."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import trimesh

from fab.export.raw import RAW_FORMATS, write_raw
from fab.readers import read_model
from fab.readers.threemf import unit_of
from fab.repair import Limits, Mended, mend
from figurine.errors import WrongUse
from figurine.progress import OnProgress, Progress, ignore, in_stage


def mend_file(given: Path, made: Path, *, height_mm: float = 80.0, on_progress: OnProgress = ignore) -> list[str]:
    """Return lines that say what was done to `given`, after writing the solid to `made`.

    Printer limits are lengths in mm; `height_mm` is the height at which the part will be printed, and so says how
    long a millimetre is in the file's own unit. Raises UnreadableModel, NotSolid, ExportFailed and WrongUse.
    """
    _check_target(given, made)
    on_progress(Progress("read", 0, 1, given.name))
    model = read_model(given)
    vertices = trimesh.transform_points(model.mesh.vertices, model.to_raw)
    unit_per_mm = float(np.ptp(model.mesh.vertices[:, 2])) / height_mm
    mended = mend(vertices, model.mesh.faces, Limits().scaled(unit_per_mm), on_progress=in_stage(on_progress, "repair"))
    on_progress(Progress("write", 0, 1, made.name))
    write_raw(mended.vertices, mended.faces, made, unit=unit_of(model.to_raw))
    return _account(mended, made)


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
    steps = [f"{step.name}: {step.note}" for step in mended.steps if step.note]
    return [*(steps or ["it was a solid already"]), f"{made}: {len(mended.faces)} faces, a solid"]
