"""The records of a repair: what it may do, what each step did, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fab.findings import Finding
from fab.solid import Defects, NotSolid, Solid

OnProgress = Callable[[int, int, str], None]
"""Called with steps done, steps in all, and the step that begins."""


class Surface(NamedTuple):
    """A triangle mesh between two steps: `vertices` (n, 3) float64 with float32 values, `faces` (m, 3) int64."""

    vertices: NDArray[np.float64]
    faces: NDArray[np.int64]

    @classmethod
    def empty(cls) -> Surface:
        """Return a surface without faces."""
        return cls(np.zeros((0, 3)), np.zeros((0, 3), np.int64))


class Mending(NamedTuple):
    """What a step made, and what it did in words; an empty note means that there was nothing to do.

    `added` lies where nothing was before (caps, bridges), `removed` was taken away on purpose (crumbs, a slab). Where
    all below `cut_height` went, so did what earlier steps had dropped there. Points of `findings` are in the mesh's own
    frame and unit.
    """

    surface: Surface
    note: str = ""
    added: Surface | None = None
    removed: Surface | None = None
    findings: tuple[Finding, ...] = ()
    cut_height: float | None = None


Floating = Literal["keep", "join", "remove"]


@dataclass(frozen=True)
class Limits:
    """How far a repair may go, in mm; `scaled` turns them into another unit.

    `weld_mm` is how far apart two rims may lie and still be sewn. `hole_mm` is the size up to which a hole counts as
    small. `gap_mm` is how far surfaces that touch are drawn apart. `detail_mm` is the detail that may be lost where
    rounding or simplification must move a vertex. `crumb_mm` is what the printer cannot form: a body no larger goes.
    `bridge_mm` is the diameter of what ties a floating body to the part. `rewrap_cells` is how many cells of a rewrap
    may lie along the longest side; half of `crumb_mm` is fine enough. More faces than `max_faces` are simplified within
    `detail_mm`. `floating` says what becomes of small bodies that hang in the air. `up` is the direction that points
    away from the bed, `unit_per_mm` how long a millimetre is in the mesh's unit.
    """

    weld_mm: float = 0.02
    hole_mm: float = 4.0
    gap_mm: float = 0.01
    detail_mm: float = 0.02
    crumb_mm: float = 0.42
    bridge_mm: float = 1.0
    rewrap_cells: int = 400
    max_faces: int = 500_000
    floating: Floating = "keep"
    keep_cavities: bool = False
    remove_slab: bool = False
    up: tuple[float, float, float] = (0.0, 0.0, 1.0)
    unit_per_mm: float = 1.0

    def scaled(self, factor: float) -> Limits:
        """Return the same limits where one mm is `factor` of the mesh's unit."""
        lengths = {f.name: getattr(self, f.name) * factor for f in fields(self) if f.name.endswith("_mm")}
        return replace(self, **lengths)

    def heights(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n,) float64: how far (n, 3) points lie along `up`, in the mesh's unit."""
        return np.asarray(points @ np.asarray(self.up, np.float64), np.float64)

    def millilitres(self, volume: float) -> float:
        """Return a volume in the mesh's unit cubed as ml."""
        return volume / self.unit_per_mm**3 / 1000.0


@dataclass(frozen=True)
class Step:
    """One step that changed the mesh: `moved_mm` is how far it moved the surface, beside what it added or removed.

    `seconds` is for the terminal only and belongs in no reproducible file.
    """

    name: str
    before: Defects
    after: Defects
    note: str
    seconds: float = 0.0
    moved_mm: float = 0.0


@dataclass(frozen=True, eq=False)
class Mended:
    """A mesh that passes the gate in the frame and unit of its input, and the steps that led there.

    `added` (m,) bool marks the faces that lie where the input has no surface: caps and bridges. `removed` is the part
    of the input's surface that was taken away on purpose: crumbs, a slab, dropped bodies, filled cavities.
    """

    vertices: NDArray[np.float64]
    faces: NDArray[np.int64]
    steps: tuple[Step, ...]
    added: NDArray[np.bool_]
    removed: Surface
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, eq=False)
class Repair:
    """A solid, and what the repair did to the shape.

    `max_deviation_mm` is the largest distance between the visible surfaces of input and solid, both ways, over sampled
    points away from what was added or removed. `volume_change` is relative to the input's volume; nan where the input
    encloses none. `to_input` (4, 4) maps the solid's coordinates back to those of the input mesh. `added` (m,) bool
    marks the solid's faces that are caps and bridges; `removed` is what was taken from the input, in its coordinates.
    """

    solid: Solid
    steps: tuple[Step, ...]
    max_deviation_mm: float
    volume_change: float
    to_input: NDArray[np.float64]
    added: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    removed: Surface = field(default_factory=Surface.empty)
    findings: tuple[Finding, ...] = ()


class RepairFailed(NotSolid):
    """No step made a solid of it; `.defects` counts what is left and `.steps` tells what was tried."""

    def __init__(self, defects: Defects, steps: tuple[Step, ...]) -> None:
        super().__init__(defects, hint=f"{len(steps)} repair steps did not help; mend it in a mesh editor")
        self.steps = steps
