"""The walls of a solid: its surface in small faces, and their thickness. Measured once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fab.measure.refine import Refined, refine
from fab.measure.thickness import InnerRays, Thickness, measure_thickness, normals_of, thickness_at_vertices

Vectors = NDArray[np.float64]
Scalars = NDArray[np.float64]

SAMPLES = 25_000
"""Faces are cut until their edges are no longer than those of a grid of so many squares over the whole surface."""

MOST_FACES = 150_000
"""Cutting ends before it makes more faces than this, or twice as many where walls are thin."""


@dataclass(frozen=True, eq=False)
class Walls:
    """A surface cut up, and the thickness of what it encloses, up to `thickness.cap_mm`.

    The first vertices of `surface` are those of the solid, `surface.parents` names each face's original face.
    `sample_mm` is how far apart its vertices are in the mean.
    """

    surface: Refined
    thickness: Thickness
    sample_mm: float

    @cached_property
    def middles(self) -> Vectors:
        """(m, 3) middle of each face of the surface."""
        return np.asarray(self.surface.vertices[self.surface.faces].mean(axis=1))

    @cached_property
    def normals(self) -> Vectors:
        """(m, 3) outward unit normal of each face."""
        return normals_of(self.surface.vertices[self.surface.faces])[0]

    @cached_property
    def area_mm2(self) -> Scalars:
        """(m,) area of each face."""
        return normals_of(self.surface.vertices[self.surface.faces])[1]

    @cached_property
    def opposed_mm(self) -> Scalars:
        """(m,) thickness at each face, infinite where it is the cap and more."""
        wall_mm, cap_mm = self.thickness.wall_mm, self.thickness.cap_mm
        return np.where(wall_mm < cap_mm, wall_mm, np.inf)

    @cached_property
    def centres(self) -> Vectors:
        """(m, 3) centre of each face's ball: half the thickness straight in."""
        return np.asarray(self.middles - self.normals * (self.thickness.wall_mm / 2.0)[:, None])

    @cached_property
    def at_vertices_mm(self) -> Scalars:
        """(n,) thickness at each vertex of `surface`: the least of the faces round it, for a thickness map."""
        return thickness_at_vertices(self.surface.faces, self.thickness.wall_mm, len(self.surface.vertices))

    @cached_property
    def rays(self) -> InnerRays:
        """Rays that ask how far the surface is from a point inside."""
        return InnerRays(self.surface.vertices[self.surface.faces])


def measure_walls(vertices: Vectors, faces: NDArray[np.int64], cap_mm: float) -> Walls:
    """Return the walls of a solid, `vertices` (n, 3) mm and `faces` (m, 3) outward; turned inside out, its gaps.

    Thickness is looked for up to `cap_mm`. Faces are cut to an eighth of that, or to what `SAMPLES` allows; where the
    wall turns out thin, and thinner than a face is long, the face is cut further, and all is measured again.
    """
    area_mm2 = float(normals_of(vertices[faces])[1].sum())
    coarse = refine(vertices, faces, max(cap_mm / 8.0, math.sqrt(area_mm2 / SAMPLES)), MOST_FACES)
    thickness = measure_thickness(coarse.vertices, coarse.faces, cap_mm)
    thin = thickness.wall_mm < cap_mm / 3.0
    fine_mm = np.where(thin, np.maximum(thickness.wall_mm, cap_mm / 12.0), np.inf)
    fine = refine(coarse.vertices, coarse.faces, fine_mm, 2 * MOST_FACES)
    if len(fine.faces) > len(coarse.faces):
        coarse = Refined(fine.vertices, fine.faces, coarse.parents[fine.parents])
        thickness = measure_thickness(coarse.vertices, coarse.faces, cap_mm)
    return Walls(coarse, thickness, math.sqrt(2.0 * area_mm2 / len(coarse.faces)))
