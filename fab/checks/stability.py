"""Check `stability`: whether the part stands, and whether its first layer holds it to the bed while it prints."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fab.checks.context import Context
from fab.findings import Finding, Severity
from fab.measure.stability import Stability, measure_stability
from fab.solid import Solid
from printers.profile import Printer, Process

NAME = "stability"

LEAST_TIPPING_DEG = 10.0
PUSH_N = 0.098
ADHESION_N_PER_MM2 = 0.02
ADHESION_SOURCE = "default: PrusaSlicer's model, a push of 10 gf at the top against PLA that holds 0.02 N/mm²"


def check_stability(solid: Solid, printer: Printer, context: Context) -> Iterator[Finding]:
    """Yield `tips-over` or `unstable`, and `small-first-layer` on FDM; `stands` when none of them."""
    layer = printer.layer_height_mm.default if printer.layer_height_mm else 0.1
    stands = measure_stability(solid.vertices, solid.faces, cut_mm=min(layer, solid.extents_mm[2]) / 2.0)
    found = [*_tipping(stands), *_first_layer(stands, solid.extents_mm[2], printer)]
    yield from found
    if not found:
        yield Finding(
            check=NAME,
            code="stands",
            severity=Severity.PASS,
            message=f"stands, {stands.margin_mm:.1f} mm inside its footing; tips at {stands.tipping_deg:.0f}°",
            measured=stands.tipping_deg,
            limit=LEAST_TIPPING_DEG,
            limit_source="default",
            unit="deg",
        )


def _tipping(stands: Stability) -> Iterator[Finding]:
    if stands.tipping_deg >= LEAST_TIPPING_DEG:
        return
    falls = stands.margin_mm <= 0.0
    height = float(stands.centre_mm[2])
    missing = math.ceil(10.0 * (height * math.tan(math.radians(LEAST_TIPPING_DEG)) - stands.margin_mm)) / 10.0
    where = (float(stands.tips_over_at_mm[0]), float(stands.tips_over_at_mm[1]), 0.0)
    outside = f"its centre of mass is {-stands.margin_mm:.1f} mm outside its footing"
    yield Finding(
        check=NAME,
        code="tips-over" if falls else "unstable",
        severity=Severity.WARN,
        message=f"falls over: {outside}"
        if falls
        else f"tips over at {stands.tipping_deg:.1f}°: its footing reaches {stands.margin_mm:.1f} mm past the middle",
        measured=stands.tipping_deg,
        limit=LEAST_TIPPING_DEG,
        limit_source="default",
        unit="deg",
        point_mm=where,
        remedy=f"add a base that reaches {missing:.1f} mm further out here",
    )


def _first_layer(stands: Stability, height_mm: float, printer: Printer) -> Iterator[Finding]:
    """The area of a disc whose adhesion withstands the nozzle's push at the top."""
    if printer.process is not Process.FDM:
        return
    needed = (PUSH_N * height_mm * math.sqrt(math.pi) / ADHESION_N_PER_MM2) ** (2.0 / 3.0)
    if stands.first_layer_mm2 >= needed:
        return
    across = 2.0 * math.sqrt(needed / math.pi)
    yield Finding(
        check=NAME,
        code="small-first-layer",
        severity=Severity.WARN,
        message=f"first layer {stands.first_layer_mm2:.0f} mm² is little to hold {height_mm:.0f} mm of height",
        measured=stands.first_layer_mm2,
        limit=needed,
        limit_source=ADHESION_SOURCE,
        unit="mm²",
        point_mm=(float(stands.centre_mm[0]), float(stands.centre_mm[1]), 0.0),
        remedy=f"print with a brim, or add a base at least {across:.0f} mm across",
    )
