"""What a check may know beside the solid and the printer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fab.repair.record import Repair


@dataclass(frozen=True, eq=False)
class Context:
    """How the solid came about: `repair` is None when nothing had to be mended."""

    repair: Repair | None = None
