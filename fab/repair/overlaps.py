"""Overlaps: closed shells that run through one another become one, with Manifold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fab.crossings import crossing_pairs
from fab.gate import find_defects, label_shells, merge_float32, shell_volumes
from fab.halfedges import find_twins, split_fans
from fab.repair.degenerate import flip_needles
from fab.repair.patch import recut_crossings
from fab.repair.record import Limits, Mending, Surface
from fab.repair.weld import compact
from fab.repair.winding import containment

if TYPE_CHECKING:
    from manifold3d import Manifold

Indices = NDArray[np.int64]

_TOLERANCES = (0.0, 0.05, 0.25, 1.0)  # of `detail_mm`, tried in turn until rounding leaves no crossing


def unite_overlaps(surface: Surface, limits: Limits) -> Mending:
    """Return the surface with every group of overlapping shells united; shells that cross nothing stay as they are.

    A cavity belongs to the shell it lies in, so uniting does not fill it, except where another body reaches in.
    """
    count, labels = label_shells(surface.faces)
    closed = np.bincount(labels, (find_twins(surface.faces) < 0).reshape(-1, 3).any(axis=1), count) == 0
    pairs = crossing_pairs(surface.vertices, surface.faces)
    pairs = pairs[closed[labels[pairs]].all(axis=1)]
    if not len(pairs):
        return Mending(surface)
    groups = _group_shells(surface, labels, closed, pairs)
    done, kept, made = 0, np.ones(len(surface.faces), np.bool_), []
    for bodies in groups:
        united = _unite(surface, labels, bodies, limits)
        if united is not None:
            kept &= ~np.isin(labels, np.concatenate(bodies))
            made.append(united)
            done += sum(len(body) for body in bodies)
    return (
        Mending(join([compact(surface.vertices, surface.faces[kept]), *made]), f"united {done} shells")
        if made
        else Mending(surface)
    )


def join(surfaces: list[Surface]) -> Surface:
    """Return the surfaces in one, merged at float32."""
    offsets = np.cumsum([0] + [len(s.vertices) for s in surfaces])
    faces = np.concatenate([s.faces + offset for s, offset in zip(surfaces, offsets, strict=False)])
    return Surface(*merge_float32(np.concatenate([s.vertices for s in surfaces]), faces))


def _group_shells(surface: Surface, labels: Indices, closed: NDArray[np.bool_], pairs: Indices) -> list[list[Indices]]:
    """Return groups of bodies that overlap; a body is the shells of one outer surface and its cavities."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    count = len(closed)
    inside = containment(surface, labels, count, closed)
    outward = shell_volumes(surface.vertices, surface.faces, labels, count) > 0
    owner = np.arange(count)
    for shell in np.flatnonzero(closed & ~outward):
        around = np.flatnonzero(inside[shell] & outward)
        if len(around):
            owner[shell] = max(around, key=lambda s: (int(inside[s].sum()), -int(s)))
    links = np.concatenate([owner[labels[pairs]], np.stack([owner, owner], axis=1)])
    graph = coo_matrix((np.ones(len(links), np.int8), (links[:, 0], links[:, 1])), shape=(count, count))
    group = connected_components(graph, directed=False)[1]
    crossing = np.unique(group[owner[labels[pairs.reshape(-1)]]])
    return [[np.flatnonzero(owner == o) for o in np.unique(owner[group[owner] == g])] for g in crossing]


def _unite(surface: Surface, labels: Indices, bodies: list[Indices], limits: Limits) -> Surface | None:
    """Return the union of the bodies if some tolerance makes it a solid after rounding."""
    from manifold3d import Error, Manifold, OpType

    parts = [to_manifold(compact(surface.vertices, surface.faces[np.isin(labels, body)])) for body in bodies]
    if any(part.status() != Error.NoError for part in parts):
        return None
    united = Manifold.batch_boolean(parts, OpType.Add)
    made = settle(united, limits) if united.status() == Error.NoError and not united.is_empty() else None
    return made if made is not None and _reaches(made, parts, 10 * limits.detail_mm) else None


def _reaches(made: Surface, parts: list[Manifold], slack: float) -> bool:
    """Whether a union is as large as its parts: shells that cross themselves can make a boolean lose whole bodies."""
    boxes = np.array([part.bounding_box() for part in parts])
    low, high = boxes[:, :3].min(axis=0), boxes[:, 3:].max(axis=0)
    short = np.maximum(made.vertices.min(axis=0) - low, high - made.vertices.max(axis=0))
    return bool((short <= slack).all())


def to_manifold(surface: Surface) -> Manifold:
    """Return the closed surface as a Manifold; vertices where fans meet are split, as it wants them."""
    from manifold3d import Manifold, Mesh64

    vertices, faces = split_fans(surface.vertices, surface.faces, find_twins(surface.faces))
    return Manifold(Mesh64(np.ascontiguousarray(vertices), np.ascontiguousarray(faces, dtype=np.uint64)))


def surface_of(shape: Manifold) -> Surface:
    """Return a Manifold's mesh, not rounded."""
    mesh = shape.to_mesh64()
    return Surface(np.asarray(mesh.vert_properties)[:, :3], np.asarray(mesh.tri_verts, np.int64))


def settle(shape: Manifold, limits: Limits) -> Surface | None:
    """Return the shape rounded to float32 as a solid, simplified no more than it takes, or None.

    Rounding moves vertices by up to half a unit in the last place, enough to turn over the slivers that a boolean
    leaves; simplification by a tolerance far under the printer's detail removes them.
    """
    for share in _TOLERANCES:
        exact = surface_of(shape.simplify(share * limits.detail_mm) if share else shape)
        surface = flip_needles(Surface(*merge_float32(*exact)), limits).surface
        if not len(surface.faces):
            return None
        if find_defects(*surface).none:
            return surface
        surface = recut_crossings(surface, limits).surface
        if find_defects(*surface).none:
            return surface
    return None
