"""Check `fits`: whether the part stands inside the build volume, clear of no-go areas, at some turn about Z."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from fab.checks.context import Context
from fab.findings import Finding, Severity
from fab.measure.size import Bed, convex_pieces, ellipse, find_turn, largest_scale, rectangle
from fab.solid import Solid
from printers.profile import Printer

NAME = "fits"


def check_fits(solid: Solid, printer: Printer, context: Context) -> Iterator[Finding]:
    """Yield `fits` (with the turn it takes), or `too-tall` or `does-not-fit` with the largest height that fits."""
    bed = bed_of(printer)
    turn = find_turn(solid.vertices, bed)
    if turn is not None:
        yield _fits(solid, printer, turn)
    elif solid.extents_mm[2] > bed.height_mm:
        yield _too_large(solid, printer, bed, "too-tall", f"{solid.extents_mm[2]:.1f} mm tall", bed.height_mm)
    else:
        x, y, _ = solid.extents_mm
        size = f"{x:.1f} × {y:.1f} mm wide and deep"
        yield _too_large(solid, printer, bed, "does-not-fit", size, min(printer.build_volume_mm[:2]))


def bed_of(printer: Printer) -> Bed:
    """Return the printer's bed in its own coordinates."""
    width, depth, height = printer.build_volume_mm
    outline = ellipse if printer.bed_shape == "elliptic" else rectangle
    no_go = tuple(piece for area in printer.no_go_mm for piece in convex_pieces(np.array(area)))
    return Bed(outline(printer.bed_min_xy_mm, (width, depth)), no_go, height)


def _fits(solid: Solid, printer: Printer, turn: float) -> Finding:
    x, y, z = solid.extents_mm
    width, depth, height = printer.build_volume_mm
    turned = f" when turned by {turn:.0f}° about Z" if turn else ""
    return Finding(
        check=NAME,
        code="fits-turned" if turn else "fits",
        severity=Severity.INFO if turn else Severity.PASS,
        message=f"{x:.1f} × {y:.1f} × {z:.1f} mm fits {width:g} × {depth:g} × {height:g} mm{turned}",
        measured=z,
        limit=height,
        limit_source=printer.cite("build_volume_mm"),
        unit="mm",
        remedy=f"turn it by {turn:.0f}° about Z in the slicer" if turn else None,
    )


def _too_large(solid: Solid, printer: Printer, bed: Bed, code: str, size: str, limit_mm: float) -> Finding:
    width, depth, height = printer.build_volume_mm
    x, y, z = solid.extents_mm
    tallest_mm = math.floor(10.0 * z * largest_scale(solid.vertices, bed)) / 10.0
    areas = " less its no-go areas" if printer.no_go_mm else ""
    return Finding(
        check=NAME,
        code=code,
        severity=Severity.FAIL,
        message=f"{size}; {printer.name} has {width:g} × {depth:g} × {height:g} mm{areas}",
        measured=z if code == "too-tall" else max(x, y),
        limit=limit_mm,
        limit_source=printer.cite("build_volume_mm"),
        unit="mm",
        remedy=f"fits at ≤ {tallest_mm:.1f} mm tall",
    )
