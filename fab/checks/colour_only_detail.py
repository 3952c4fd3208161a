"""Check `colour-only-detail`: eyes, mouth, markings that exist in colour but not in shape."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fab.checks.context import Context
from fab.findings import Finding, Severity, skipped
from fab.measure.refine import refine
from fab.solid import Solid
from printers.profile import Printer

NAME = "colour-only-detail"

SCALE = 0.08
"""Radius, as a share of the height, up to which a patch of colour is a detail."""
SAMPLE = 0.005
"""How far apart, as a share of the height, colours are looked at."""

WHY = "colour alone does not print in one material: the place comes out blank"


def check_colour_only_detail(solid: Solid, printer: Printer, context: Context) -> Iterator[Finding]:
    """Yield `colour-only` for markings without relief in a one-colour print, `detail-in-shape` where there are none.

    Skipped where the part has no colours, or where the printer has more than one.
    """
    if solid.colour is None or not solid.colour.has_colour:
        yield skipped(NAME, "the model has no colours")
        return
    if printer.colours > 1:
        yield skipped(NAME, f"{printer.name} prints {printer.colours} colours")
        return
    from fab.measure.markings import find_markings

    limit, height_mm = printer.rules.emboss_mm, solid.extents_mm[2]
    canvas, parents = context.once("canvas", lambda: _canvas_of(solid))
    line_mm = limit.recommended
    found = context.once(("markings", line_mm), lambda: find_markings(canvas, SCALE * height_mm, line_mm))
    flat = np.flatnonzero(found.relief_mm < limit.floor)
    if len(flat) == 0:
        yield Finding(
            check=NAME, code="detail-in-shape", severity=Severity.PASS,
            message=f"{len(found.relief_mm)} markings, all of them in relief", limit=limit.floor,
            limit_source=limit.floor_source, unit="mm",
        )  # fmt: skip
        return
    worst = flat[np.argmax(found.area_mm2[flat])]
    in_front = (found.normal[flat, 1] < -0.5) & (found.point_mm[flat, 2] > 0.5 * height_mm)
    face = f", {int(in_front.sum())} of them in front on the upper half: the face is blank" if in_front.any() else ""
    x, y, z = (float(value) for value in found.point_mm[worst])
    members = np.concatenate([found.vertices[i] for i in flat])
    yield Finding(
        check=NAME,
        code="colour-only",
        severity=Severity.INFO,
        message=f"{len(flat)} marking{'s' if len(flat) > 1 else ''} of {found.area_mm2[flat].sum():.0f} mm² in all "
        f"{'are' if len(flat) > 1 else 'is'} in the colour alone{face}",
        measured=float(found.relief_mm[worst]),
        limit=limit.floor,
        limit_source=limit.floor_source,
        unit="mm",
        point_mm=(x, y, z),
        faces=tuple(np.unique(parents[np.isin(canvas.faces, members).all(axis=1)]).tolist()),
        why=WHY,
        remedy=f"paint it, print it in colours, or cut it {limit.recommended:g} mm deep "
        f"(the largest has {found.relief_mm[worst]:.2f} mm of relief)",
    )


def _canvas_of(solid: Solid):  # type: ignore[no-untyped-def]
    """Return the surface with a colour at each vertex, fine enough for details, and each face's original."""
    from fab.export.sampling import vertex_normals
    from fab.gate import face_areas, list_edges
    from fab.palette.canvas import Canvas
    from fab.palette.lab import linear_to_lab

    assert solid.colour is not None
    fine = refine(solid.vertices, solid.faces, max(SAMPLE * solid.extents_mm[2], 0.2))
    normals = vertex_normals(fine.vertices, fine.faces)
    lab = linear_to_lab(solid.colour.at(fine.vertices, normals)[:, :3])
    area = np.bincount(fine.faces.reshape(-1), np.repeat(face_areas(fine.vertices, fine.faces) / 3, 3)).astype(float)
    return Canvas(fine.vertices, fine.faces, list_edges(fine.faces).corners, area, lab), fine.parents
