"""Which sides of a mesh's faces can be seen from outside: inner skins, floors under a floor and linings cannot."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DIRECTIONS = 64
"""Directions tried for each face before it counts as hidden; the judge of a repair uses as many."""
BOTH_SIDES = 12
"""Directions tried for the second side of a face whose first side is seen: only open sheets show two."""
LARGE = 8.0
"""Times the median area beyond which a face is asked at more than its centre; where faces are `FEW`, all are."""
FEW = 10_000
_LIFT = 2e-5  # of the mesh's half diagonal, so that a ray does not hit the face it starts on
_STEEPEST_COS = 0.05  # rays that graze a face say little about it


def visible_sides(vertices: NDArray[np.float64], faces: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return (m, 2) bool: whether the front (where the normal points) and the back of each face can be seen.

    A side is seen when one ray from the face's centre leaves the mesh unhindered; a large hidden face is asked at three
    more points. Faces without area or with a vertex
    that is no number are never seen. Embree casts the rays; the directions are a Fibonacci sphere, the same each time.
    """
    corners = vertices[faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normals, axis=1)
    sound = np.isfinite(length) & (length > 0) & np.isfinite(corners).all(axis=(1, 2))
    seen = np.zeros((len(faces), 2), np.bool_)
    if not sound.any():
        return seen
    caster = Caster(vertices, faces, sound)
    normals[sound] /= length[sound, None]
    _look(caster, normals, caster.scaled(corners.mean(axis=1)), sound, seen)
    large = sound & ((length > LARGE * np.median(length[sound])) | (len(faces) <= FEW))
    for weights in np.full((3, 3), 1 / 6) + np.eye(3) / 2:
        hidden = large & ~seen.any(axis=1)
        if hidden.any():
            _look(caster, normals, caster.scaled(np.einsum("c,mck->mk", weights, corners)), hidden, seen)
    return seen


def _look(
    caster: Caster,
    normals: NDArray[np.float64],
    points: NDArray[np.float64],
    asked: NDArray[np.bool_],
    seen: NDArray[np.bool_],
) -> None:
    """Mark in `seen` which sides of the asked faces can be seen at one point of each."""
    rows = np.arange(len(normals))
    for number, direction in enumerate(sphere(DIRECTIONS)):
        cosine = normals @ direction
        side = (cosine < 0).astype(np.int64)
        wanted = ~seen[rows, side] if number < BOTH_SIDES else ~seen.any(axis=1)
        cast = np.flatnonzero(asked & wanted & (np.abs(cosine) > _STEEPEST_COS))
        if len(cast):
            lift = normals[cast] * np.where(side[cast] == 0, _LIFT, -_LIFT)[:, None]
            free = caster.leaves(points[cast] + lift, direction)
            seen[cast[free], side[cast[free]]] = True


def sphere(count: int) -> NDArray[np.float64]:
    """Return (count, 3) unit vectors spread evenly, in an order that covers the sphere early."""
    k = np.arange(count) + 0.5
    polar, turn = np.arccos(1 - 2 * k / count), np.pi * (1 + 5**0.5) * k
    points = np.stack([np.cos(turn) * np.sin(polar), np.sin(turn) * np.sin(polar), np.cos(polar)], axis=1)
    order = np.argsort((np.arange(count) * (5**0.5 - 1) / 2) % 1.0, kind="stable")
    return np.asarray(points[order])


class Caster:
    """Embree over the sound faces, moved and scaled into the unit ball because it computes in float32."""

    def __init__(self, vertices: NDArray[np.float64], faces: NDArray[np.int64], sound: NDArray[np.bool_]) -> None:
        from embreex import rtcore_scene
        from embreex.mesh_construction import TriangleMesh

        used, inverse = np.unique(faces[sound], return_inverse=True)
        low, high = vertices[used].min(axis=0), vertices[used].max(axis=0)
        self.centre, self.radius = (low + high) / 2, float(np.linalg.norm(high - low)) / 2
        self.scene = rtcore_scene.EmbreeScene(robust=True)
        points = np.ascontiguousarray(self.scaled(vertices[used]), np.float32)
        TriangleMesh(scene=self.scene, vertices=points, indices=np.ascontiguousarray(inverse.reshape(-1, 3), np.int32))

    def scaled(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((points - self.centre) / self.radius)

    def leaves(self, origins: NDArray[np.float64], direction: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return whether each ray from `origins` (n, 3) along `direction` hits nothing."""
        rays = np.ascontiguousarray(origins, np.float32)
        along = np.ascontiguousarray(np.broadcast_to(direction, rays.shape), np.float32)
        return np.asarray(self.scene.run(rays, along, query="OCCLUDED") < 0)
