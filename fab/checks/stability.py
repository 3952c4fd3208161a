"""Check `stability`: whether the part stands, and whether its first layer holds it to the bed while it prints."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from fab.checks.context import Context
from fab.checks.slicing import layer_mm_of
from fab.findings import Finding, Severity
from fab.measure.stability import Stability, bodies_on_bed, measure_stability
from fab.solid import Solid
from printers.profile import Printer, Process

NAME = "stability"

LEAST_TIPPING_DEG = 10.0
BASE_MM = 3.0
"""Height of a base, as miniatures have it."""

PUSH_N = 0.098
ADHESION_N_PER_MM2 = 0.02
ADHESION_SOURCE = "default: PrusaSlicer's model, a push of 10 gf at the top against PLA that holds 0.02 N/mm²"

WHY_TIPS = "a nudge against the table knocks it over"
WHY_FALLS = "it cannot stand by itself, neither on the desk nor on the bed while it prints"
WHY_LOOSE = "the nozzle pushes at what it prints; a small first layer lets go and the print is lost"


class _Body(NamedTuple):
    """How one body stands; a part may be several."""

    stands: Stability
    height_mm: float

    @property
    def needed_mm2(self) -> float:
        """The area of a disc whose adhesion withstands the nozzle's push at the top."""
        return float((PUSH_N * self.height_mm * math.sqrt(math.pi) / ADHESION_N_PER_MM2) ** (2.0 / 3.0))


def check_stability(solid: Solid, printer: Printer, context: Context) -> Iterator[Finding]:
    """Yield `tips-over` or `unstable`, and `small-first-layer` on FDM; `stands` when none of them.

    Of several bodies on one bed the worst is told.
    """
    layer_mm = layer_mm_of(printer)
    bodies = context.once(("stability", layer_mm), lambda: _measured(solid, layer_mm))
    weakest = min(bodies, key=lambda body: body.stands.tipping_deg)
    loosest = min(bodies, key=lambda body: body.stands.first_layer_mm2 / body.needed_mm2)
    found = [*_tipping(weakest.stands, len(bodies)), *_first_layer(loosest, printer)]
    yield from found
    if not found:
        stands = weakest.stands
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


def _measured(solid: Solid, layer_mm: float) -> list[_Body]:
    measured = []
    for vertices, faces in bodies_on_bed(solid.vertices, solid.faces):
        height_mm = float(vertices[:, 2].max())
        stands = measure_stability(vertices, faces, cut_mm=min(layer_mm, height_mm) / 2.0)
        measured.append(_Body(stands, height_mm))
    return measured


def _tipping(stands: Stability, bodies: int) -> Iterator[Finding]:
    if stands.tipping_deg >= LEAST_TIPPING_DEG:
        return
    falls = stands.margin_mm <= 0.0
    which = f"one of {bodies} bodies " if bodies > 1 else ""
    yield Finding(
        check=NAME,
        code="tips-over" if falls else "unstable",
        severity=Severity.WARN,
        message=f"{which}falls over: its centre of mass is {-stands.margin_mm:.1f} mm outside its footing"
        if falls
        else f"{which}tips over at {stands.tipping_deg:.1f}°: its footing reaches {stands.margin_mm:.1f} mm "
        "past the middle",
        measured=stands.tipping_deg,
        limit=LEAST_TIPPING_DEG,
        limit_source="default",
        unit="deg",
        point_mm=(float(stands.tips_over_at_mm[0]), float(stands.tips_over_at_mm[1]), 0.0),
        why=WHY_FALLS if falls else WHY_TIPS,
        remedy=_base_for(stands),
    )


def _base_for(stands: Stability) -> str:
    """Return the smallest round base, in whole mm, that carries the feet and stands."""
    foot = stands.centre_mm[:2]
    radius = math.ceil(float(np.linalg.norm(stands.support_mm - foot, axis=1).max()) * 2.0) / 2.0
    while (based := stands.on_base(radius, BASE_MM)).tipping_deg < LEAST_TIPPING_DEG:
        radius += 0.5
    return (
        f"add a round base of {2.0 * radius:.0f} × {BASE_MM:g} mm under ({foot[0]:.1f}, {foot[1]:.1f}): "
        f"tipping margin {stands.margin_mm:.1f} → {based.margin_mm:.1f} mm, tips at {based.tipping_deg:.0f}°"
    )


def _first_layer(body: _Body, printer: Printer) -> Iterator[Finding]:
    stands, needed = body.stands, body.needed_mm2
    if printer.process is not Process.FDM or stands.first_layer_mm2 >= needed:
        return
    across = 2.0 * math.sqrt(needed / math.pi)
    yield Finding(
        check=NAME,
        code="small-first-layer",
        severity=Severity.WARN,
        message=f"first layer {stands.first_layer_mm2:.0f} mm² is little to hold {body.height_mm:.0f} mm of height",
        measured=stands.first_layer_mm2,
        limit=needed,
        limit_source=ADHESION_SOURCE,
        unit="mm²",
        point_mm=(float(stands.centre_mm[0]), float(stands.centre_mm[1]), 0.0),
        why=WHY_LOOSE,
        remedy=f"print with a brim of {_brim_mm(stands, needed):.1f} mm: "
        f"{stands.first_layer_mm2:.0f} → {needed:.0f} mm²; or add a base at least {across:.0f} mm across",
    )


def _brim_mm(stands: Stability, needed_mm2: float) -> float:
    """Return how wide a rim round the first layer makes it large enough: A + P w + π w², as round a convex outline."""
    missing, rim = needed_mm2 - stands.first_layer_mm2, stands.first_layer_rim_mm
    width = (math.sqrt(rim**2 + 4.0 * math.pi * missing) - rim) / (2.0 * math.pi)
    return math.ceil(10.0 * width) / 10.0
