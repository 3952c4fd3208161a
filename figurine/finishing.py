"""The finished height is the one that was asked for, also when repair took a crumb off the top."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import trimesh

from fab.findings import Finding
from fab.repair import Limits, Repair, repair

TOLERANCE_MM = 0.01


def at_height(mended: Repair, height_mm: float | None, limits: Limits) -> tuple[Repair, float]:
    """Return the repair brought to `height_mm`, and the factor that took; unchanged within `TOLERANCE_MM`.

    The scaled part is rounded anew and so goes through the repair once more, which as a rule finds nothing to do.
    `to_input` still leads back to the mesh that was repaired first.
    """
    solid = mended.solid
    if height_mm is None or abs(solid.extents_mm[2] - height_mm) <= TOLERANCE_MM:
        return mended, 1.0
    factor = height_mm / solid.extents_mm[2]
    grown = trimesh.Trimesh(solid.vertices * factor, solid.faces, process=False, validate=False)
    again = repair(grown, replace(limits, remove_slab=False), name=solid.name)
    return (
        replace(
            again,
            steps=tuple(replace(step, moved_mm=step.moved_mm * factor) for step in mended.steps) + again.steps,
            max_deviation_mm=mended.max_deviation_mm * factor + again.max_deviation_mm,
            volume_change=mended.volume_change,
            added=again.added if again.steps else mended.added,
            removed=mended.removed,
            findings=tuple(_grown(finding, factor) for finding in mended.findings),
            to_input=mended.to_input @ np.diag([1 / factor, 1 / factor, 1 / factor, 1.0]) @ again.to_input,
        ),
        factor,
    )


def _grown(finding: Finding, factor: float) -> Finding:
    if finding.point_mm is None:
        return finding
    x, y, z = finding.point_mm
    return finding.model_copy(update={"point_mm": (x * factor, y * factor, z * factor)})
