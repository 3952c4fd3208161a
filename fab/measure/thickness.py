"""Wall thickness, by an inward ray and by the largest inscribed ball.

The ray says how far the other side is, straight in; on a slanted far side that is too much, and near a sharp edge it
may be far too little. The ball says how large a ball fits, but at every convex edge it reads zero. Here only contacts
that *oppose* the point count, as the two sides of a wall do: seen from the ball's centre they lie at least
`OPPOSED_DEG` apart. The ray gives the ball its first size where it meets an opposed face, and is taken where it leaves
squarely and the ball agrees. So a box edge is not thin, a plate's rim is not thin, and a wedge reads the ball between
its sides.
"""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from fab.measure.faced_tree import FacedTree

Vectors = NDArray[np.float64]
Faces = NDArray[np.int64]
Scalars = NDArray[np.float64]

OPPOSED_DEG = 112.0
"""Least angle between the two contacts of a wall: 120° in a triangular rod, 90° at the edge of a box."""

SQUARE_DEG = 6.0
AGREE = 0.85
"""A ray that leaves within `SQUARE_DEG` of straight is exact, if the ball is no smaller than `AGREE` of it: the flat
facets of a round pin hold a ball off the axis, and it comes out up to a tenth too small."""

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
    from fab.measure.faced_tree import build_faced_tree

    triangles = vertices[faces]
    cap_mm = float(np.linalg.norm(np.ptp(vertices, axis=0))) if cap_mm is None else cap_mm
    normals, area = normals_of(triangles)
    tree = build_faced_tree(vertices, faces, normals)
    found = thickness_at(tree.triangles.mean(axis=1), tree.normals, tree, cap_mm)
    wall_mm, opposite, ray_mm = np.empty(len(faces)), np.empty(len(faces), np.int64), np.empty(len(faces))
    wall_mm[tree.order], opposite[tree.order], ray_mm[tree.order] = found.wall_mm, found.opposite, found.ray_mm
    wall_mm[area == 0.0] = cap_mm
    opposite[area == 0.0] = -1
    return Thickness(wall_mm, opposite, ray_mm, cap_mm)


def thickness_at(points: Vectors, normals: Vectors, tree: FacedTree, cap_mm: float) -> Thickness:
    """Return the wall thickness at `points` (q, 3) mm of the tree's surface, outward unit `normals` (q, 3).

    Points in the order of the tree's faces are measured fastest: neighbours have their walls in common.
    """
    ray_mm, wall_mm = np.full(len(points), cap_mm), np.empty(len(points))
    opposite = np.full(len(points), -1)

    def measure(chunk: slice) -> None:
        _measure_chunk(points[chunk], normals[chunk], tree, wall_mm[chunk], opposite[chunk], ray_mm[chunk])

    chunks = [slice(at, at + _CHUNK) for at in range(0, len(points), _CHUNK)]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(measure, chunks))
    return Thickness(wall_mm, np.where(opposite >= 0, tree.order[opposite], -1), ray_mm, cap_mm)


def _measure_chunk(
    points: Vectors, normals: Vectors, tree: FacedTree, wall_mm: Scalars, opposite: NDArray[np.int64], ray_mm: Scalars
) -> None:
    """Write the thickness of some points; both compiled loops let go of the GIL."""
    from fab.measure.inner_ray import cast_inward
    from fab.measure.inscribed_ball import shrink_balls

    cap_mm = float(ray_mm[0])
    exits = np.full(len(points), -1)
    cast_inward(points, normals, ray_mm, exits, tree)
    facing = np.where(exits >= 0, np.einsum("ij,ij->i", normals, tree.normals[exits]), 1.0)
    opposed = facing <= math.cos(math.radians(OPPOSED_DEG))
    opposite[opposed] = exits[opposed]
    radii = np.where(opposed, ray_mm, cap_mm) / 2.0
    shrink_balls(points, normals, radii, opposite, tree, math.sin(math.radians(OPPOSED_DEG) / 2.0))
    square = (facing <= -math.cos(math.radians(SQUARE_DEG))) & (2.0 * radii >= AGREE * ray_mm)
    wall_mm[:] = np.where(square, ray_mm, 2.0 * radii)
    opposite[wall_mm >= cap_mm] = -1


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
