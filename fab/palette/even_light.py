"""Colours without the light that was baked into them: a back in the shade is as bright as the front.

Log luminance is log reflectance plus log shading. Shading is taken as a smooth function of where a surface faces, nine
spherical harmonics (Ramamoorthi & Hanrahan 2001), and of how open to the sky it lies. It is fitted to the differences
between places near each other that have the same chromaticity: there reflectance differs rarely and then much, which
a robust fit leaves aside (the Retinex assumption: Land & McCann 1971; Grosse et al. 2009).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fab.export.refine import split_long_edges
from fab.export.sampling import vertex_normals
from fab.solid import Solid

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

FINEST = 64
"""Edges are split down to the longest side divided by this, so that flat faces of a few corners have enough of them."""
LIT = 85.0
"""Percentile of the shading that colours are brought to; the median is darker than what a maker means."""
GAINS = (0.6, 8.0)
"""By how much a colour may be darkened and brightened: beyond, there is nothing in the dark to bring out."""
SAME_CHROMATICITY = 0.12
"""Difference of log R/G and log B/G within which two places may be of one material."""
PLACES, NEIGHBOURS = 2500, 32
"""Places compared, and with how many each: farther apart than the faces of a rough mesh, whose normals say little."""
_ROUNDS = 25
_DARKEST = 0.004  # linear light: eight bits say nothing of ratios below
_RIDGE = 1e-6
_RAYS = 64
_LUMINANCE = np.array([0.2126729, 0.7151522, 0.0721750])


@dataclass(frozen=True, eq=False)
class Light:
    """The light that was baked into a solid's colours; asked for at points of its surface."""

    vertices: Points
    faces: Indices
    gain: Points
    _tree: object = field(repr=False)

    def taken_out(self, points: Points, linear: Points) -> Points:
        """Return linear RGB (n, 3) as it is in even light, for colours `linear` at `points` (n, 3) of the surface."""
        _, face, closest = self._tree.squared_distance(  # type: ignore[attr-defined]
            self.vertices, self.faces, np.ascontiguousarray(points)
        )
        corners = self.faces[face.astype(np.int64)]
        far = np.linalg.norm(self.vertices[corners] - np.asarray(closest)[:, None], axis=2)
        near = 1 / np.maximum(far, 1e-6)
        gain = (self.gain[corners] * near).sum(axis=1) / near.sum(axis=1)
        return np.asarray(np.clip(linear * gain[:, None], 0.0, 1.0))


def light_of(solid: Solid) -> Light:
    """Return the light baked into a coloured solid."""
    import igl

    assert solid.colour is not None
    longest = max(solid.extents_mm)
    vertices, faces = split_long_edges(solid.vertices, solid.faces, longest / FINEST)
    normals = vertex_normals(vertices, faces)
    linear = np.nan_to_num(solid.colour.at(vertices, normals)[:, :3])
    basis = np.column_stack([_harmonics(normals), _openness(solid, vertices, normals)])
    shading = basis @ _fit(vertices, linear, basis)
    gain = np.clip(np.exp(np.percentile(shading, LIT) - shading), *GAINS)
    tree = igl.AABB()
    tree.init(vertices, faces)
    return Light(vertices, faces, gain, tree)


def _harmonics(normals: Points) -> Points:
    """Return (n, 8): the spherical harmonics of first and second order, without their factors."""
    x, y, z = normals.T
    return np.column_stack([x, y, z, x * y, y * z, z * x, x * x - y * y, 3 * z * z - 1])


def _openness(solid: Solid, vertices: Points, normals: Points) -> Points:
    """Return (n,) the share of light from all around, weighted by the cosine, that reaches each vertex."""
    from fab.visible import Caster, sphere

    caster = Caster(solid.vertices, solid.faces, np.ones(len(solid.faces), np.bool_))
    origins = caster.scaled(vertices) + normals * 1e-3
    free, whole = np.zeros(len(vertices)), np.zeros(len(vertices))
    for direction in sphere(_RAYS):
        cosine = normals @ direction
        cast = np.flatnonzero(cosine > 0.05)
        whole[cast] += cosine[cast]
        free[cast] += cosine[cast] * caster.leaves(origins[cast], direction)
    return np.divide(free, whole, out=np.ones_like(free), where=whole > 0)


def _fit(vertices: Points, linear: Points, basis: Points) -> Points:
    """Return the weights (b,) of the basis by iterated least squares; differences count less the worse they fit."""
    one, other = _pairs(vertices, linear)
    luminance = np.log(np.maximum(linear @ _LUMINANCE, _DARKEST))
    steps, changes = luminance[one] - luminance[other], basis[one] - basis[other]
    weights, found = np.ones(len(steps)), np.zeros(basis.shape[1])
    for _ in range(_ROUNDS):
        normal = changes.T @ (changes * weights[:, None]) + _RIDGE * max(len(steps), 1) * np.eye(basis.shape[1])
        found = np.linalg.solve(normal, changes.T @ (steps * weights))
        misfit = np.abs(steps - changes @ found)
        spread = max(float(np.median(misfit)) if len(misfit) else 0.0, 0.01)
        weights = 1 / (1 + (misfit / (1.5 * spread)) ** 2) ** 2  # Geman & McClure
    return np.asarray(found)


def _pairs(vertices: Points, linear: Points) -> tuple[Indices, Indices]:
    """Return places near each other, of one chromaticity and neither too dark to have one."""
    from scipy.spatial import cKDTree

    told = np.random.default_rng(0).permutation(np.flatnonzero(linear.min(axis=1) > _DARKEST))[:PLACES]
    if len(told) <= NEIGHBOURS:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    _, near = cKDTree(vertices[told]).query(vertices[told], NEIGHBOURS)
    one, other = np.repeat(told, NEIGHBOURS), told[near].reshape(-1)
    ratio = np.log(linear[:, [0, 2]].clip(_DARKEST) / linear[:, [1]].clip(_DARKEST))
    alike = np.abs(ratio[one] - ratio[other]).max(axis=1) < SAME_CHROMATICITY
    return one[alike], other[alike]
