"""`Printer`: what one machine can do; lengths in mm, overhangs from the vertical (0 = wall, 90 = ceiling)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from printers.limits import Rules
from printers.process import Process as Process

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
PointMm = tuple[Finite, Finite]

LINE_PER_NOZZLE = 1.05
"""Width of a line where a profile names none: 0.42 mm for 0.4 mm (Bambu Studio, fdm_process_common)."""


class Confidence(StrEnum):
    """How far a figure can be trusted: who says it, and whether it was read there."""

    SLICER_PROFILE = "slicer-profile"
    VENDOR_PAGE = "vendor-page"
    SECONDARY = "secondary"
    THIRD_PARTY = "third-party"
    PARTLY_VERIFIED = "partly-verified"
    UNVERIFIED = "unverified"
    DEFAULT = "default"
    YOUR_PROFILE = "your-profile"
    YOUR_PRINT = "your-print"

    @property
    def origin(self) -> str:
        """Who says it, as a finding names it: your print, your profile, maker's figure, default."""
        mine = {Confidence.YOUR_PRINT: "your print", Confidence.YOUR_PROFILE: "your profile"}
        if self in mine:
            return mine[self]
        return "default" if self is Confidence.DEFAULT else f"maker's figure ({self.value})"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Provenance(_Record):
    """Where one figure comes from."""

    source: str
    confidence: Confidence


class LayerHeights(_Record):
    """Thinnest, usual and thickest layer in mm."""

    min: Positive
    default: Positive
    max: Positive

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.min <= self.default <= self.max:
            raise ValueError(f"layer heights must be min <= default <= max, got {self.min}, {self.default}, {self.max}")
        return self


class Reach(_Record):
    """The box that one nozzle reaches, in the machine's own coordinates."""

    min_xy_mm: PointMm
    max_xy_mm: PointMm
    height_mm: Positive

    @model_validator(mode="after")
    def _has_area(self) -> Self:
        if not (self.min_xy_mm[0] < self.max_xy_mm[0] and self.min_xy_mm[1] < self.max_xy_mm[1]):
            raise ValueError(f"a nozzle reaches from low to high, got {self.min_xy_mm} to {self.max_xy_mm}")
        return self


class Printer(_Record):
    """One machine, a generic baseline of one process, or a print service.

    `bed_min_xy_mm` is the lowest corner of the bed in the machine's own coordinates; `no_go_mm` are polygons and
    `nozzle_reach_mm` boxes (one a nozzle, empty where all reach everything) in the same coordinates.
    `largest_part_mm` is given where the maker allows less than the build volume. `colours` counts what prints without
    an optional feeder; `colour_feeder` is what feeds them, and optional where `colours_with_feeder` says what it adds.
    `source` and `confidence` hold for every figure that `sources` (by field name) does not name; `unverified` names
    the fields that nobody has checked, one figure of them as in `layer_height_mm.min`.
    `rules` are in effect as they stand: lines, pixels and the machine's own angle are already in them.
    `rules_by_material` are those of `materials` for which their maker publishes others.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.+-]*$")]
    vendor: str
    model: str
    process: Process
    build_volume_mm: tuple[Positive, Positive, Positive]
    largest_part_mm: tuple[Positive, Positive, Positive] | None = None
    bed_shape: Literal["rectangular", "elliptic"] = "rectangular"
    bed_min_xy_mm: PointMm = (0.0, 0.0)
    no_go_mm: tuple[Annotated[tuple[PointMm, ...], Field(min_length=3)], ...] = ()
    nozzle_reach_mm: tuple[Reach, ...] = ()
    extruders: Annotated[int, Field(ge=1)] = 1
    nozzle_mm: Positive | None = None
    nozzles_mm: tuple[Positive, ...] = ()
    line_width_mm: Positive | None = None
    layer_height_mm: LayerHeights | None = None
    first_layer_mm: Positive | None = None
    elephant_foot_mm: NonNegative | None = None
    pixel_um: tuple[Positive, Positive] | None = None
    display_px: tuple[Annotated[int, Field(gt=0)], Annotated[int, Field(gt=0)]] | None = None
    display_mirror: tuple[bool, bool] | None = None
    colours: Annotated[int, Field(ge=1)] = 1
    colour_feeder: str | None = None
    colours_with_feeder: Annotated[int, Field(ge=1)] | None = None
    materials: tuple[str, ...] = ()
    material: str | None = None
    overhang_from_vertical_deg: Annotated[float, Field(gt=0, le=90)] | None = None
    slicer_machine_name: str | None = None
    rules: Rules
    rules_by_material: Mapping[str, Rules] = {}
    source: str
    confidence: Confidence
    sources: Mapping[str, Provenance] = {}
    unverified: tuple[str, ...] = ()
    note: str | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.nozzle_mm is not None and self.nozzle_mm not in self.nozzles_mm:
            raise ValueError(f"nozzle_mm {self.nozzle_mm:g} is none of nozzles_mm {self.nozzles_mm}")
        if self.colours_with_feeder is not None and self.colour_feeder is None:
            raise ValueError("colours_with_feeder needs colour_feeder, the device that feeds them")
        told = (*self.sources, *(field.partition(".")[0] for field in self.unverified))
        unknown = sorted(set(told) - type(self).model_fields.keys())
        if unknown:
            raise ValueError(f"sources and unverified name {', '.join(unknown)}, which no printer has")
        return self

    @property
    def name(self) -> str:
        """Vendor and model in one line, as people say it."""
        return f"{self.vendor} {self.model}"

    @property
    def line_mm(self) -> float | None:
        """Width of one line: the profile's, else 1.05 nozzles; None without a nozzle."""
        return line_mm(self.line_width_mm, self.nozzle_mm)

    @property
    def most_colours(self) -> int:
        """Colours with the optional feeder, where there is one."""
        return max(self.colours, self.colours_with_feeder or 1)

    @property
    def largest_mm(self) -> tuple[float, float, float]:
        """Largest part, side by side no more than the build volume."""
        x, y, z = self.largest_part_mm or self.build_volume_mm
        width, depth, height = self.build_volume_mm
        return min(x, width), min(y, depth), min(z, height)

    def provenance(self, field: str) -> Provenance:
        """Return where the figure in `field` comes from."""
        return self.sources.get(field) or Provenance(source=self.source, confidence=self.confidence)

    def cite(self, field: str) -> str:
        """Return where the figure in `field` comes from, as a finding says it: `maker's figure (…): …`."""
        where = self.provenance(field)
        doubt = "; unverified" if any(name.partition(".")[0] == field for name in self.unverified) else ""
        source = where.source.removeprefix(f"{where.confidence.origin}: ")
        return f"{where.confidence.origin}: {source}{doubt}"


def line_mm(line_width_mm: float | None, nozzle_mm: float | None) -> float | None:
    """Return the width of one line: the profile's, else 1.05 nozzles; None without a nozzle."""
    if line_width_mm is not None or nozzle_mm is None:
        return line_width_mm
    return round(LINE_PER_NOZZLE * nozzle_mm, 3)
