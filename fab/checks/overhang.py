"""Check `overhang`: how much of the surface leans out too far to print without supports."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fab.checks.context import Context
from fab.findings import NEEDS_SUPPORTS, Finding, Severity
from fab.measure.overhang import measure_overhang
from fab.measure.regions import find_patches
from fab.solid import Solid
from printers.profile import Printer

NAME = "overhang"

LEAST_AREA_MM2 = 2.0
"""A connected overhang smaller than this bridges itself."""


def check_overhang(solid: Solid, printer: Printer, context: Context) -> Iterator[Finding]:
    """Yield `needs-supports` with the area that leans out beyond the printer's angle, else `no-supports`."""
    limit_deg = printer.rules.overhang_from_vertical_deg.most
    source = printer.rules.overhang_from_vertical_deg.most_source
    overhang = measure_overhang(solid.vertices, solid.faces)
    steep = overhang.steeper_than(limit_deg)
    patches = find_patches(solid.vertices, solid.faces, steep)
    patches = [patch for patch in patches if overhang.area_mm2[patch].sum() >= LEAST_AREA_MM2]
    if printer.rules.supports_are_powder or not patches:
        held = "powder holds every overhang" if printer.rules.supports_are_powder else "no overhang needs supports"
        yield Finding(
            check=NAME, code="no-supports", severity=Severity.PASS, message=held, limit=limit_deg, limit_source=source,
            unit="deg",
        )  # fmt: skip
        return
    faces = np.sort(np.concatenate(patches))
    largest = max(patches, key=lambda patch: float(overhang.area_mm2[patch].sum()))
    area = float(overhang.area_mm2[faces].sum())
    middle = solid.vertices[solid.faces[largest]].mean(axis=1)
    place = middle[np.linalg.norm(middle - middle.mean(axis=0), axis=1).argmin()]
    yield Finding(
        check=NAME,
        code=NEEDS_SUPPORTS,
        severity=Severity.INFO,
        message=f"{area:.0f} mm² ({area / overhang.area_mm2.sum():.0%} of the surface) in {len(patches)} "
        f"place{'s' if len(patches) != 1 else ''} lean out by more than {limit_deg:g}°, "
        f"up to {overhang.angle_deg[faces].max():.0f}°",
        measured=float(overhang.angle_deg[faces].max()),
        limit=limit_deg,
        limit_source=source,
        unit="deg",
        point_mm=(float(place[0]), float(place[1]), float(place[2])),
        faces=tuple(faces.tolist()),
        remedy="switch supports on in the slicer",
    )
