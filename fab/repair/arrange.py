"""Arrange: a closed mesh that runs through itself becomes the boundary of what it encloses, moved nowhere.

Faces are cut where others meet them, and of the pieces those stay that have nothing in front and material behind: the
boundary of the points with a winding number above zero. Source: Zhou et al., "Mesh Arrangements for Solid Geometry"
(2016).
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from functools import partial

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.boxtree import build_tree
from fab.crossings import crossing_pairs, faces_above
from fab.gate import label_shells, list_edges
from fab.predicates import zero_area
from fab.repair.contacts import find_contacts, touching_pairs
from fab.repair.halfedges import is_cycle, label_patches
from fab.repair.record import Limits, Mending, Surface
from fab.repair.snap import snap
from fab.repair.subdivide import Subdivision, subdivide
from fab.repair.weld import compact, group_doubled, parity

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_NUDGES = (2e-7, 2e-6, 2e-5)  # of the diagonal, tried in turn
_PUSHES = 6


def arrange(surface: Surface, limits: Limits) -> Mending:
    """Return the surface without crossings, where it is closed: the boundary of what it winds round.

    Where edges are crowded one nudge is tried: they are parted further up, and then `arrange_again` tries all.
    """
    crowded = bool((list_edges(surface.faces).uses > 2).any())
    return _arrange(surface, limits, _NUDGES[:1] if crowded else _NUDGES)


def arrange_again(surface: Surface, limits: Limits) -> Mending:
    """Return what `arrange` returns, with every nudge tried whatever edges are left crowded."""
    return _arrange(surface, limits, _NUDGES)


def _arrange(surface: Surface, limits: Limits, nudges: tuple[float, ...]) -> Mending:
    if not is_cycle(surface.faces):
        return Mending(surface)
    pairs = crossing_pairs(*surface)
    if not len(pairs) and not zero_area(*surface).any():
        return Mending(surface)
    for nudge in nudges:
        made = cut_free(surface, pairs, nudge)
        settled = snap(made, limits, partial(cut_free, nudge=nudge)) if made else None
        if settled:
            note = f"cut {len(np.unique(pairs))} faces along their crossings and kept the outside"
            return Mending(settled, note)
    return Mending(surface)


def cut_free(surface: Surface, pairs: Indices | None = None, nudge: float = _NUDGES[0]) -> Surface | None:
    """Return the boundary of what a closed surface winds round, in float64; its faces may touch but not cross.

    `pairs` are those that cross, where they are known; `nudge`, of the diagonal, is how far faces that touch are pushed
    out, so that they plainly cross or do not. None where it is a tangle that cannot be cut.
    """
    vertices, faces = surface
    vertices, pairs = _push_apart(vertices, faces, crossing_pairs(*surface) if pairs is None else pairs, nudge)
    faces, layers, pairs = stack_doubled(faces, pairs)
    if not len(pairs) and (layers == 1).all():
        return Surface(vertices, faces)
    edges = list_edges(faces)
    made = subdivide(vertices, faces, edges, find_contacts(vertices, faces, edges, pairs))
    if made is None:
        return None
    front = front_windings(vertices, faces, layers, made)
    return compact(made.vertices, made.faces[(front <= 0) & (front + layers[made.parent] > 0)])


def stack_doubled(faces: Indices, pairs: Indices) -> tuple[Indices, Indices, Indices]:
    """Return the faces without doubles, how often each lay there net of those turned round, and the pairs among them.

    A closed surface stays closed when a face counts as often as it lay there.
    """
    group, first = group_doubled(faces)
    if first.all():
        return faces, np.ones(len(faces), np.int64), pairs
    sign = parity(faces)
    net = np.bincount(group, sign).astype(np.int64)[group]
    facing = np.flatnonzero(net * sign > 0)
    kept = np.sort(facing[np.unique(group[facing], return_index=True)[1]])
    place = np.full(len(faces), -1, np.int64)
    place[kept] = np.arange(len(kept))
    within = place[pairs]
    return faces[kept], np.abs(net[kept]), within[(within >= 0).all(axis=1)]


def _push_apart(vertices: Points, faces: Indices, pairs: Indices, nudge: float) -> tuple[Points, Indices]:
    """Return vertices in general position, and the pairs of faces that cross there.

    Corners of faces that touch move outward, every vertex by another length: walls that share a plane then overlap,
    and coplanar faces of two shells that face the same way part.
    """
    reach = nudge * float(np.linalg.norm(np.ptp(vertices, axis=0)))
    shares = 1 + _scatter(len(vertices)) + 2 * _scatter(label_shells(faces)[0])[_shell_of_vertex(faces, len(vertices))]
    outward = _normals(vertices, faces)
    for step in range(_PUSHES):
        touching = touching_pairs(vertices, faces, pairs)
        if not touching.any():
            return vertices, pairs
        moving = np.unique(faces[pairs[touching].reshape(-1)])
        vertices = vertices.copy()
        vertices[moving] += reach * 2.0**step * shares[moving, None] * outward[moving]
        among = np.asarray(np.isin(faces, moving).any(axis=1), np.bool_)
        among[pairs] = True
        pairs = crossing_pairs(vertices, faces, among)
    return vertices, pairs[~touching_pairs(vertices, faces, pairs)]


def _scatter(count: int) -> Points:
    """(count,) numbers in [0, 1) that differ and follow no pattern: multiples of the golden ratio."""
    return np.asarray(np.arange(1, count + 1) * 0.6180339887498949 % 1.0, np.float64)


def _shell_of_vertex(faces: Indices, count: int) -> Indices:
    shells = np.zeros(count, np.int64)
    shells[faces] = label_shells(faces)[1][:, None]
    return shells


def _normals(vertices: Points, faces: Indices) -> Points:
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    total = np.zeros_like(vertices)
    for k in range(3):
        np.add.at(total, faces[:, k], np.cross(b - a, c - a))
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return total / np.where(length > 0, length, 1)


def front_windings(vertices: Points, faces: Indices, layers: Indices, made: Subdivision) -> Indices:
    """(m,) int64: the winding number of the closed mesh, its faces in `layers`, just in front of each piece of them.

    Pieces that join along edges of two have one winding number; it is asked at the middle of the largest of them, by
    the faces that a ray from there goes through.
    """
    points, pieces, parent, _ = made
    _, patch = label_patches(pieces)
    a, b, c = (points[pieces[:, k]] for k in range(3))
    normals = np.cross(b - a, c - a)
    order = np.lexsort((-np.linalg.norm(normals, axis=1), patch))
    chosen = order[np.unique(patch[order], return_index=True)[1]]
    middle = points[pieces[chosen]].mean(axis=1)
    axis = np.abs(normals[chosen]).argmax(axis=1)
    ahead = np.empty(len(chosen), np.int64)
    for w in range(3):
        mine = np.flatnonzero(axis == w)
        if len(mine):
            turned = np.ascontiguousarray(np.concatenate([vertices, middle[mine]])[:, [(w + 1) % 3, (w + 2) % 3, w]])
            tree = build_tree(turned, faces)
            hits = _signed_hits(
                turned,
                faces,
                len(vertices) + np.arange(len(mine)),
                parent[chosen[mine]],
                layers,
                tree.order,
                tree.boxes,
                tree.starts,
            )
            ahead[mine] = hits - np.where(normals[chosen[mine], w] < 0, layers[parent[chosen[mine]]], 0)
    return ahead[patch]


@njit(cache=True)
def _signed_hits(
    vertices: Points,
    faces: Indices,
    starts_at: Indices,
    skip: Indices,
    layers: Indices,
    order: Indices,
    boxes: Points,
    starts: Indices,
) -> Indices:
    """(k,) int64: layers that a ray along +z leaves through, less those it enters through, without the face to skip."""
    total = np.zeros(len(starts_at), np.int64)
    for s in range(len(starts_at)):
        for f in faces_above(vertices, faces, starts_at[s], order, boxes, starts):
            if f != skip[s]:
                a, b, c = faces[f]
                area = (vertices[b, 0] - vertices[a, 0]) * (vertices[c, 1] - vertices[a, 1])
                area -= (vertices[b, 1] - vertices[a, 1]) * (vertices[c, 0] - vertices[a, 0])
                total[s] += layers[f] if area > 0 else -layers[f]
    return total
