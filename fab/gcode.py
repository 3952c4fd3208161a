"""What a slicer's G-code says it will do: time, layers, filament of each tool, and how long the lines of each kind are.

Kinds of lines are told by comments: `;TYPE:External perimeter` (PrusaSlicer), `;TYPE:Outer wall` (OrcaSlicer) and
`; FEATURE: Outer wall` (Bambu Studio).
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

OUTER_WALLS = ("External perimeter", "Outer wall")
SUPPORTS = ("Support material", "Support material interface", "Support", "Support interface", "Support transition")
_LAYER = (";LAYER_CHANGE", "; CHANGE_LAYER")
_KIND = (";TYPE:", "; FEATURE: ")
_TOOL = re.compile(r"T(\d{1,2})\s*(?:;|$)")
_TIME = re.compile(r"(?:(\d+)d )?(?:(\d+)h )?(?:(\d+)m )?(\d+)s")
_TIME_LINE = re.compile(
    r"; (?:estimated printing time \(normal mode\) =|model printing time:.*total estimated time:)(.*)"
)
_USED = re.compile(r"; (?:total )?filament (?:used|length|weight) \[(mm|g)\] (?:=|:) (.*)")


@dataclass(frozen=True, eq=False)
class Gcode:
    """One sliced part. Tools count from 0 and are in the order of the printer's slots.

    `line_mm` and `plastic_mm` are the way and the filament put down, by (kind of line, tool); `filament_mm` and
    `filament_g` by tool are the slicer's own sums, purging included. `time_s` is its own guess, None where it has none.
    """

    time_s: float | None
    layers: int
    tool_changes: int
    filament_mm: tuple[float, ...]
    filament_g: tuple[float, ...]
    line_mm: Mapping[tuple[str, int], float]
    plastic_mm: Mapping[tuple[str, int], float]

    @property
    def tools(self) -> tuple[int, ...]:
        """The tools that put down plastic of the part or its supports, in order."""
        return tuple(sorted({tool for (_, tool), length in self.plastic_mm.items() if length > 0}))

    @property
    def support_share(self) -> float:
        """Supports' part of all filament put down."""
        total = sum(self.plastic_mm.values())
        return (
            sum(length for (kind, _), length in self.plastic_mm.items() if kind in SUPPORTS) / total if total else 0.0
        )

    def outer_wall_mm(self) -> dict[int, float]:
        """Return the length of the outermost lines by tool."""
        walls: dict[int, float] = defaultdict(float)
        for (kind, tool), length in sorted(self.line_mm.items()):
            if kind in OUTER_WALLS:
                walls[tool] += length
        return dict(walls)


def parse_gcode(lines: Iterable[str]) -> Gcode:
    """Return what the lines of a G-code file say; raises ValueError where a number is none."""
    reader = _Reader()
    for line in lines:
        reader.take(line)
    return Gcode(
        time_s=reader.time_s,
        layers=reader.layers,
        tool_changes=reader.tool_changes,
        filament_mm=reader.used.get("mm", ()),
        filament_g=reader.used.get("g", ()),
        line_mm=dict(reader.line_mm),
        plastic_mm=dict(reader.plastic_mm),
    )


@dataclass
class _Reader:
    """Follows the machine: where the nozzle is, which tool prints, how lengths of filament are meant."""

    x: float = 0.0
    y: float = 0.0
    e: float = 0.0
    relative_e: bool = False
    kind: str = ""
    tool: int = 0
    printed_with: int | None = None
    tool_changes: int = 0
    layers: int = 0
    time_s: float | None = None
    used: dict[str, tuple[float, ...]] = field(default_factory=dict)
    line_mm: dict[tuple[str, int], float] = field(default_factory=lambda: defaultdict(float))
    plastic_mm: dict[tuple[str, int], float] = field(default_factory=lambda: defaultdict(float))

    def take(self, line: str) -> None:
        if line.startswith(("G1 ", "G0 ", "G2 ", "G3 ")):
            self._move(line)
        elif line.startswith(";"):
            self._note(line)
        elif line.startswith("T"):
            self._change(line)
        elif line.startswith("G92 ") and "E" in line:
            self.e = float(line.split("E")[1].split()[0])
        elif line.startswith(("M82", "M83")):
            self.relative_e = line.startswith("M83")

    def _move(self, line: str) -> None:
        x, y, pushed = self.x, self.y, 0.0
        for word in line.partition(";")[0].split()[1:]:
            if word[0] == "X":
                x = float(word[1:])
            elif word[0] == "Y":
                y = float(word[1:])
            elif word[0] == "E":
                value = float(word[1:])
                pushed = value if self.relative_e else value - self.e
                self.e = value
        moved = math.hypot(x - self.x, y - self.y)
        self.x, self.y = x, y
        if pushed > 0 and moved > 0 and self.kind:
            self.line_mm[self.kind, self.tool] += moved
            self.plastic_mm[self.kind, self.tool] += pushed

    def _note(self, line: str) -> None:
        kind = next((line[len(head) :].strip() for head in _KIND if line.startswith(head)), None)
        if kind is not None:
            self.kind = kind
        elif line.startswith(_LAYER):
            self.layers += 1
        elif "time" in line and (found := _TIME_LINE.match(line)):
            self.time_s = seconds_of(found[1])
        elif "filament" in line and (found := _USED.match(line)) and "total" not in line:
            self.used[found[1]] = tuple(float(value) for value in found[2].split(","))

    def _change(self, line: str) -> None:
        found = _TOOL.match(line)
        if found is not None:
            tool = int(found[1])
            self.tool_changes += self.printed_with is not None and tool != self.tool
            self.tool = self.printed_with = tool


def seconds_of(words: str) -> float | None:
    """Return `1d 2h 3m 4s` in seconds, None where it is no time."""
    found = _TIME.search(words)
    if found is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return float(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
