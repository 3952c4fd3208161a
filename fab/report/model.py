"""`Report`: everything one run has to say, in one record. Its schema is `docs/report.schema.json`, version 1.

Fields that later stages fill are reserved now and stay None until they do; nothing is ever renamed.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from fab.findings import Finding, Verdict

SCHEMA_VERSION = 1
Point = tuple[float, float, float]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_Record):
    """The part that was judged. `scale` tells how many mm one unit of the input became, and `scale_note` why."""

    name: str
    extents_mm: Point
    volume_ml: float
    surface_cm2: float
    faces: int
    bodies: int
    scale: float
    scale_note: str


class PrinterSummary(_Record):
    """The printer it was judged for, how it was set up, and how far its figures can be trusted."""

    id: str
    name: str
    process: str
    build_volume_mm: Point
    source: str
    confidence: str
    unverified: tuple[str, ...] = ()
    nozzle_mm: float | None = None
    layer_mm: float | None = None
    material: str | None = None
    colours: int = 1


class RepairStep(_Record):
    """What one step of the repair found and left, and how far it moved the surface beside what it added or removed."""

    name: str
    before: dict[str, int]
    after: dict[str, int]
    note: str
    moved_mm: float


class RepairSummary(_Record):
    """What the repair did, step by step, and how far it moved the surface.

    `volume_change` is relative to the input; None where the input enclosed no volume.
    """

    steps: tuple[RepairStep, ...]
    max_deviation_mm: float
    volume_change: float | None


class Advice(_Record):
    """What to open the part in and what to set there; `brim` is None where the process has none."""

    slicer: str
    layer_mm: float | None
    supports: str
    brim: str | None


class Report(_Record):
    """One run: verdict, part, printer, findings, and what each stage did."""

    schema_version: int = SCHEMA_VERSION
    verdict: Verdict
    verdict_text: str
    part: Part
    printer: PrinterSummary
    findings: tuple[Finding, ...]
    repair: RepairSummary | None = None
    advice: Advice | None = None
    files: dict[str, str] = {}
    versions: dict[str, str]
    views: dict[str, Any] | None = None
    sampling: dict[str, Any] | None = None
    prepare: dict[str, Any] | None = None
    colour: dict[str, Any] | None = None
    slice: dict[str, Any] | None = None
    cost: dict[str, Any] | None = None
