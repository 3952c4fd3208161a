"""The ladder: steps from the least invasive up, with a look at the gate after each, until the mesh is a solid."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import trimesh
from numpy.typing import ArrayLike, NDArray

from fab.findings import Finding, Severity
from fab.gate import find_defects, merge_float32
from fab.repair.arrange import arrange, arrange_again
from fab.repair.cavities import fill_cavities
from fab.repair.clearance import clear
from fab.repair.debris import drop_debris
from fab.repair.degenerate import drop_flat_shells, flip_needles
from fab.repair.deviation import Loss, compare, distances, find_loss, largest_deviation, moved_by
from fab.repair.floating import treat_floating
from fab.repair.holes import fill_holes
from fab.repair.nonmanifold import part_edges, shave_flaps
from fab.repair.overlaps import join, unite_overlaps
from fab.repair.patch import recut_crossings
from fab.repair.record import Limits, Mended, Mending, OnProgress, Repair, RepairFailed, Step, Surface
from fab.repair.rewrap import rewrap, rewrap_patches
from fab.repair.simplify import simplify
from fab.repair.slab import treat_slab
from fab.repair.slits import bridge_slits
from fab.repair.weld import compact, drop_doubled, read_arrays, refuse_loose, sew_rims
from fab.repair.winding import agree, face_outward
from fab.solid import Defects, Solid

_LOST = 0.005  # of the diagonal: what lies farther from the result is gone


class Rung(NamedTuple):
    """A step by name; a `trusted` one is kept even where some other count rises for the moment.

    What an untrusted one leaves is looked at for parts that it lost, if it `moves` surface at all.
    """

    name: str
    climb: Callable[[Surface, Limits], Mending]
    trusted: bool = False
    moves: bool = False


LADDER = (
    Rung("doubled faces", drop_doubled, trusted=True),
    Rung("rims", sew_rims, trusted=True, moves=True),
    Rung("loose faces", refuse_loose),
    Rung("crumbs", drop_debris, trusted=True),
    Rung("zero-area faces", flip_needles, trusted=True, moves=True),
    Rung("winding", agree, trusted=True),
    Rung("nesting", face_outward, trusted=True),
    Rung("slits", bridge_slits, moves=True),
    Rung("crossings", arrange, moves=True),
    Rung("flaps", shave_flaps, trusted=True),
    Rung("crowded edges", part_edges, trusted=True, moves=True),
    Rung("winding again", agree, trusted=True),
    Rung("patches", rewrap_patches, moves=True),
    Rung("holes", fill_holes),
    Rung("empty shells", drop_flat_shells),
    Rung("nesting again", face_outward, trusted=True),
    Rung("crossings again", arrange_again, moves=True),
    Rung("crossing spots", recut_crossings, moves=True),
    Rung("overlaps", unite_overlaps, moves=True),
    Rung("nesting at last", face_outward, trusted=True),
    Rung("rewrap", rewrap, moves=True),
)
"""Steps that lead to a solid; the first that does is the last taken."""

FINISH = (
    Rung("crumbs", drop_debris),
    Rung("cavities", fill_cavities),
    Rung("slab", treat_slab, moves=True),
    Rung("floating", treat_floating, moves=True),
    Rung("simplify", simplify, moves=True),
    Rung("clearance", clear),
)
"""Steps that make of one solid another that prints better; one that would leave the gate open is not taken."""


def mend(
    vertices: ArrayLike, faces: ArrayLike, limits: Limits | None = None, on_progress: OnProgress | None = None
) -> Mended:
    """Return the mesh as a solid in its own frame and unit, changed as little as the ladder can.

    `limits` are in the mesh's unit. Raises EmptyModel when there is no surface or a flat one, RepairFailed when the
    last rung leaves defects.
    """
    climb = _Climb.start(vertices, faces, limits or Limits(), on_progress)
    for rung in LADDER:
        if climb.defects.none:
            break
        climb.take(rung, _better)
    if not climb.defects.none:
        raise RepairFailed(climb.defects, tuple(climb.steps))
    for rung in FINISH:
        climb.take(rung, lambda before, after: after.none)
    return climb.end()


class _Climb:
    """A mesh on its way up the ladder, and everything there is to say about it so far."""

    def __init__(self, given: Surface, limits: Limits, on_progress: OnProgress | None) -> None:
        self.given = self.surface = given
        self.limits, self.on_progress, self.done = limits, on_progress, 0
        self.defects = find_defects(*given)
        self.steps: list[Step] = []
        self.findings: list[Finding] = []
        self.added: list[Surface] = []
        self.removed: list[Surface] = []

    @classmethod
    def start(cls, vertices: ArrayLike, faces: ArrayLike, limits: Limits, on_progress: OnProgress | None) -> _Climb:
        begun = time.perf_counter()
        given, note, *_ = read_arrays(vertices, faces)
        climb = cls(given, limits, on_progress)
        if note:
            climb.steps.append(Step("weld", climb.defects, climb.defects, note, time.perf_counter() - begun))
        return climb

    def take(self, rung: Rung, better: Callable[[Defects, Defects], bool]) -> None:
        """Do what a rung does, unless it leaves the mesh worse or loses a part of it."""
        if self.on_progress:
            self.on_progress(self.done, len(LADDER) + len(FINISH), rung.name)
        self.done += 1
        begun = time.perf_counter()
        mending = rung.climb(self.surface, self.limits)
        if not mending.note:
            self.findings.extend(mending.findings)
            return
        made = Surface(*merge_float32(*mending.surface))
        after = find_defects(*made)
        if not after.bodies or not (rung.trusted or better(self.defects, after)):
            return
        if rung.moves and not rung.trusted and not self._keeps_parts(made, mending.removed, rung):
            return
        moved = moved_by(self.surface, made, mending.added) / self.limits.unit_per_mm if rung.moves else 0.0
        self.steps.append(Step(rung.name, self.defects, after, mending.note, time.perf_counter() - begun, moved))
        self.surface, self.defects = made, after
        self.findings.extend(mending.findings)
        self.added.extend([mending.added] if mending.added is not None else [])
        self.removed.extend([mending.removed] if mending.removed is not None else [])
        if mending.cut_height is not None:
            self.removed.append(self._given_below(mending.cut_height))

    def _given_below(self, height: float) -> Surface:
        """Return the faces of the input that lie below a cut and that earlier steps dropped: folds, inner skins."""
        given, removed = self.given, join(self.removed)
        corners = given.vertices[given.faces]
        low = np.flatnonzero((self.limits.heights(given.vertices) <= height)[given.faces].all(axis=1))
        reach = 1e-6 * float(np.ptp(given.vertices, axis=0).max())
        dropped = [distances(corners[low, k], removed) > reach for k in range(3)]
        middle = distances(corners[low].mean(axis=1), removed) > reach
        return compact(given.vertices, given.faces[low[np.logical_or.reduce([middle, *dropped])]])

    def _keeps_parts(self, made: Surface, removed: Surface | None, rung: Rung) -> bool:
        """Whether nothing that could be seen is gone; the last rung of the ladder has to be taken all the same."""
        loss = find_loss(self.surface, made, self._reach(), removed)
        return not loss.matters or rung is LADDER[-1]

    def _reach(self) -> float:
        """How far from the surface a point counts as lost: half a percent of the diagonal, or what one may lose."""
        return max(_LOST * float(np.linalg.norm(np.ptp(self.given.vertices, axis=0))), 2 * self.limits.detail_mm)

    def end(self) -> Mended:
        """Return the solid with its account."""
        removed = join(self.removed) if self.removed else Surface.empty()
        if any(step.after != step.before for step in self.steps):
            self._tell_loss(find_loss(self.given, self.surface, self._reach(), removed))
        return Mended(
            self.surface.vertices,
            self.surface.faces,
            tuple(self.steps),
            self._mark_added(),
            removed,
            tuple(self.findings),
        )

    def _tell_loss(self, loss: Loss) -> None:
        if not loss.matters or loss.place is None:
            return
        parts = f"{loss.parts} parts of the input are missing" if loss.parts else "some of the input is missing"
        x, y, z = (float(c) for c in loss.place)
        finding = Finding(
            check="solid",
            code="surface-lost",
            severity=Severity.WARN,
            message=f"{parts}: {100 * loss.share:.1f}% of its visible surface",
            measured=100 * loss.share,
            limit=0.0,
            unit="% of the surface",
            point_mm=(x, y, z),
            remedy="compare the solid with the input, and mend what is missing there in a mesh editor",
        )
        self.findings.append(finding)

    def _mark_added(self) -> NDArray[np.bool_]:
        """(m,) bool: the faces all of which lies on what some rung added and not on what was given."""
        if not self.added:
            return np.zeros(len(self.surface.faces), np.bool_)
        marked = compare(self.given, self.surface).new.copy()
        corners = self.surface.vertices[self.surface.faces]
        middle = corners.mean(axis=1)
        near, new = self.limits.detail_mm, join(self.added)
        for weights in ((1, 1, 1), (5, 2, 2), (2, 5, 2), (2, 2, 5)):
            asked = np.flatnonzero(marked)
            marked[asked] = distances(np.average(corners[asked], axis=1, weights=weights), new) <= near
        asked = np.flatnonzero(marked)
        marked[asked] = distances(middle[asked], self.given) > 1e-6 * float(np.ptp(self.given.vertices, axis=0).max())
        return marked


def _better(before: Defects, after: Defects) -> bool:
    """Whether `after` is nearer a solid: rims and windings decide before faces that cross or are degenerate."""
    return _rank(after) < _rank(before)


def _rank(defects: Defects) -> tuple[int, int]:
    torn = defects.open_edges + defects.nonmanifold_edges + defects.flipped_edges
    return torn, defects.crossings + defects.degenerate_faces + defects.misnested


def repair(
    mesh: trimesh.Trimesh, limits: Limits | None = None, name: str = "part", on_progress: OnProgress | None = None
) -> Repair:
    """Return the mesh, in mm, as a `Solid` standing at z = 0, with what was done and how far the surface moved.

    Raises EmptyModel when there is no surface or a flat one, RepairFailed (a NotSolid) when no step helps.
    """
    given, *_ = read_arrays(mesh.vertices, mesh.faces)
    standing, lift = _place(given.vertices)
    mended = mend(standing, given.faces, limits, on_progress)
    placed, more = _place(mended.vertices)
    steps, removed, findings = mended.steps, [_lifted(mended.removed, -lift)], mended.findings
    if more and not find_defects(*merge_float32(placed, mended.faces)).none:
        # The lowest point went, and the rounding of what was lifted after it turned something over.
        mended = mend(placed, mended.faces, limits, on_progress)
        placed, again = _place(mended.vertices)
        removed.append(_lifted(mended.removed, -lift - more))
        steps, more = steps + mended.steps, more + again
    lift += more
    solid = Solid(trimesh.Trimesh(placed, mended.faces, process=False, validate=False), name)
    to_input = np.eye(4)
    to_input[2, 3] = -lift
    made, gone = Surface(placed - [0.0, 0.0, lift], mended.faces), _together(removed)
    return Repair(
        solid,
        steps,
        largest_deviation(given, made, mended.added, gone),
        _volume_change(given, made),
        to_input,
        mended.added,
        gone,
        tuple(_shifted(finding, more) for finding in findings),
    )


def _lifted(surface: Surface, lift: float) -> Surface:
    return Surface(surface.vertices + [0.0, 0.0, lift], surface.faces)


def _together(surfaces: list[Surface]) -> Surface:
    filled = [surface for surface in surfaces if len(surface.faces)]
    return join(filled) if filled else Surface.empty()


def _shifted(finding: Finding, lift: float) -> Finding:
    if finding.point_mm is None or lift == 0.0:
        return finding
    x, y, z = finding.point_mm
    return finding.model_copy(update={"point_mm": (x, y, z + lift)})


def _place(vertices: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Return the vertices with the lowest at z = 0, and by how much they were lifted."""
    lift = -float(vertices[:, 2].min())
    return vertices + [0.0, 0.0, lift], lift


def _volume_change(given: Surface, made: Surface) -> float:
    before, after = (_volume(surface) for surface in (given, made))
    return after / before - 1 if before > 1e-9 * float(np.ptp(given.vertices, axis=0).max()) ** 3 else float("nan")


def _volume(surface: Surface) -> float:
    a, b, c = (surface.vertices[surface.faces[:, k]] - surface.vertices[0] for k in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)
