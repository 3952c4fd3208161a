"""Debris: crumbs that are too small for the printer to form."""

from __future__ import annotations

import numpy as np

from fab.findings import Finding, Severity
from fab.gate import face_areas, label_shells
from fab.repair.record import Limits, Mending, Surface
from fab.repair.weld import compact
from fab.repair.winding import shell_boxes

_CRUMB_SHARE = 0.01  # of the area: a piece that holds more is no crumb, however small the part is printed
_DUST_SHARE = 0.05  # of the area, all crumbs together: more is a surface in shreds


def drop_debris(surface: Surface, limits: Limits) -> Mending:
    """Return the surface without pieces every extent of which is under `crumb_mm`."""
    count, labels = label_shells(surface.faces)
    if count == 1:
        return Mending(surface)
    low, high = shell_boxes(surface, labels, count)
    area = np.bincount(labels, face_areas(*surface), count)
    crumb = ((high - low) < limits.crumb_mm).all(axis=1) & (area < _CRUMB_SHARE * area.sum())
    if not crumb.any() or area[crumb].sum() > _DUST_SHARE * area.sum():
        return Mending(surface)
    gone = crumb[labels]
    number, size_mm = int(crumb.sum()), float((high - low)[crumb].max()) / limits.unit_per_mm
    finding = Finding(
        check="solid",
        code="debris-removed",
        severity=Severity.INFO,
        message=f"{number} crumb{'s' if number > 1 else ''} of at most {size_mm:.2g} mm left out",
        measured=size_mm,
        limit=limits.crumb_mm / limits.unit_per_mm,
        unit="mm",
    )
    kept, dropped = (compact(surface.vertices, surface.faces[side]) for side in (~gone, gone))
    return Mending(kept, f"dropped {number} crumbs", removed=dropped, findings=(finding,))
