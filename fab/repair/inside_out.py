"""Inside out: pockets of material that a surface winds round the wrong way, as where a thin fin runs through itself.

They can be seen as any other part, and slicers fill them as well.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.findings import Finding, Severity
from fab.gate import face_areas, label_shells, shell_volumes
from fab.millilitres import in_ml
from fab.repair.outward import vertex_normals
from fab.repair.record import Limits, Surface


def find_thick(pockets: Surface, limits: Limits) -> NDArray[np.bool_]:
    """(m,) bool: the faces of pockets that are thicker than `detail_mm` in the mean, and no slivers."""
    count, labels = label_shells(pockets.faces)
    area = np.bincount(labels, face_areas(*pockets), count)
    thick = 2 * shell_volumes(*pockets, labels, count) > limits.detail_mm * area
    return np.asarray(thick[labels], np.bool_)


def set_beside(surface: Surface, pockets: Surface, gap: float) -> Surface:
    """Return the surface and the pockets in one, the pockets drawn in by `gap`: they touch where faces crossed."""
    drawn_in = pockets.vertices - gap * vertex_normals(*pockets)
    faces = np.concatenate([surface.faces, pockets.faces + len(surface.vertices)])
    return Surface(np.concatenate([surface.vertices, drawn_in]), faces)


def tell_lost(pockets: Surface, limits: Limits) -> tuple[Finding, ...]:
    """Return what to say of pockets that had to be left out: how many and how large, and where the largest is."""
    count, labels = label_shells(pockets.faces)
    if not count:
        return ()
    volumes = shell_volumes(*pockets, labels, count)
    volume = limits.millilitres(float(volumes.sum()))
    x, y, z = (float(v) for v in pockets.vertices[pockets.faces[labels == volumes.argmax()]].mean(axis=(0, 1)))
    finding = Finding(
        check="solid",
        code="inside-out-removed",
        severity=Severity.WARN,
        message=f"{count} pocket{'s' if count > 1 else ''} drawn inside out left out, {in_ml(volume)} in all",
        measured=volume,
        limit=0.0,
        unit="ml",
        point_mm=(x, y, z),
        remedy="turn the faces there round in a mesh editor, or draw apart the walls that run through one another",
    )
    return (finding,)
