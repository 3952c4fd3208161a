"""How far a repair moved the surface that can be seen, and whether it lost some of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fab.gate import label_shells, unique_rows
from fab.latest import Latest
from fab.repair.record import Surface

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_SAMPLES = 20_000
_FEW = 4_000
_DIRECTIONS = 48
_LOST_SHARE = 0.01  # of the visible points: more than that is no crease that was smoothed
_LEAST_POINTS = 3  # by which a part must have been seen before it can be missed


def largest_deviation(
    given: Surface, made: Surface, added: NDArray[np.bool_] | None = None, removed: Surface | None = None
) -> float:
    """Return the largest distance between the visible parts of two surfaces, both ways, over sampled points.

    Points lie on vertices (of large meshes, an even choice of them) and spread over the faces by area. Visible is what
    some of 48 directions leaves without meeting the same surface again. Faces of `made` that are `added` (m,) and
    places of `given` that lie on `removed` do not count.
    """
    there, back = visible_points(given), visible_points(made)
    if added is not None and added.any():
        back = back.where(~added[back.faces])
    if removed is not None and len(removed.faces):
        reach = 1e-5 * float(np.ptp(given.vertices, axis=0).max())
        there = there.where(distances(there.places, removed) > reach)
    return max(farthest(there.places, made), farthest(back.places, given))


def distances(points: Points, surface: Surface) -> Points:
    """(n,) float64: distance of each point to the nearest place of the surface."""
    import igl

    if not len(points) or not len(surface.faces):
        return np.full(len(points), np.inf)
    squared, _, _ = igl.point_mesh_squared_distance(np.ascontiguousarray(points), surface.vertices, surface.faces)
    return np.asarray(np.sqrt(squared), np.float64)


def farthest(points: Points, surface: Surface) -> float:
    """Return the largest distance of the points to the surface, 0 of none."""
    return float(distances(points, surface).max(initial=0.0))


class Samples(NamedTuple):
    """Points (n, 3) on a surface, and the face (n,) each lies on."""

    places: Points
    faces: Indices

    def where(self, chosen: NDArray[np.bool_]) -> Samples:
        """Return the chosen ones."""
        return Samples(self.places[chosen], self.faces[chosen])


def visible_points(surface: Surface, count: int = _SAMPLES) -> Samples:
    """Return sampled points of the surface that can be seen from outside, on vertices and spread over the faces."""
    samples = _sample(surface, count)
    return samples.where(_can_be_seen(surface, samples.places))


def _can_be_seen(surface: Surface, places: Points) -> NDArray[np.bool_]:
    """(n,) bool: the places on a surface from which some direction leads out without meeting it again."""
    from trimesh.ray.ray_pyembree import RayMeshIntersector

    scene = RayMeshIntersector(_as_trimesh(surface))
    reach = 1e-4 * float(np.linalg.norm(np.ptp(surface.vertices, axis=0)))
    hidden = np.arange(len(places))
    for direction in _directions():
        blocked = scene.intersects_any(places[hidden] + reach * direction, np.tile(direction, (len(hidden), 1)))
        hidden = hidden[blocked]
        if not len(hidden):
            break
    seen = np.ones(len(places), np.bool_)
    seen[hidden] = False
    return seen


def _sample(surface: Surface, count: int) -> Samples:
    corners = surface.vertices[surface.faces]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    generator = np.random.default_rng(0)
    face = np.searchsorted(np.cumsum(area), generator.random(count) * area.sum()).clip(max=len(area) - 1)
    u, v = generator.random((2, count))
    u, v = np.where(u + v > 1, 1 - u, u), np.where(u + v > 1, 1 - v, v)
    a, b, c = (corners[face, k] for k in range(3))
    spread = a + u[:, None] * (b - a) + v[:, None] * (c - a)
    half = np.arange(0, 3 * len(surface.faces), max(1, 3 * len(surface.faces) // count))
    places = np.concatenate([spread, corners.reshape(-1, 3)[half]])
    return Samples(places, np.concatenate([face, half // 3]))


def _directions() -> Points:
    """(48, 3): unit vectors along a Fibonacci spiral."""
    k = np.arange(_DIRECTIONS) + 0.5
    polar, turn = np.arccos(1 - 2 * k / _DIRECTIONS), np.pi * (1 + 5**0.5) * k
    return np.stack([np.cos(turn) * np.sin(polar), np.sin(turn) * np.sin(polar), np.cos(polar)], axis=1)


def _as_trimesh(surface: Surface):  # type: ignore[no-untyped-def]
    import trimesh

    return trimesh.Trimesh(surface.vertices, surface.faces, process=False, validate=False)


class Loss(NamedTuple):
    """What of a visible surface another one lacks: its share, how many parts are missing whole, and where."""

    share: float
    parts: int
    place: Points | None

    @property
    def matters(self) -> bool:
        """Whether that is more than a crease or a speck."""
        return self.share > _LOST_SHARE or self.parts > 0


def find_loss(before: Surface, after: Surface, reach: float, removed: Surface | None = None) -> Loss:
    """Return what can be seen of `before` and lies farther than `reach` from `after`, `removed` aside.

    A part is what hangs together by edges; it is missing when all its visible points are.
    """
    samples, change = _sample(before, _FEW), compare(before, after)
    gone = change.gone[samples.faces]
    gone[gone] = distances(samples.places[gone], Surface(after.vertices, after.faces[change.new])) > reach
    if not gone.any():
        return Loss(0.0, 0, None)
    in_sight = _can_be_seen(before, samples.places)
    samples, gone = samples.where(in_sight), gone[in_sight]
    gone[gone] = distances(samples.places[gone], after) > reach
    if removed is not None and len(removed.faces) and gone.any():
        gone[gone] = distances(samples.places[gone], removed) > 1e-2 * reach
    if not gone.any():
        return Loss(0.0, 0, None)
    count, labels = label_shells(before.faces)
    part = labels[samples.faces]
    seen, lost = np.bincount(part, minlength=count), np.bincount(part[gone], minlength=count)
    missing = (seen >= _LEAST_POINTS) & (lost == seen)
    return Loss(float(gone.mean()), int(missing.sum()), samples.places[gone].mean(axis=0))


def moved_by(before: Surface, after: Surface, added: Surface | None = None) -> float:
    """Return how far the vertices and faces of `after` that `before` lacks lie from it, `added` aside."""
    change = compare(before, after)
    edge_middles = (after.vertices[after.faces] + after.vertices[np.roll(after.faces, 1, axis=1)]) / 2
    loose = change.fresh[after.faces].any(axis=1)
    points = np.concatenate([after.vertices[change.fresh], edge_middles[loose].reshape(-1, 3)])
    still = 1e-6 * float(np.ptp(before.vertices, axis=0).max())
    if added is not None and len(added.faces) and len(points):
        points = points[distances(points, added) > still]
    far = distances(points, Surface(before.vertices, before.faces[change.gone]))
    if (far > still).any():  # what lies on none of the faces that went may lie on one that stayed
        far[far > still] = distances(points[far > still], before)
    return float(far.max(initial=0.0))


class Change(NamedTuple):
    """Between two surfaces: the `gone` (m,) faces of the first, and `new` (k,) faces and `fresh` (n,) vertices."""

    gone: NDArray[np.bool_]
    new: NDArray[np.bool_]
    fresh: NDArray[np.bool_]


def compare(before: Surface, after: Surface) -> Change:
    """Return which faces of `before` are not in `after`, and which faces and vertices of `after` not in `before`."""
    return _LATEST(*before, *after)


def _compare(vertices: Points, faces: Indices, others: Points, other_faces: Indices) -> Change:
    first, place = unique_rows(np.concatenate([vertices, others]))
    both = place[np.concatenate([faces, other_faces + len(vertices)])]
    _, number = unique_rows(np.sort(both, axis=1).astype(np.float64))
    mine, theirs = np.split(number, [len(faces)])
    known = np.zeros((2, len(both)), np.bool_)
    known[0, mine] = known[1, theirs] = True
    return Change(~known[1, mine], ~known[0, theirs], first[place[len(vertices) :]] >= len(vertices))


_LATEST = Latest(_compare)
