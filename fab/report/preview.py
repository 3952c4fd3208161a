"""The preview: a lighter copy of the part to look at. No number of the report is measured on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import trimesh
from numpy.typing import NDArray

from fab.measure.refine import refine
from fab.solid import Solid
from fab.studio import Studio, studio_of

MOST_FACES = 70_000
"""What a phone turns without effort, and about 1 MB in a page."""
MOST_VERTICES = 65_535
"""What 16 bits number."""
COARSEST = 96
"""Edges are at most the longest side divided by this, as far as `MOST_FACES` allows: colours and thickness are kept at
vertices, and a box has only eight."""

_FIRST_TOLERANCE = 2.5e-4
"""Of the longest side: where simplification starts when there is one face too many; more where there are more."""


@dataclass(frozen=True, eq=False)
class Preview:
    """A reduced copy of a solid, in its millimetres: `vertices` (n, 3) float64 and `faces` (m, 3) int64."""

    solid: Solid
    vertices: NDArray[np.float64]
    faces: NDArray[np.int64]

    @cached_property
    def mesh(self) -> trimesh.Trimesh:
        """Return the preview as a mesh to draw."""
        return trimesh.Trimesh(self.vertices, self.faces, process=False, validate=False)

    @cached_property
    def studio(self) -> Studio:
        """Return the preview under lamps, for its pictures."""
        return studio_of(self.mesh)

    @cached_property
    def parents(self) -> NDArray[np.int64]:
        """Return (m,) the solid's face that lies nearest to the middle of each face."""
        import igl

        middles = np.ascontiguousarray(self.vertices[self.faces].mean(axis=1))
        tree = igl.AABB()
        tree.init(self.solid.vertices, self.solid.faces)
        _, nearest, _ = tree.squared_distance(self.solid.vertices, self.solid.faces, middles)
        return np.asarray(nearest, np.int64).reshape(-1)

    def nearest_of(self, points_mm: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return (n,) the row of `points_mm` (k, 3) that lies nearest to each vertex."""
        from scipy.spatial import cKDTree

        _, row = cKDTree(points_mm).query(self.vertices, workers=1)
        return np.asarray(row, np.int64)


def make_preview(solid: Solid, most_faces: int = MOST_FACES) -> Preview:
    """Return the preview of a solid: at most so many faces, and at most `MOST_VERTICES` vertices."""
    vertices, faces = _reduce(solid.vertices, solid.faces, most_faces)
    longest = max(solid.extents_mm)
    fine = refine(vertices, faces, longest / COARSEST, most_faces)
    if len(fine.vertices) <= MOST_VERTICES:
        vertices, faces = fine.vertices, fine.faces
    return Preview(solid, vertices, faces)


def _reduce(
    vertices: NDArray[np.float64], faces: NDArray[np.int64], most_faces: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the surface simplified within a tolerance that grows until the budget is kept."""
    if len(faces) <= most_faces and len(vertices) <= MOST_VERTICES:
        return vertices, faces
    from manifold3d import Manifold, Mesh

    longest = float(np.ptp(vertices, axis=0).max())
    tolerance = _FIRST_TOLERANCE * longest * (len(faces) / most_faces) ** 0.75
    part = Manifold(Mesh(vertices.astype(np.float32), faces.astype(np.uint32)))
    while part.num_tri() > most_faces or part.num_vert() > MOST_VERTICES:
        part = part.simplify(tolerance)
        tolerance *= 1.5
    if part.is_empty():
        return _largest(vertices, faces, most_faces)
    made = part.to_mesh()
    return made.vert_properties[:, :3].astype(np.float64), made.tri_verts.astype(np.int64)


def _largest(
    vertices: NDArray[np.float64], faces: NDArray[np.int64], most_faces: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the largest faces: dust goes all at once when it is simplified."""
    corners = vertices[faces]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    kept = np.sort(np.argsort(-area, kind="stable")[: min(most_faces, MOST_VERTICES // 3)])
    used, row = np.unique(faces[kept], return_inverse=True)
    return vertices[used], row.reshape(-1, 3).astype(np.int64)
