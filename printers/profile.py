"""`Printer`: what one machine can do; lengths in mm, overhangs from the vertical (0 = wall, 90 = ceiling)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
PointMm = tuple[float, float]


class Process(StrEnum):
    """How the machine makes a part; each has a file of rules under `printers/rules`."""

    FDM = "fdm"
    RESIN = "resin"
    SLS = "sls"
    MJF = "mjf"
    FULL_COLOUR = "full-colour"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limit(_Record):
    """Two limits of one rule, in mm (or degrees): what the process cannot form, and what is recommended."""

    floor: NonNegative
    recommended: NonNegative
    source: str

    @model_validator(mode="after")
    def _floor_is_below(self) -> Limit:
        if self.floor > self.recommended:
            raise ValueError(f"floor {self.floor} is above recommended {self.recommended}")
        return self


class Rules(_Record):
    """The print rules of a process. A wall is supported when it is joined on two or more sides, else free."""

    wall_supported_mm: Limit
    wall_free_mm: Limit
    feature_mm: Limit
    emboss_mm: Limit
    engrave_mm: Limit
    hole_mm: Limit
    clearance_mm: Limit
    drain_hole_mm: Limit | None = None
    bridge_mm: Positive | None = None
    overhang_from_vertical_deg: Annotated[float, Field(gt=0, le=90)]
    overhang_source: str
    needs_drain: bool = False
    supports_are_powder: bool = False


class LayerHeights(_Record):
    """Thinnest, usual and thickest layer in mm."""

    min: Positive
    default: Positive
    max: Positive

    @model_validator(mode="after")
    def _ordered(self) -> LayerHeights:
        if not self.min <= self.default <= self.max:
            raise ValueError(f"layer heights must be min <= default <= max, got {self.min}, {self.default}, {self.max}")
        return self


class Printer(_Record):
    """One machine, or a generic baseline of one process.

    `bed_min_xy_mm` is the lowest corner of the bed in the machine's own coordinates; `no_go_mm` are polygons in the
    same coordinates. `colours` counts what the machine has without an optional feeder.
    """

    id: str
    vendor: str
    model: str
    process: Process
    build_volume_mm: tuple[Positive, Positive, Positive]
    bed_shape: Literal["rectangular", "elliptic"] = "rectangular"
    bed_min_xy_mm: PointMm = (0.0, 0.0)
    no_go_mm: tuple[tuple[PointMm, ...], ...] = ()
    nozzle_mm: Positive | None = None
    nozzles_mm: tuple[Positive, ...] = ()
    line_width_mm: Positive | None = None
    pixel_um: tuple[Positive, Positive] | None = None
    layer_height_mm: LayerHeights | None = None
    colours: Annotated[int, Field(ge=1)] = 1
    colour_feeder: str | None = None
    colours_with_feeder: Annotated[int, Field(ge=1)] | None = None
    overhang_from_vertical_deg: Annotated[float, Field(gt=0, le=90)] | None = None
    slicer_machine_name: str | None = None
    rules: Rules
    source: str
    confidence: str
    unverified: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Vendor and model in one line, as people say it."""
        return f"{self.vendor} {self.model}"

    @property
    def max_overhang_deg(self) -> float:
        """Steepest overhang that prints without supports: the machine's own figure, else its process's."""
        return self.overhang_from_vertical_deg or self.rules.overhang_from_vertical_deg

    @property
    def wall_floor_mm(self) -> float:
        """Thinnest wall that can be formed: one line on FDM; four pixels but at least the rule's floor on resin."""
        floor = self.rules.wall_supported_mm.floor
        if self.process is Process.FDM and self.line_width_mm:
            return self.line_width_mm
        if self.process is Process.RESIN and self.pixel_um:
            return max(floor, 4 * max(self.pixel_um) / 1000)
        return floor
