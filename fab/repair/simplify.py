"""Simplification to a budget of faces: slicers and print services stop at a million."""

from __future__ import annotations

import numpy as np

from fab.findings import Finding, Severity
from fab.flat import near_trouble
from fab.gate import find_defects, merge_float32
from fab.repair.collapse import Collapsed, collapse_edges
from fab.repair.record import Limits, Mending, Surface

_REACHES = (1.0, 1.0, 2.0, 4.0, 16.0)  # of the size of a crossing face: what is held round it, more each time


def simplify(surface: Surface, limits: Limits) -> Mending:
    """Return the solid with at most `max_faces` faces, where `detail_mm` of deviation is enough for that.

    Where collapsed faces cross, the surface there is held as it is and the rest collapsed anew. What cannot come down
    to the budget stays above it and is told.
    """
    given = len(surface.faces)
    if given <= limits.max_faces:
        return Mending(surface)
    locked = np.zeros(len(surface.vertices), np.bool_)
    for reach in _REACHES:
        collapsed = collapse_edges(surface, limits.max_faces, limits.detail_mm, locked)
        made = Surface(*merge_float32(*collapsed.surface))
        if find_defects(*made).none:
            over = _over_budget(len(made.faces), _reasons(collapsed, limits), limits)
            note = f"brought {given} faces down to {len(made.faces)}" if len(made.faces) < given else ""
            return Mending(made, note, findings=over)
        locked |= near_trouble(surface.vertices, *made, reach)
    return Mending(surface, findings=_over_budget(given, "every way to fewer makes faces cross", limits))


def _reasons(collapsed: Collapsed, limits: Limits) -> str:
    """Return in words why the edges that are left have to stay."""
    whys = {
        f"could move the surface by more than {limits.detail_mm / limits.unit_per_mm:.2g} mm": collapsed.far,
        "would turn a face over, thin it to a needle or pinch the surface": collapsed.turning,
        "would make faces cross": collapsed.held,
    }
    return "of the edges left, " + ", ".join(f"{count} {why}" for why, count in whys.items() if count)


def _over_budget(faces: int, why: str, limits: Limits) -> tuple[Finding, ...]:
    if faces <= limits.max_faces:
        return ()
    return (
        Finding(
            check="solid",
            code="faces-over-budget",
            severity=Severity.INFO,
            message=f"{faces} faces: {why}",
            measured=float(faces),
            limit=float(limits.max_faces),
            unit="faces",
            remedy="give a larger --tolerance or --max-faces",
        ),
    )
