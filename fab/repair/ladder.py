"""The ladder: steps from the least invasive up, with a look at the gate after each, until the mesh is a solid."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import trimesh
from numpy.typing import ArrayLike, NDArray

from fab.gate import find_defects, merge_float32
from fab.repair.degenerate import drop_flat_shells, flip_needles
from fab.repair.deviation import largest_deviation
from fab.repair.holes import fill_holes
from fab.repair.nonmanifold import part_edges, shave_flaps
from fab.repair.overlaps import unite_overlaps
from fab.repair.patch import recut_crossings
from fab.repair.record import Limits, Mended, Mending, OnProgress, Repair, RepairFailed, Step, Surface
from fab.repair.rewrap import rewrap
from fab.repair.weld import drop_doubled, read_arrays, refuse_loose, sew_rims
from fab.repair.winding import agree, face_outward
from fab.solid import Defects, Solid


class Rung(NamedTuple):
    """A step by name; a `trusted` one is kept even where some other count rises for the moment."""

    name: str
    climb: Callable[[Surface, Limits], Mending]
    trusted: bool = False


LADDER = (
    Rung("doubled faces", drop_doubled, trusted=True),
    Rung("rims", sew_rims, trusted=True),
    Rung("loose faces", refuse_loose),
    Rung("zero-area faces", flip_needles, trusted=True),
    Rung("winding", agree, trusted=True),
    Rung("flaps", shave_flaps, trusted=True),
    Rung("crowded edges", part_edges, trusted=True),
    Rung("winding again", agree, trusted=True),
    Rung("holes", fill_holes),
    Rung("crumbs", drop_flat_shells),
    Rung("nesting", face_outward),
    Rung("crossing spots", recut_crossings),
    Rung("overlaps", unite_overlaps),
    Rung("nesting again", face_outward),
    Rung("rewrap", rewrap),
)


def mend(
    vertices: ArrayLike, faces: ArrayLike, limits: Limits | None = None, on_progress: OnProgress | None = None
) -> Mended:
    """Return the mesh as a solid in its own frame and unit, changed as little as the ladder can.

    `limits` are in the mesh's unit. Raises EmptyModel when there is no surface or a flat one, RepairFailed when the
    last rung leaves defects.
    """
    limits = limits or Limits()
    begun = time.perf_counter()
    surface, note = read_arrays(vertices, faces)
    defects = find_defects(*surface)
    steps = [Step("weld", defects, defects, note, time.perf_counter() - begun)] if note else []
    for number, rung in enumerate(LADDER):
        if defects.none:
            break
        if on_progress:
            on_progress(number, len(LADDER), rung.name)
        begun = time.perf_counter()
        made, note = rung.climb(surface, limits)
        if not note:
            continue
        made = Surface(*merge_float32(*made))
        after = find_defects(*made)
        if after.bodies and (rung.trusted or _better(defects, after)):
            steps.append(Step(rung.name, defects, after, note, time.perf_counter() - begun))
            surface, defects = made, after
    if not defects.none:
        raise RepairFailed(defects, tuple(steps))
    return Mended(surface.vertices, surface.faces, tuple(steps))


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
    given, _ = read_arrays(mesh.vertices, mesh.faces)
    standing, lift = _place(given.vertices)
    mended = mend(standing, given.faces, limits, on_progress)
    placed, more = _place(mended.vertices)
    steps = mended.steps
    if more and not find_defects(*merge_float32(placed, mended.faces)).none:
        # The lowest point went, and the rounding of what was lifted after it turned something over.
        mended = mend(placed, mended.faces, limits, on_progress)
        placed, again = _place(mended.vertices)
        steps, more = steps + mended.steps, more + again
    lift += more
    solid = Solid(trimesh.Trimesh(placed, mended.faces, process=False, validate=False), name)
    to_input = np.eye(4)
    to_input[2, 3] = -lift
    made = Surface(placed - [0.0, 0.0, lift], mended.faces)
    return Repair(solid, steps, largest_deviation(given, made), _volume_change(given, made), to_input)


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
