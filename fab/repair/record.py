"""The records of a repair: what it may do, what each step did, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fab.solid import Defects, NotSolid, Solid

OnProgress = Callable[[int, int, str], None]
"""Called with steps done, steps in all, and the step that begins."""


class Surface(NamedTuple):
    """A triangle mesh between two steps: `vertices` (n, 3) float64 with float32 values, `faces` (m, 3) int64."""

    vertices: NDArray[np.float64]
    faces: NDArray[np.int64]


class Mending(NamedTuple):
    """What a step made, and what it did in words; an empty note means that there was nothing to do."""

    surface: Surface
    note: str = ""


@dataclass(frozen=True)
class Limits:
    """How far a repair may go, in mm; `scaled` turns them into another unit.

    `weld_mm` is how far apart two rims may lie and still be sewn. `hole_mm` is the size up to which a hole counts as
    small. `gap_mm` is how far surfaces that touch are drawn apart. `detail_mm` is the detail that may be lost where
    rounding or simplification must move a vertex. `rewrap_cells` is how many cells a rewrap lays on the longest side.
    """

    weld_mm: float = 0.02
    hole_mm: float = 4.0
    gap_mm: float = 0.01
    detail_mm: float = 0.02
    rewrap_cells: int = 288

    def scaled(self, factor: float) -> Limits:
        """Return the same limits where one mm is `factor` of the mesh's unit."""
        lengths = {f.name: getattr(self, f.name) * factor for f in fields(self) if f.name.endswith("_mm")}
        return Limits(**lengths, rewrap_cells=self.rewrap_cells)


@dataclass(frozen=True)
class Step:
    """One step that changed the mesh. `seconds` is for the terminal only and belongs in no reproducible file."""

    name: str
    before: Defects
    after: Defects
    note: str
    seconds: float = 0.0


@dataclass(frozen=True, eq=False)
class Mended:
    """A mesh that passes the gate in the frame and unit of its input, and the steps that led there."""

    vertices: NDArray[np.float64]
    faces: NDArray[np.int64]
    steps: tuple[Step, ...]


@dataclass(frozen=True, eq=False)
class Repair:
    """A solid, and what the repair did to the shape.

    `max_deviation_mm` is the largest distance between the visible surfaces of input and solid, both ways, over sampled
    points. `volume_change` is relative to the input's volume; nan where the input encloses none. `to_input` (4, 4)
    maps the solid's coordinates back to those of the input mesh.
    """

    solid: Solid
    steps: tuple[Step, ...]
    max_deviation_mm: float
    volume_change: float
    to_input: NDArray[np.float64]


class RepairFailed(NotSolid):
    """No step made a solid of it; `.defects` counts what is left and `.steps` tells what was tried."""

    def __init__(self, defects: Defects, steps: tuple[Step, ...]) -> None:
        super().__init__(defects, hint=f"{len(steps)} repair steps did not help; mend it in a mesh editor")
        self.steps = steps
