"""Check `overhang`: what leans out too far to print without supports, and what bridges itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from fab.checks.context import Context
from fab.findings import NEEDS_SUPPORTS, Finding, Severity
from fab.measure.overhang import Overhang, OverhangPatch, find_overhangs, measure_overhang, support_volume
from fab.solid import Solid
from printers.profile import Printer

NAME = "overhang"

LEAST_AREA_MM2 = 2.0
"""A connected overhang smaller than this bridges itself."""

WHY_SUPPORTS = "each layer there is laid half over nothing: without supports it droops or falls"
WHY_SAGS = "the layer is drawn through the air from one side to the other and hangs through a little"


def check_overhang(solid: Solid, printer: Printer, context: Context) -> Iterator[Finding]:
    """Yield `needs-supports` for what leans out beyond the printer's angle and no bridge spans, else `no-supports`.

    `bridge-sags` names bridges that hold and are longer than recommended.
    """
    limit = printer.rules.overhang_from_vertical_deg
    if printer.rules.supports_are_powder:
        yield _none(printer, "powder or soluble support holds every overhang")
        return
    overhang = context.once("overhang", lambda: measure_overhang(solid.vertices, solid.faces))
    patches = context.once(
        ("overhangs", limit.most),
        lambda: find_overhangs(solid.vertices, solid.faces, overhang, limit.most, LEAST_AREA_MM2),
    )
    bridge = printer.rules.bridge_mm
    longest = bridge.most if bridge else 0.0
    bridges = [patch for patch in patches if patch.span_mm <= longest]
    hanging = [patch for patch in patches if patch.span_mm > longest]
    if hanging:
        yield _needs_supports(solid, printer, context, overhang, hanging)
    if bridge and any(patch.span_mm > bridge.recommended for patch in bridges):
        yield _sags(printer, bridges)
    if not hanging:
        held = f"{_places(bridges)} bridged, up to {max(b.span_mm for b in bridges):.1f} mm; " if bridges else ""
        yield _none(printer, f"{held}no overhang needs supports")


def _none(printer: Printer, message: str) -> Finding:
    limit = printer.rules.overhang_from_vertical_deg
    return Finding(
        check=NAME, code="no-supports", severity=Severity.PASS, message=message, limit=limit.most,
        limit_source=limit.most_source, unit="deg",
    )  # fmt: skip


def _needs_supports(
    solid: Solid, printer: Printer, context: Context, overhang: Overhang, patches: Sequence[OverhangPatch]
) -> Finding:
    limit = printer.rules.overhang_from_vertical_deg
    faces = np.sort(np.concatenate([patch.faces for patch in patches]))
    area, steepest = float(overhang.area_mm2[faces].sum()), float(overhang.angle_deg[faces].max())
    space_mm3 = context.once(
        ("support volume", limit.most, len(patches)), lambda: support_volume(solid.vertices, solid.faces, faces)
    )
    return Finding(
        check=NAME,
        code=NEEDS_SUPPORTS,
        severity=Severity.INFO if context.supports else Severity.FAIL,
        message=f"{area:.0f} mm² ({area / overhang.area_mm2.sum():.0%} of the surface) in {_places(patches)} "
        f"{'leans' if len(patches) == 1 else 'lean'} out by more than {limit.most:g}°, up to {steepest:.0f}°",
        measured=steepest,
        limit=limit.most,
        limit_source=limit.most_source,
        unit="deg",
        point_mm=patches[0].point_mm,
        faces=tuple(faces.tolist()),
        why=WHY_SUPPORTS,
        remedy=f"switch supports on in the slicer: they fill part of the {space_mm3 / 1000.0:.1f} ml below",
    )


def _sags(printer: Printer, bridges: Sequence[OverhangPatch]) -> Finding:
    limit = printer.rules.bridge_mm
    assert limit is not None
    longest = max(bridges, key=lambda patch: patch.span_mm)
    return Finding(
        check=NAME,
        code="bridge-sags",
        severity=Severity.INFO,
        message=f"bridge of {longest.span_mm:.1f} mm: it holds, and sags",
        measured=longest.span_mm,
        limit=limit.recommended,
        limit_source=limit.recommended_source,
        unit="mm",
        point_mm=longest.point_mm,
        faces=tuple(longest.faces.tolist()),
        why=WHY_SAGS,
        remedy=f"support it, or shorten it by {longest.span_mm - limit.recommended:.1f} mm",
    )


def _places(patches: Sequence[OverhangPatch]) -> str:
    return f"{len(patches)} place{'s' if len(patches) != 1 else ''}"
