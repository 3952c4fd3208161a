"""How far a repair moved the surface that can be seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.repair.record import Surface

Points = NDArray[np.float64]

_SAMPLES = 20_000
_DIRECTIONS = 48


def largest_deviation(given: Surface, made: Surface) -> float:
    """Return the largest distance between the visible parts of two surfaces, both ways, over sampled points.

    Points lie on vertices (of large meshes, an even choice of them) and spread over the faces by area. Visible is what
    some of 48 directions leaves without meeting the same surface again.
    """
    return max(_farthest(given, made), _farthest(made, given))


def _farthest(surface: Surface, other: Surface) -> float:
    import igl

    points = visible_points(surface)
    if not len(points):
        return 0.0
    squared, _, _ = igl.point_mesh_squared_distance(points, other.vertices, other.faces)
    return float(np.sqrt(squared.max()))


def visible_points(surface: Surface) -> Points:
    """(n, 3): sampled points of the surface that can be seen from outside."""
    from trimesh.ray.ray_pyembree import RayMeshIntersector

    points = _sample(surface)
    scene = RayMeshIntersector(_as_trimesh(surface))
    reach = 1e-4 * float(np.linalg.norm(np.ptp(surface.vertices, axis=0)))
    hidden = np.arange(len(points))
    for direction in _directions():
        blocked = scene.intersects_any(points[hidden] + reach * direction, np.tile(direction, (len(hidden), 1)))
        hidden = hidden[blocked]
        if not len(hidden):
            break
    seen = np.ones(len(points), np.bool_)
    seen[hidden] = False
    return points[seen]


def _sample(surface: Surface) -> Points:
    corners = surface.vertices[surface.faces]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    generator = np.random.default_rng(0)
    face = np.searchsorted(np.cumsum(area), generator.random(_SAMPLES) * area.sum()).clip(max=len(area) - 1)
    u, v = generator.random((2, _SAMPLES))
    u, v = np.where(u + v > 1, 1 - u, u), np.where(u + v > 1, 1 - v, v)
    a, b, c = (corners[face, k] for k in range(3))
    spread = a + u[:, None] * (b - a) + v[:, None] * (c - a)
    stride = max(1, len(surface.vertices) // _SAMPLES)
    return np.concatenate([spread, surface.vertices[::stride]])


def _directions() -> Points:
    """(48, 3): unit vectors along a Fibonacci spiral."""
    k = np.arange(_DIRECTIONS) + 0.5
    polar, turn = np.arccos(1 - 2 * k / _DIRECTIONS), np.pi * (1 + 5**0.5) * k
    return np.stack([np.cos(turn) * np.sin(polar), np.sin(turn) * np.sin(polar), np.cos(polar)], axis=1)


def _as_trimesh(surface: Surface):  # type: ignore[no-untyped-def]
    import trimesh

    return trimesh.Trimesh(surface.vertices, surface.faces, process=False, validate=False)
