"""What is painted on: the solid's surface in faces small enough to tell its colours apart, and how they neighbour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fab.export.refine import Wanted, split_long_edges
from fab.export.sampling import vertex_normals
from fab.gate import face_areas, label_shells, list_edges, shell_volumes
from fab.halfedges import find_twins, split_fans
from fab.palette.lab import Lab, differences
from fab.palette.needles import without_hairs
from fab.solid import Solid

Points = NDArray[np.float64]
Indices = NDArray[np.int64]
Colour = Callable[[Points, Points | None], Lab]
"""L*, a*, b* (n, 3) at points (n, 3) in mm with normals (n, 3) where they are known; NaN where there is none."""

FINEST_LINES, COARSE_LINES, COARSEST_LINES = 0.65, 1.5, 3.0
"""Edges are split down to the first, in widths of a line, where the nearest colour changes along them, on large parts
to the second; all down to the third, so that no detail which could be printed is stepped over."""
MOST_FACES = 400_000
"""Faces that splitting is kept to, before borders are cut; a part that has more already is hardly split."""
SAMPLES = 120_000
"""Points of the surface whose colours are asked before any is chosen."""


@dataclass(frozen=True, eq=False)
class Canvas:
    """`vertices` (n, 3) mm, float32 values, and `faces` (m, 3), closed; `edges` (e, 2); `area` (n,) mm² at each vertex
    that can be seen, 0 inside cavities; `lab` (n, 3) colours, NaN where the input has none that is a number."""

    vertices: Points
    faces: Indices
    edges: Indices
    area: Points
    lab: Lab


def canvas_of(solid: Solid, colour: Colour, palette: Lab, line_mm: float, *, refine: bool = True) -> Canvas:
    """Return the canvas of a solid, fine where colours (k, 3) meet; without `refine` its faces stay whole."""
    vertices, faces = solid.vertices, solid.faces
    if refine:
        vertices, faces = without_hairs(vertices, faces, FINEST_LINES * line_mm)
    vertices, faces = _one_fan_each(vertices, faces)
    if refine:
        vertices, faces = _fine_enough(vertices, faces, colour, palette, line_mm)
    lab = colour(vertices, vertex_normals(vertices, faces))
    seen = np.where(outer_faces(vertices, faces), face_areas(vertices, faces), 0.0) / 3
    area = np.bincount(faces.reshape(-1), np.repeat(seen, 3), len(vertices)).astype(np.float64)
    return Canvas(vertices, faces, list_edges(faces).corners, area, lab)


def _one_fan_each(vertices: Points, faces: Indices) -> tuple[Points, Indices]:
    """Return the mesh with a vertex of its own for each fan of faces: places that meet in a point are no neighbours."""
    parted = split_fans(vertices, faces, find_twins(faces))
    return parted if len(parted[0]) > len(vertices) else (vertices, faces)


def _fine_enough(
    vertices: Points, faces: Indices, colour: Colour, palette: Lab, line_mm: float
) -> tuple[Points, Indices]:
    """Return the mesh split as finely as its colours need and `MOST_FACES` allows."""
    affordable = float(np.sqrt(7.0 * face_areas(vertices, faces).sum() / MOST_FACES))  # halving leaves limit² / 7
    finest = float(np.clip(affordable, FINEST_LINES * line_mm, COARSE_LINES * line_mm))
    vertices, faces, limit = _even(vertices, faces, max(COARSEST_LINES * line_mm, affordable))
    border = _border_finder(colour, palette)
    while limit > finest:
        limit = max(limit / 2, finest)
        finer = split_long_edges(vertices, faces, limit, border)
        if len(finer[1]) > MOST_FACES:
            break
        vertices, faces = finer
    return vertices.astype(np.float32).astype(np.float64), faces


def _even(vertices: Points, faces: Indices, limit: float) -> tuple[Points, Indices, float]:
    """Return the mesh with all edges split down to `limit`, or to a longer one where that takes half of `MOST_FACES`,
    and which it was: long thin faces come in more pieces than their area tells."""
    while True:
        split = split_long_edges(vertices, faces, limit)
        if len(split[1]) <= max(MOST_FACES / 2, 2 * len(faces)):
            return *split, limit
        limit *= 2**0.5


def _border_finder(colour: Colour, palette: Lab) -> Wanted:
    """Return what tells of edges (k, 2) whether another colour of the palette is nearest at an end or in the middle."""

    def crossed(points: Points, ends: Indices) -> NDArray[np.bool_]:
        used, row = np.unique(ends, return_inverse=True)
        lab = colour(np.concatenate([points[used], points[ends].mean(axis=1)]), None)
        slot = differences(np.nan_to_num(lab), palette).argmin(axis=1)
        first, last = slot[row.reshape(-1, 2)].T
        middle = slot[len(used) :]
        return np.asarray((first != middle) | (last != middle))

    return crossed


def surface_samples(solid: Solid) -> tuple[Points, Points]:
    """Return `SAMPLES` points (s, 3) spread evenly over what can be seen of a solid, and the normals (s, 3) there."""
    vertices, faces = solid.vertices, solid.faces
    areas = np.where(outer_faces(vertices, faces), face_areas(vertices, faces), 0.0)
    until = np.cumsum(areas)
    at = (np.arange(SAMPLES) + 0.5) / SAMPLES * until[-1]
    face = np.minimum(np.searchsorted(until, at), len(faces) - 1)
    # Two irrational steps fill each triangle evenly (Roberts 2018, the R2 sequence), folded into its lower half.
    u, v = (np.arange(SAMPLES) * step % 1.0 for step in (0.7548776662466927, 0.5698402909980532))
    fold = u + v > 1
    u, v = np.where(fold, 1 - u, u)[:, None], np.where(fold, 1 - v, v)[:, None]
    a, b, c = vertices[faces[face]].transpose(1, 0, 2)
    normals = np.cross(b - a, c - a)
    return a + u * (b - a) + v * (c - a), normals / np.linalg.norm(normals, axis=1, keepdims=True)


def outer_faces(vertices: Points, faces: Indices) -> NDArray[np.bool_]:
    """Return (m,) whether a face is of a shell that faces outward and not of a cavity, which nobody sees."""
    count, shell = label_shells(faces)
    return np.asarray((shell_volumes(vertices, faces, shell, count) > 0)[shell])
