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
    beds = beds_of(printer)
    turn = next((turn for bed in beds if (turn := find_turn(solid.vertices, bed)) is not None), None)
    height_mm = max(bed.height_mm for bed in beds)
    if turn is not None:
        yield _fits(solid, printer, turn)
    elif solid.extents_mm[2] > height_mm:
        yield _too_large(solid, printer, beds, "too-tall", f"{solid.extents_mm[2]:.1f} mm tall", height_mm)
    else:
        x, y, _ = solid.extents_mm
        size = f"{x:.1f} × {y:.1f} mm wide and deep"
        yield _too_large(solid, printer, beds, "does-not-fit", size, min(printer.largest_mm[:2]))


def beds_of(printer: Printer) -> tuple[Bed, ...]:
    """Return where one nozzle prints, in the printer's own coordinates: one bed, or one a nozzle that reaches less."""
    width, depth, height = printer.largest_mm
    outline = ellipse if printer.bed_shape == "elliptic" else rectangle
    no_go = tuple(piece for area in printer.no_go_mm for piece in convex_pieces(np.array(area)))
    boxes = [(r.min_xy_mm, np.subtract(r.max_xy_mm, r.min_xy_mm), r.height_mm) for r in printer.nozzle_reach_mm]
    boxes = boxes or [(printer.bed_min_xy_mm, np.array([width, depth]), height)]
    return tuple(Bed(outline(low, (size[0], size[1])), no_go, tall) for low, size, tall in boxes)


def _fits(solid: Solid, printer: Printer, turn: float) -> Finding:
    x, y, z = solid.extents_mm
    width, depth, height = printer.largest_mm
    turned = f" when turned by {turn:.0f}° about Z" if turn else ""
    return Finding(
        check=NAME,
        code="fits-turned" if turn else "fits",
        severity=Severity.INFO if turn else Severity.PASS,
        message=f"{x:.1f} × {y:.1f} × {z:.1f} mm fits {width:g} × {depth:g} × {height:g} mm{turned}",
        measured=z,
        limit=height,
        limit_source=printer.cite("largest_part_mm" if printer.largest_part_mm else "build_volume_mm"),
        unit="mm",
        remedy=f"turn it by {turn:.0f}° about Z in the slicer" if turn else None,
    )


def _too_large(solid: Solid, printer: Printer, beds: tuple[Bed, ...], code: str, size: str, limit_mm: float) -> Finding:
    width, depth, height = printer.largest_mm
    x, y, z = solid.extents_mm
    tallest_mm = math.floor(10.0 * z * max(largest_scale(solid.vertices, bed) for bed in beds)) / 10.0
    areas = " less its no-go areas" if printer.no_go_mm else ""
    areas += ", of which one nozzle reaches less" if printer.nozzle_reach_mm else ""
    return Finding(
        check=NAME,
        code=code,
        severity=Severity.FAIL,
        message=f"{size}; {printer.name} has {width:g} × {depth:g} × {height:g} mm{areas}",
        measured=z if code == "too-tall" else max(x, y),
        limit=limit_mm,
        limit_source=printer.cite("largest_part_mm" if printer.largest_part_mm else "build_volume_mm"),
        unit="mm",
        remedy=f"fits at ≤ {tallest_mm:.1f} mm tall",
    )
