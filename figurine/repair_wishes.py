"""What a user may ask of the repair, and the limits that follow from that, the printer and the part's size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from printers.profile import Printer

if TYPE_CHECKING:
    from fab.repair import Limits

Tolerance = Annotated[str, Field(pattern=r"^(\d+\.?\d*|\.\d+)%?$")]
"""A length in mm, or with a percent sign a share of the part's diagonal."""


class RepairWishes(BaseModel):
    """What the repair may do; what is None is left to the verb: `make` joins and cuts, the others report."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tolerance: Tolerance | None = None
    max_faces: Annotated[int, Field(ge=100)] = 500_000
    floating: Literal["keep", "join", "remove"] | None = None
    keep_cavities: bool = False
    remove_slab: bool | None = None

    def limits(self, diagonal_mm: float, printer: Printer | None = None, *, of_views: bool = False) -> Limits:
        """Return the limits in mm for a part of that diagonal; `of_views` is whether it was made of pictures.

        Without a printer the generic figures of `Limits` hold.
        """
        from fab.repair import Limits  # most verbs read a job without ever repairing

        limits = Limits()
        tolerance_mm = self._tolerance_mm(diagonal_mm)
        rules = printer.rules if printer is not None else None
        return Limits(
            weld_mm=limits.weld_mm if tolerance_mm is None else tolerance_mm,
            detail_mm=limits.detail_mm if tolerance_mm is None else tolerance_mm,
            crumb_mm=limits.crumb_mm if rules is None else rules.wall_free_mm.floor,
            bridge_mm=limits.bridge_mm if rules is None else rules.feature_mm.recommended,
            max_faces=self.max_faces,
            floating=self.floating or ("join" if of_views else "keep"),
            keep_cavities=self.keep_cavities,
            remove_slab=of_views if self.remove_slab is None else self.remove_slab,
        )

    def _tolerance_mm(self, diagonal_mm: float) -> float | None:
        if self.tolerance is None:
            return None
        if self.tolerance.endswith("%"):
            return float(self.tolerance[:-1]) / 100 * diagonal_mm
        return float(self.tolerance)
