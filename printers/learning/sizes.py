"""The sizes that a test piece tries: a few around each limit of the printer, and the letter of their row."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from printers.limits import Ceiling, Limit, Rules
from printers.profile import Printer

LARGEST_BRIDGE_MM = 30.0
STEEPEST_DEG = 85.0


class Row(NamedTuple):
    """One row of the piece: the rule it tests, its letter, and the sizes from small to large (mm or degrees)."""

    rule: str
    letter: str
    sizes: tuple[float, ...]

    @property
    def is_ceiling(self) -> bool:
        """Whether larger is harder: overhangs and bridges."""
        return self.rule in CEILINGS


RULES = (
    "wall_supported_mm",
    "wall_free_mm",
    "feature_mm",
    "emboss_mm",
    "engrave_mm",
    "hole_mm",
    "clearance_mm",
    "overhang_from_vertical_deg",
    "bridge_mm",
    "drain_hole_mm",
)
"""Every limit that there is, in the order of the rows."""
CEILINGS = ("overhang_from_vertical_deg", "bridge_mm")


def plan(printer: Printer) -> tuple[Row, ...]:
    """Return the rows of the printer's test piece; rules that its process does not have get none."""
    wanted = ((rule, sizes_around(rule, printer.rules)) for rule in RULES)
    rows = ((rule, sizes) for rule, sizes in wanted if sizes)
    return tuple(Row(rule, letter, sizes) for letter, (rule, sizes) in zip("ABCDEFGHIJ", rows, strict=False))


def sizes_around(rule: str, rules: Rules) -> tuple[float, ...]:
    """Return the sizes to try for one rule, from small to large: below, at, between and above its two limits."""
    limit: Limit | Ceiling | None = getattr(rules, rule)
    if limit is None:
        return ()
    if isinstance(limit, Limit):
        return _distinct(_around_limit(limit.floor, limit.recommended))
    if rule == "bridge_mm":
        return tuple(size for size in _distinct(_around_bridge(limit)) if size <= LARGEST_BRIDGE_MM)
    if limit.recommended >= 90:
        return ()
    return tuple(sorted({float(round(angle)) for angle in _around_angle(limit) if angle <= STEEPEST_DEG}))


def _around_limit(floor: float, good: float) -> tuple[float, ...]:
    if good < 1.2 * floor:
        return 0.6 * floor, 0.8 * floor, floor, 1.25 * floor
    return 0.7 * floor, floor, math.sqrt(floor * good), good


def _around_bridge(limit: Ceiling) -> tuple[float, ...]:
    good, most = limit.recommended, limit.most
    return (good, most, 1.4 * most) if most > good else (0.7 * good, good, 1.4 * good)


def _around_angle(limit: Ceiling) -> tuple[float, ...]:
    good, most = limit.recommended, limit.most
    return (good, (good + most) / 2, most, most + 10) if most > good else (most - 10, most, most + 8, most + 16)


def _distinct(sizes: Iterable[float]) -> tuple[float, ...]:
    return tuple(sorted({readable(size) for size in sizes}))


def readable(size: float) -> float:
    """Return the size rounded to what fits a small label: 0.14, 0.3, 1.2, 14."""
    step = 0.01 if size < 0.28 else 0.1 if size < 10 else 1.0
    return max(round(round(size / step) * step, 2), 0.02)


def label(size: float) -> str:
    """Return the size as the plastic says it."""
    return f"{size:g}"
