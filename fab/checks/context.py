"""What a check may know beside the solid and the printer."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from fab.repair.record import Repair
    from printers.profile import Printer

Measured = TypeVar("Measured")


@dataclass(frozen=True, eq=False)
class Context:
    """How the solid came about and how it will be printed: for one solid, and for as many printers as one likes.

    `repair` is None when nothing had to be mended; `supports` is whether the maker lets the slicer add supports.
    `printers` are those that the solid will be held against, where they are several: then one measurement serves all.
    """

    repair: Repair | None = None
    supports: bool = True
    printers: tuple[Printer, ...] = ()
    _measured: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def once(self, key: Hashable, measure: Callable[[], Measured]) -> Measured:
        """Return what `measure` returns, measured only for the first of all checks that ask for the same `key`."""
        if key not in self._measured:
            self._measured[key] = measure()
        found: Measured = self._measured[key]
        return found
