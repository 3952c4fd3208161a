"""Print rules: for each, what the process cannot form and what is recommended, and who says so."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Length = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Cited = Annotated[str, Field(pattern=r"^(your print|your profile|maker's figure|guide|default)(\W|$)")]
"""Where a limit comes from: it begins with who says it. A finding prints it as it stands."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limit(_Record):
    """A least size in mm: below `floor` the process cannot form it, from `recommended` on it is safe."""

    floor: Length
    floor_source: Cited
    recommended: Length
    recommended_source: Cited

    @model_validator(mode="after")
    def _floor_is_below(self) -> Self:
        if self.floor > self.recommended:
            raise ValueError(f"floor {self.floor} is above recommended {self.recommended}")
        return self


class Ceiling(_Record):
    """A largest size: up to `recommended` it is clean, above `most` the process cannot form it unsupported."""

    recommended: Length
    recommended_source: Cited
    most: Length
    most_source: Cited

    @model_validator(mode="after")
    def _most_is_above(self) -> Self:
        if self.most < self.recommended:
            raise ValueError(f"most {self.most} is below recommended {self.recommended}")
        return self


class Rules(_Record):
    """The print rules in effect. A wall is supported when it is joined on two or more sides, else free.

    `overhang_from_vertical_deg` is an angle, 90 where powder or soluble support holds everything. `bridge_mm` and
    `drain_hole_mm` are None where the process has no such limit. `condition` says for what they were published.
    """

    wall_supported_mm: Limit
    wall_free_mm: Limit
    feature_mm: Limit
    emboss_mm: Limit
    engrave_mm: Limit
    hole_mm: Limit
    clearance_mm: Limit
    overhang_from_vertical_deg: Ceiling
    bridge_mm: Ceiling | None = None
    drain_hole_mm: Limit | None = None
    needs_drain: bool = False
    supports_are_powder: bool = False
    condition: str | None = None

    @model_validator(mode="after")
    def _angle_is_one(self) -> Self:
        most = self.overhang_from_vertical_deg.most
        if not 0 < self.overhang_from_vertical_deg.recommended <= most <= 90:
            raise ValueError(f"an overhang is above 0 and up to 90 degrees from the vertical, got {most}")
        return self
