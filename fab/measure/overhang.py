"""Overhang: how far each face leans out over nothing, which patches lean too far, and what it takes to hold them up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fab.measure.bridges import Outline, span_of

Vectors = NDArray[np.float64]
Faces = NDArray[np.int64]
Indices = NDArray[np.int64]

ON_BED_MM = 0.05
"""A downward face this close to z = 0 lies on the bed. Thinner than any layer, thicker than float32 noise."""


@dataclass(frozen=True, eq=False)
class Overhang:
    """`angle_deg` (m,) of each face from the vertical (0 a wall or upward, 90 a flat ceiling), and `area_mm2` (m,)."""

    angle_deg: NDArray[np.float64]
    area_mm2: NDArray[np.float64]

    def steeper_than(self, limit_deg: float) -> NDArray[np.bool_]:
        """Return which faces lean out by more than `limit_deg`; the slope at the limit itself still prints."""
        return np.asarray(self.angle_deg > limit_deg + 1e-3)

    def share_beyond(self, limit_deg: float) -> float:
        """Return the share of the surface, by area, that leans out by more than `limit_deg`: 0 to 1."""
        return float(self.area_mm2[self.steeper_than(limit_deg)].sum() / self.area_mm2.sum())


@dataclass(frozen=True, eq=False)
class OverhangPatch:
    """A connected patch that leans out too far: its `faces`, their area, and a point in its middle.

    `span_mm` is how long a bridge over it would be, infinite where it is not held on two opposite sides.
    """

    faces: Indices
    area_mm2: float
    span_mm: float
    point_mm: tuple[float, float, float]


def measure_overhang(vertices: Vectors, faces: Faces) -> Overhang:
    """Return the overhang angle of each face from the vertical, in degrees; faces that lie on the bed have none.

    `vertices` (n, 3) mm with the bed at z = 0, `faces` (m, 3) outward.
    """
    triangles = vertices[faces]
    cross = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    length = np.linalg.norm(cross, axis=1)
    down = -cross[:, 2] / np.where(length > 0.0, length, 1.0)
    angle = np.degrees(np.arcsin(np.clip(down, 0.0, 1.0)))
    on_bed = triangles[:, :, 2].max(axis=1) <= ON_BED_MM
    return Overhang(np.where(on_bed, 0.0, angle), length / 2.0)


def find_overhangs(
    vertices: Vectors, faces: Faces, overhang: Overhang, limit_deg: float, least_mm2: float
) -> list[OverhangPatch]:
    """Return the patches of at least `least_mm2` that lean out by more than `limit_deg`, the largest first."""
    steep = overhang.steeper_than(limit_deg)
    pairs = _neighbours(faces)
    patches = [patch for patch in _patches(steep, pairs) if overhang.area_mm2[patch].sum() >= least_mm2]
    if not patches:
        return []
    number = np.full(len(faces), -1)
    for i, patch in enumerate(patches):
        number[patch] = i
    outlines = _outlines(vertices, faces, pairs, number, len(patches))
    middles = vertices[faces].mean(axis=1)
    found = [
        OverhangPatch(patch, float(overhang.area_mm2[patch].sum()), span_of(outline), _middle_of(middles[patch]))
        for patch, outline in zip(patches, outlines, strict=True)
    ]
    return sorted(found, key=lambda patch: -patch.area_mm2)


def support_volume(vertices: Vectors, faces: Faces, held: Indices) -> float:
    """Return the mm³ of space straight under the `held` faces, down to the part or the bed.

    A slicer fills 5 to 20% of it with supports.
    """
    from fab.measure.thickness import InnerRays

    triangles = vertices[faces]
    middles = triangles[held].mean(axis=1)
    first, second = triangles[held, 1] - triangles[held, 0], triangles[held, 2] - triangles[held, 0]
    seen_from_above = np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]) / 2.0
    drop, _ = InnerRays(triangles).cast(middles, np.tile([0.0, 0.0, -1.0], (len(held), 1)))
    return float((seen_from_above * np.minimum(drop, middles[:, 2])).sum())


def _neighbours(faces: Faces) -> Indices:
    """Return (e, 2) the half-edges that run each edge of a solid, one in either direction."""
    from fab.gate import list_edges

    return np.argsort(list_edges(faces).of_half, kind="stable").reshape(-1, 2)


def _patches(steep: NDArray[np.bool_], pairs: Indices) -> list[Indices]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    from fab.measure.regions import groups

    members = np.flatnonzero(steep)
    if not len(members):
        return []
    row = np.cumsum(steep) - 1
    inside = pairs[steep[pairs // 3].all(axis=1)] // 3
    graph = coo_array((np.ones(len(inside)), (row[inside[:, 0]], row[inside[:, 1]])), (len(members), len(members)))
    _, label = connected_components(graph, directed=False)
    return groups(members, label)


def _outlines(vertices: Vectors, faces: Faces, pairs: Indices, number: Indices, count: int) -> list[Outline]:
    """Return the outline of each numbered patch, seen from below, and which of its edges something holds up."""
    both = np.concatenate([pairs, pairs[:, ::-1]])
    rim = both[(number[both[:, 0] // 3] >= 0) & (number[both[:, 0] // 3] != number[both[:, 1] // 3])]
    rim = rim[np.argsort(number[rim[:, 0] // 3], kind="stable")]
    ends = np.stack([faces[rim[:, 0] // 3, rim[:, 0] % 3], faces[rim[:, 0] // 3, (rim[:, 0] + 1) % 3]], axis=1)
    opposite = faces[rim[:, 1] // 3, (rim[:, 1] + 2) % 3]
    height = vertices[ends, 2].mean(axis=1)
    held = (vertices[opposite, 2] < height) | (height <= ON_BED_MM)
    cuts = np.searchsorted(number[rim[:, 0] // 3], np.arange(1, count))
    lines = np.split(vertices[ends, :2], cuts)
    return [Outline(edges, holds) for edges, holds in zip(lines, np.split(held, cuts), strict=True)]


def _middle_of(middles: Vectors) -> tuple[float, float, float]:
    """Return the middle of the face that lies nearest to the middle of all."""
    x, y, z = middles[np.linalg.norm(middles - middles.mean(axis=0), axis=1).argmin()]
    return float(x), float(y), float(z)
