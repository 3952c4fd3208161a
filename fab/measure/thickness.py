"""Wall thickness, by an inward ray and by the largest inscribed ball.

The ray says how far the other side is, straight in; on a slanted far side that is too much, and near a sharp edge it
may be far too little. The ball says how large a ball fits, but at every convex edge it reads zero. Here only contacts
that *oppose* the point count, as the two sides of a wall do: seen from the ball's centre they lie at least
`OPPOSED_DEG` apart. The ray gives the ball its first size where it meets an opposed face. So a box edge is not thin, a
plate's rim is not thin, and a wedge reads the ball between its sides.
"""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]
Faces = NDArray[np.int64]
Scalars = NDArray[np.float64]

OPPOSED_DEG = 112.0
"""Least angle between the two contacts of a wall: 120° in a triangular rod, 90° at the edge of a box."""

CREASE_DEG = 20.0
"""A corner whose normal is further off than this lies on a crease: the face is flat there."""

_CHUNK = 16_384


@dataclass(frozen=True, eq=False)
class Thickness:
    """Thickness at the middle of each face, in mm, never above `cap_mm`.

    `wall_mm` (m,) is the diameter of the largest inscribed ball between opposed sides, `cap_mm` where nothing
    opposes; `opposite` (m,) is the face that it touches there, or -1; `ray_mm` (m,) is the way straight in to the
    other side.
    """

    wall_mm: Scalars
    opposite: NDArray[np.int64]
    ray_mm: Scalars
    cap_mm: float


def measure_thickness(vertices: Vectors, faces: Faces, cap_mm: float | None = None) -> Thickness:
    """Return the wall thickness at the middle of each face.

    `vertices` (n, 3) mm, `faces` (m, 3) of a solid, outward. `cap_mm` bounds what is looked for (default: the
    diagonal of the bounding box); a small cap is faster. Accuracy: that of the mesh.
    """
    triangles = vertices[faces]
    cap_mm = float(np.linalg.norm(np.ptp(vertices, axis=0))) if cap_mm is None else cap_mm
    middles = triangles.mean(axis=1)
    flat, area = normals_of(triangles)
    normals = _smooth_normals(triangles, faces, flat, len(vertices))
    ray_mm, exit_faces = InnerRays(triangles).cast(middles, -normals)
    opposed = np.einsum("ij,ij->i", normals, flat[exit_faces]) <= math.cos(math.radians(OPPOSED_DEG))
    start_mm = np.where(opposed & (exit_faces >= 0), np.minimum(ray_mm, cap_mm), cap_mm)
    wall_mm, opposite = _ball_diameters(vertices, faces, middles, normals, flat, start_mm)
    opposite = np.where((opposite < 0) & opposed, exit_faces, opposite)
    wall_mm[area == 0.0] = cap_mm
    opposite[wall_mm >= cap_mm] = -1
    return Thickness(wall_mm, opposite, np.minimum(ray_mm, cap_mm), cap_mm)


def thickness_at_vertices(faces: Faces, face_mm: Scalars, vertex_count: int) -> Scalars:
    """Return the (n,) least thickness of the faces round each vertex, in mm; infinite where a vertex has none."""
    at_vertex = np.full(vertex_count, np.inf)
    np.minimum.at(at_vertex, faces.ravel(), np.repeat(face_mm, 3))
    return at_vertex


class InnerRays:
    """Rays inside a surface of `triangles` (m, 3, 3), answered by Embree, which works in float32: good to about 1e-6 of
    the part's size."""

    def __init__(self, triangles: Vectors) -> None:
        from embreex.mesh_construction import TriangleMesh
        from embreex.rtcore_scene import EmbreeScene

        self._scene = EmbreeScene()
        self._low = triangles.reshape(-1, 3).min(axis=0)
        TriangleMesh(self._scene, (triangles - self._low).astype(np.float32))
        self._skin_mm = 1e-6 * float(np.abs(triangles - self._low).max())

    def cast(self, points: Vectors, directions: Vectors) -> tuple[Scalars, NDArray[np.int64]]:
        """Return the (q,) way in mm from each point (q, 3) along its unit direction (q, 3) to the next face, and that
        face; infinite and -1 where nothing is hit."""
        origins = (points - self._low + self._skin_mm * directions).astype(np.float32)
        hits = self._scene.run(origins, directions.astype(np.float32), output=True)
        met = hits["primID"].astype(np.int64)
        return np.where(met >= 0, hits["tfar"].astype(np.float64) + self._skin_mm, np.inf), met


def normals_of(triangles: Vectors) -> tuple[Vectors, Scalars]:
    """Return the (m, 3) unit normals and (m,) areas of `triangles` (m, 3, 3); a normal is zero where the area is."""
    cross = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    length = np.linalg.norm(cross, axis=1)
    return cross / np.where(length > 0.0, length, 1.0)[:, None], length / 2.0


def _smooth_normals(triangles: Vectors, faces: Faces, flat: Vectors, vertex_count: int) -> Vectors:
    """Return the (m, 3) normals at the middles of faces that stand for a round surface; flat beside a crease.

    A flat facet of a round pin would hold its ball off the axis, and the pin would read too thin. The normal at a
    vertex is the mean of its faces', weighed with their angles there (Thürmer and Wüthrich 1998).
    """
    weighed = (_corner_angles(triangles)[:, :, None] * flat[:, None, :]).reshape(-1, 3)
    corner = faces.ravel()
    at_vertex = np.stack([np.bincount(corner, weighed[:, axis], vertex_count) for axis in range(3)], axis=1)
    at_vertex /= np.maximum(np.linalg.norm(at_vertex, axis=1), 1e-300)[:, None]
    at_corner = at_vertex[faces]
    round_there = np.einsum("ijk,ik->ij", at_corner, flat) > math.cos(math.radians(CREASE_DEG))
    smooth = np.where(round_there[:, :, None], at_corner, flat[:, None, :]).sum(axis=1)
    return np.asarray(smooth / np.maximum(np.linalg.norm(smooth, axis=1), 1e-300)[:, None])


def _corner_angles(triangles: Vectors) -> Scalars:
    ahead = np.roll(triangles, -1, axis=1) - triangles
    length = np.maximum(np.linalg.norm(ahead, axis=2), 1e-300)
    cos = -np.einsum("ijk,ijk->ij", ahead, np.roll(ahead, 1, axis=1)) / (length * np.roll(length, 1, axis=1))
    return np.asarray(np.arccos(np.clip(cos, -1.0, 1.0)))


def _ball_diameters(
    vertices: Vectors, faces: Faces, points: Vectors, normals: Vectors, flat: Vectors, start_mm: Scalars
) -> tuple[Scalars, NDArray[np.int64]]:
    """Shrink the balls along the Morton curve, in chunks over the cores: a compiled loop that lets go of the GIL."""
    from fab.boxtree import build_tree
    from fab.measure.inscribed_ball import shrink_balls

    tree = build_tree(vertices, faces)
    points, normals, flat = points[tree.order], normals[tree.order], flat[tree.order]
    radii, contacts = start_mm[tree.order] / 2.0, np.full(len(points), -1)
    triangles = vertices[faces[tree.order]]
    walls = triangles, flat, tree.boxes, tree.starts, math.sin(math.radians(OPPOSED_DEG) / 2.0)

    def shrink(chunk: slice) -> None:
        shrink_balls(points[chunk], normals[chunk], radii[chunk], contacts[chunk], *walls)

    chunks = [slice(at, at + _CHUNK) for at in range(0, len(points), _CHUNK)]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(shrink, chunks))
    diameters, opposite = np.empty(len(points)), np.empty(len(points), np.int64)
    diameters[tree.order] = 2.0 * radii
    opposite[tree.order] = np.where(contacts >= 0, tree.order[contacts], -1)
    return diameters, opposite
