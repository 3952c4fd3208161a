"""The report of one run, put together from what each stage handed on."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fab.findings import Finding, verdict_of, verdict_sentence
from fab.report.advice import advise
from fab.report.model import Part, PrinterSummary, RepairStep, RepairSummary, Report
from fab.solid import Solid
from printers.profile import Printer

if TYPE_CHECKING:
    from fab.repair.record import Repair

PACKAGES = ("figurine", "numpy", "trimesh", "manifold3d")
"""The packages whose version decides the geometry or the findings."""


def build_report(
    solid: Solid,
    printer: Printer,
    findings: Iterable[Finding],
    repair: Repair | None = None,
    *,
    scale: float = 1.0,
    scale_note: str = "size kept",
    extra_findings: Iterable[Finding] = (),
    files: Mapping[str, str] | None = None,
    views: dict[str, Any] | None = None,
    cost: dict[str, Any] | None = None,
) -> Report:
    """Return the report. `extra_findings` are those of other rooms (the views'): they are told, and decide nothing,
    since the verdict is on how the part prints and not on the pictures it was made of.

    `scale` tells how many mm one unit of the input became, `files` maps a kind (`stl`, `3mf`) to a path. No time stamp
    goes in: the same run gives the same report.
    """
    findings = tuple(findings)
    everything = tuple(sorted((*extra_findings, *findings), key=lambda finding: -finding.severity))
    verdict = verdict_of(findings)
    return Report(
        verdict=verdict,
        verdict_text=verdict_sentence(verdict, findings),
        part=_part(solid, scale, scale_note),
        printer=_printer(printer),
        findings=everything,
        repair=_repair(repair) if repair is not None else None,
        advice=advise(printer, findings),
        files=dict(files or {}),
        versions=versions(),
        views=views,
        cost=cost,
    )


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that decide the result."""
    return {"python": platform.python_version()} | {package: version(package) for package in PACKAGES}


def _part(solid: Solid, scale: float, scale_note: str) -> Part:
    return Part(
        name=solid.name,
        extents_mm=solid.extents_mm,
        volume_ml=solid.volume_mm3 / 1000.0,
        surface_cm2=float(solid.mesh.area) / 100.0,
        faces=len(solid.faces),
        bodies=count_bodies(solid),
        scale=scale,
        scale_note=scale_note,
    )


def count_bodies(solid: Solid) -> int:
    """Return how many shells of the solid face outward; cavities do not count."""
    from fab.gate import label_shells, shell_volumes

    count, shell = label_shells(solid.faces)
    return int((shell_volumes(solid.vertices, solid.faces, shell, count) > 0.0).sum())


def _printer(printer: Printer) -> PrinterSummary:
    return PrinterSummary(
        id=printer.id,
        name=printer.name,
        process=printer.process.value,
        build_volume_mm=printer.build_volume_mm,
        source=printer.source,
        confidence=printer.confidence,
        unverified=printer.unverified,
        nozzle_mm=printer.nozzle_mm,
        layer_mm=printer.layer_height_mm.default if printer.layer_height_mm else None,
        material=printer.material,
        colours=printer.colours,
    )


def _repair(repair: Repair) -> RepairSummary:
    steps = tuple(
        RepairStep(
            name=step.name,
            before=asdict(step.before),
            after=asdict(step.after),
            note=step.note,
            moved_mm=step.moved_mm,
        )
        for step in repair.steps
    )
    return RepairSummary(
        steps=steps, max_deviation_mm=repair.max_deviation_mm, volume_change=_finite(repair.volume_change)
    )


def _finite(value: float) -> float | None:
    return value if value == value else None
