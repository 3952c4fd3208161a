"""Arrange: a closed mesh that runs through itself becomes the boundary of what it encloses, moved nowhere.

Faces are cut where others meet them, and of the pieces those stay that have nothing in front and material behind: the
boundary of the points with a winding number above zero. Source: Zhou et al., "Mesh Arrangements for Solid Geometry"
(2016).
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.boxtree import build_tree
from fab.crossings import crossing_pairs, faces_above
from fab.gate import label_shells, list_edges
from fab.halfedges import is_cycle, label_patches
from fab.predicates import zero_area
from fab.repair.contacts import find_contacts, touching_pairs
from fab.repair.deviation import compare, distances
from fab.repair.inside_out import find_thick, set_beside, tell_lost
from fab.repair.outward import vertex_normals
from fab.repair.overlaps import join
from fab.repair.record import Limits, Mending, Surface
from fab.repair.snap import snap
from fab.repair.subdivide import Subdivision, subdivide
from fab.repair.weld import compact, net_faces

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_PUSHES = 6


class Try(NamedTuple):
    """A way to cut: `nudge`, of the diagonal, parts faces that touch; `merge` and `stray` are lengths over `detail_mm`.

    Points nearer than `merge` become one from the first, and spots cut anew may move as far as `stray`.
    """

    nudge: float
    merge: float = 0.0
    stray: float = 1.0


_TRIES = (Try(2e-7), Try(2e-6, merge=0.5), Try(2e-5), *(Try(nudge, stray=np.inf) for nudge in (2e-7, 2e-6, 2e-5)))


def arrange(surface: Surface, limits: Limits) -> Mending:
    """Return the surface without crossings, where it is closed: the boundary of what it winds round.

    Where edges are crowded one way is tried: they are parted further up, and then `arrange_again` tries all.
    """
    crowded = bool((list_edges(surface.faces).uses > 2).any())
    return _arrange(surface, limits, _TRIES[:1] if crowded else _TRIES)


def arrange_again(surface: Surface, limits: Limits) -> Mending:
    """Return what `arrange` returns, with every way tried whatever edges are left crowded."""
    return _arrange(surface, limits, _TRIES)


def _arrange(surface: Surface, limits: Limits, tries: tuple[Try, ...]) -> Mending:
    if not is_cycle(surface.faces):
        return Mending(surface)
    pairs = crossing_pairs(*surface)
    if not len(pairs) and not zero_area(*surface).any():
        return Mending(surface)
    cuts: dict[float, Cut | None] = {}
    for way in tries:
        if way.nudge not in cuts:
            cuts[way.nudge] = cut(surface, pairs, way.nudge)
        made = cuts[way.nudge]
        found = _settle(made, way, limits) if made else None
        if found:
            count = len(np.unique(pairs))
            return found._replace(note=f"cut {count} faces along their crossings and kept the outside{found.note}")
    return Mending(surface)


class Cut(NamedTuple):
    """A closed surface cut free, in float64: faces of `kept` may touch but not cross.

    `kept` bounds what has a winding number above zero, `pockets` what has one below, their faces turned outward;
    `as_given` (k, 3, 3) float64 are the corners of the pockets' faces where the input has them, before any nudge.
    """

    kept: Surface
    pockets: Surface
    as_given: Points


def _settle(made: Cut, way: Try, limits: Limits) -> Mending | None:
    """Return a cut surface as a solid with float32 values, with its pockets if they can be kept, or None."""
    settle = partial(snap, limits=limits, cut_free=partial(cut_free, nudge=way.nudge), merge=way.merge, stray=way.stray)
    is_thick = find_thick(made.pockets, limits)
    thick = compact(made.pockets.vertices, made.pockets.faces[is_thick])
    if is_thick.any() and way is _TRIES[0]:
        both = settle(set_beside(made.kept, thick, limits.gap_mm))
        if both:
            said = f" with {label_shells(thick.faces)[0]} pockets that were inside out"
            return Mending(both, said, removed=_listed([_loose(made.as_given[~is_thick])]))
    settled = settle(made.kept)
    if settled is None:
        return None
    gone = [_loose(made.as_given), _strayed(made.kept, settled, way, limits)]
    return Mending(settled, removed=_listed(gone), findings=tell_lost(thick, limits))


def _loose(corners: Points) -> Surface:
    """Return triangles (k, 3, 3) as a surface of their own."""
    return Surface(corners.reshape(-1, 3), np.arange(3 * len(corners)).reshape(-1, 3))


def _listed(surfaces: list[Surface]) -> Surface | None:
    """Return what there is of the surfaces as one, or None."""
    filled = [surface for surface in surfaces if len(surface.faces)]
    return join(filled) if filled else None


def _strayed(before: Surface, after: Surface, way: Try, limits: Limits) -> Surface:
    """Return the faces that lie off the surface that they became, where spots cut anew may move far."""
    if np.isfinite(way.stray):
        return Surface.empty()
    gone = before.faces[compare(before, after).gone]
    far = distances(before.vertices[gone].mean(axis=1), after) > limits.detail_mm
    return compact(before.vertices, gone[far])


def cut_free(surface: Surface, pairs: Indices | None = None, nudge: float = _TRIES[0].nudge) -> Surface | None:
    """Return the boundary of what a closed surface winds round, as `cut` does."""
    made = cut(surface, pairs, nudge)
    return made.kept if made else None


def cut(surface: Surface, pairs: Indices | None = None, nudge: float = _TRIES[0].nudge) -> Cut | None:
    """Return the boundary of what a closed surface winds round, in float64; its faces may touch but not cross.

    `pairs` are those that cross, where they are known; `nudge`, of the diagonal, is how far faces that touch are pushed
    out, so that they plainly cross or do not. None where it is a tangle that cannot be cut.
    """
    vertices, faces = surface
    vertices, pairs = _push_apart(vertices, faces, crossing_pairs(*surface) if pairs is None else pairs, nudge)
    faces, layers, pairs = stack_doubled(faces, pairs)
    if not len(pairs) and (layers == 1).all():
        return Cut(Surface(vertices, faces), Surface.empty(), np.zeros((0, 3, 3)))
    edges = list_edges(faces)
    made = subdivide(vertices, faces, edges, find_contacts(vertices, faces, edges, pairs))
    if made is None:
        return None
    front = front_windings(vertices, faces, layers, made)
    back = front + layers[made.parent]
    kept = made.faces[(front <= 0) & (back > 0)]
    inverted = np.flatnonzero((front < 0) & (back == 0))
    pockets, parents = made.faces[inverted][:, ::-1], faces[made.parent[inverted]]
    as_given = _carry(made.vertices[pockets], vertices[parents], surface.vertices[parents])
    return Cut(compact(made.vertices, kept), compact(made.vertices, pockets), as_given)


def _carry(points: Points, before: Points, after: Points) -> Points:
    """(k, 3, 3): points (k, 3, 3) in the planes of triangles `before` (k, 3, 3) where triangles `after` have them."""
    u, v = before[:, 1] - before[:, 0], before[:, 2] - before[:, 0]
    normal = np.cross(u, v)
    size = (normal**2).sum(axis=1)[:, None]
    out = points - before[:, :1]
    along = (np.cross(out, v[:, None]) * normal[:, None]).sum(axis=2) / np.where(size > 0, size, 1)
    across = (np.cross(u[:, None], out) * normal[:, None]).sum(axis=2) / np.where(size > 0, size, 1)
    first, second, third = (after[:, None, k] for k in range(3))
    return first + along[..., None] * (second - first) + across[..., None] * (third - first)


def stack_doubled(faces: Indices, pairs: Indices) -> tuple[Indices, Indices, Indices]:
    """Return the faces without doubles, how often each lay there net of those turned round, and the pairs among them.

    A closed surface stays closed when a face counts as often as it lay there.
    """
    kept, layers = net_faces(faces)
    if len(kept) == len(faces):
        return faces, layers, pairs
    place = np.full(len(faces), -1, np.int64)
    place[kept] = np.arange(len(kept))
    within = place[pairs]
    return faces[kept], layers, within[(within >= 0).all(axis=1)]


def _push_apart(vertices: Points, faces: Indices, pairs: Indices, nudge: float) -> tuple[Points, Indices]:
    """Return vertices in general position, and the pairs of faces that cross there.

    Corners of faces that touch move outward, every vertex by another length: walls that share a plane then overlap,
    and coplanar faces of two shells that face the same way part.
    """
    reach = nudge * float(np.linalg.norm(np.ptp(vertices, axis=0)))
    shares = 1 + _scatter(len(vertices)) + 2 * _scatter(label_shells(faces)[0])[_shell_of_vertex(faces, len(vertices))]
    outward = vertex_normals(vertices, faces)
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
