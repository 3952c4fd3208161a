"""The form of a thin region: a rod or a wall, and whether it stands free.

A rod is thin both ways: across the middle of its section there is a chord that is not much longer than the section is
thick. A wall is free-standing when the way from where it is attached leads to its rim, and supported when that way
leads to another place where it is attached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from fab.measure.walls import Walls

Vectors = NDArray[np.float64]
Scalars = NDArray[np.float64]
Indices = NDArray[np.int64]

ROD_ASPECT = 2.5
"""A section up to so many times as wide as thick is that of a rod."""

TURNS = 4
"""In how many directions the width of a section is measured."""

AHEAD_COS = 0.5
"""What lies within 60° of the way on from the root is ahead."""

SAMPLES, ROOTS = 128, 256
BED_SHARE = 0.25
"""So much of a plate's surface must lie on the bed for the bed to hold it: half of one side."""


class Form(NamedTuple):
    """`is_rod` or wall; `is_free` or held on two sides; `length_mm` of a rod, from its root where it has one."""

    is_rod: bool
    is_free: bool
    length_mm: float


def form_of(walls: Walls, thin: Indices, faces: Indices, graph: csr_array, depth_mm: Scalars, root: Indices) -> Form:
    """Return the form of the region `faces`, of which `thin` are no rim; `depth_mm`, `root` as in `Reach`."""
    chosen = _spread(thin, SAMPLES)
    is_rod = bool(np.median(_section_aspect(walls, chosen)) < ROD_ASPECT)
    rooted = faces[root[faces] >= 0]
    if len(rooted) == 0:
        return Form(is_rod, not _is_closed(walls, thin, faces, graph), _extent(walls, faces))
    is_free = not _is_held(walls, rooted, depth_mm, root)
    length_mm = float(depth_mm[rooted].max()) * (1.0 if is_free else 2.0)
    return Form(is_rod, is_free and (is_rod or not _lies_on_bed(walls, thin)), length_mm)


def _spread(faces: Indices, most: int) -> Indices:
    return faces[np.unique(np.linspace(0, len(faces) - 1, min(most, len(faces))).astype(np.int64))]


def _section_aspect(walls: Walls, faces: Indices) -> Scalars:
    """Return the (k,) least chord through the middle of the section below each face, over the thickness there."""
    centre, normal = walls.centres[faces], walls.normals[faces]
    first = np.cross(normal, np.eye(3)[np.abs(normal).argmin(axis=1)])
    first /= np.linalg.norm(first, axis=1)[:, None]
    second = np.cross(normal, first)
    turn = (np.arange(2 * TURNS) * np.pi / TURNS)[:, None, None]
    along = np.cos(turn) * first + np.sin(turn) * second
    way_mm, _ = walls.rays.cast(np.tile(centre, (2 * TURNS, 1)), along.reshape(-1, 3))
    there_mm, back_mm = way_mm.reshape(2, TURNS, len(faces))
    return np.asarray((there_mm + back_mm).min(axis=0) / np.maximum(walls.thickness.wall_mm[faces], 1e-9))


def _is_held(walls: Walls, rooted: Indices, depth_mm: Scalars, root: Indices) -> bool:
    """Whether the region is attached further on too, as seen from most of its places, away from their roots."""
    far = _spread(rooted[depth_mm[rooted] >= 0.3 * depth_mm[rooted].max()], SAMPLES)
    roots = _spread(np.unique(root[rooted]), ROOTS)
    away = walls.centres[far] - walls.middles[root[far]]
    ahead = walls.middles[roots][None, :, :] - walls.centres[far][:, None, :]
    cos = np.einsum("ik,ijk->ij", away, ahead)
    cos /= np.maximum(np.linalg.norm(away, axis=1)[:, None] * np.linalg.norm(ahead, axis=2), 1e-12)
    return bool((cos.max(axis=1) >= AHEAD_COS).mean() > 0.5)


def _is_closed(walls: Walls, thin: Indices, faces: Indices, graph: csr_array) -> bool:
    """Whether a wholly thin body is a shell without a rim: its two sides are not connected along the surface."""
    count, _ = connected_components(graph[faces][:, faces], directed=False)
    return bool(count > 1) or _lies_on_bed(walls, thin)


def _lies_on_bed(walls: Walls, thin: Indices) -> bool:
    area = walls.area_mm2[thin]
    flat = (walls.middles[thin, 2] <= 1e-3) & (walls.normals[thin, 2] < -0.99)
    return bool(area[flat].sum() >= BED_SHARE * area.sum())


def _extent(walls: Walls, faces: Indices) -> float:
    """Return the longest way through the region, along its main axis."""
    points = walls.middles[faces]
    _, _, axes = np.linalg.svd(points[:: max(1, len(points) // 2000)] - points.mean(axis=0), full_matrices=False)
    return float(np.ptp(points @ axes[0]))
