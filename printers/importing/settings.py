"""`Settings`: a slicer's keys and values, read the forgiving way that real files need.

A list may be a list, one comma string, or a list of comma strings; a point may be `0x256 `, `0X0` or `-110x-110`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from printers.errors import UnreadableProfile

Value = str | Sequence[str]
Point = tuple[float, float]

LARGEST = 10_000.0
"""No machine has a figure beyond this, in mm, degrees or pixels × 10."""
MOST_ITEMS = 1_000
_POINT = re.compile(r"\s*([^xX]+?)\s*[xX]\s*([^xX]+?)\s*")


@dataclass(frozen=True, eq=False)
class Settings:
    """Keys and values of one machine; `file` names them in errors."""

    values: Mapping[str, Value]
    file: str

    def __contains__(self, key: str) -> bool:
        """Whether the file says anything under that key."""
        return any(item for item in self.items(key))

    def text(self, key: str) -> str:
        """Return the value as one stripped string, a list's first; empty where there is none."""
        value = self.values.get(key, "")
        first = value if isinstance(value, str) else next(iter(value), "")
        return first.strip().strip('"').strip()

    def items(self, key: str, separators: str = ",") -> tuple[str, ...]:
        """Return the value cut into its items, however they were written."""
        value = self.values.get(key, ())
        parts = [value] if isinstance(value, str) else list(value)
        cut = [item.strip().strip('"').strip() for part in parts for item in re.split(f"[{separators}]", part)]
        if len(cut) > MOST_ITEMS:
            raise self._refuse(key, f"has {len(cut)} items, the limit is {MOST_ITEMS}")
        return tuple(item for item in cut if item)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the items of a list of words or colours, which slicers separate by semicolons."""
        return self.items(key, separators=";,")

    def numbers(self, key: str) -> tuple[float, ...]:
        """Return the items as numbers; raise UnreadableProfile for one that is none, or beyond any machine."""
        return tuple(self._number(key, item) for item in self.items(key))

    def number(self, key: str) -> float | None:
        """Return the first number, or None where the file says nothing."""
        return next(iter(self.numbers(key)), None)

    def size(self, key: str) -> float | None:
        """Return the first number, which must be above zero, or None where the file says nothing."""
        value = self.number(key)
        if value is not None and value <= 0:
            raise self._refuse(key, "must be above 0")
        return value

    def share(self, key: str, whole: float) -> float | None:
        """Return a length written in mm or as a percentage of `whole`; None where nothing or 0, automatic, is said."""
        item = next(iter(self.items(key)), "")
        if not item:
            return None
        value = self._number(key, item.removesuffix("%")) * (whole / 100 if item.endswith("%") else 1.0)
        if value < 0:
            raise self._refuse(key, "must not be below 0")
        return round(value, 4) or None

    def flag(self, key: str) -> bool:
        """Whether the value is a yes in any slicer's spelling."""
        return self.text(key).lower() in {"1", "true", "yes"}

    def points(self, key: str) -> tuple[Point, ...]:
        """Return the corners of a polygon; raise UnreadableProfile for anything that is not `XxY`."""
        return tuple(self._point(key, item) for item in self.items(key))

    def _point(self, key: str, item: str) -> Point:
        match = _POINT.fullmatch(item)
        if match is None:
            raise self._refuse(key, f"has {item[:40]!r} where a point XxY is due")
        return self._number(key, match[1]), self._number(key, match[2])

    def _number(self, key: str, item: str) -> float:
        try:
            value = float(item)
        except ValueError:
            raise self._refuse(key, f"has {item[:40]!r} where a number is due") from None
        if not math.isfinite(value) or abs(value) > LARGEST * 10:
            raise self._refuse(key, f"has {item[:40]}, beyond any machine")
        return value + 0.0

    def _refuse(self, key: str, what: str) -> UnreadableProfile:
        shown = str(self.values.get(key, ""))[:60]
        return UnreadableProfile(f"{self.file}: {key} = {shown!r} {what}; export the profile again")
