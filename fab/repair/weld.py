"""Weld: drop what is no face, merge what is one place, and sew rims that lie closer than the eye can see."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fab.errors import EmptyModel
from fab.gate import label_shells, list_edges, merge_float32
from fab.halves import first_equal
from fab.repair.halfedges import is_cycle
from fab.repair.record import Limits, Mending, Surface

Indices = NDArray[np.int64]

_REACHES = (1 / 64, 1 / 16, 1 / 4, 1.0)  # of `weld_mm`


def read_arrays(vertices: ArrayLike, faces: ArrayLike) -> Mending:
    """Return the usable part of raw arrays, merged at float32, without faces that have no three corners.

    Raises EmptyModel when nothing is left, or when all of it lies in one plane.
    """
    points = np.asarray(vertices, np.float64).reshape(-1, 3)
    corners = np.asarray(faces, np.int64).reshape(-1, 3)
    named = np.asarray(((corners >= 0) & (corners < len(points))).all(axis=1), np.bool_)
    with np.errstate(over="ignore"):
        finite = np.asarray(np.isfinite(points.astype(np.float32)).all(axis=1), np.bool_)
    usable = np.flatnonzero(named)
    usable = usable[finite[corners[usable]].all(axis=1)]
    surface = drop_pointed(Surface(*merge_float32(points, corners[usable])))
    _check_extent(surface, len(corners))
    lost = len(corners) - len(usable)
    return Mending(surface, f"dropped {lost} faces with missing or non-finite corners" if lost else "")


def _check_extent(surface: Surface, given: int) -> None:
    if len(surface.faces) == 0:
        raise EmptyModel(f"no surface: none of {given} faces has three different corners")
    if len(surface.faces) < 4 or np.linalg.matrix_rank(surface.vertices - surface.vertices[0]) < 3:
        raise EmptyModel(f"flat: all {len(surface.faces)} faces lie in one plane and bound no volume")


def drop_pointed(surface: Surface) -> Surface:
    """Return the surface without faces two corners of which are one vertex, nor vertices that nothing uses."""
    faces = surface.faces
    three = (faces != np.roll(faces, 1, axis=1)).all(axis=1)
    return compact(surface.vertices, faces[three])


def compact(vertices: NDArray[np.float64], faces: Indices) -> Surface:
    """Return the surface without vertices that no face uses; the others keep their order."""
    used = np.zeros(len(vertices), np.bool_)
    used[faces] = True
    return Surface(vertices[used], (np.cumsum(used) - 1)[faces].astype(np.int64))


def drop_doubled(surface: Surface, limits: Limits) -> Mending:
    """Return the surface without coincident faces.

    Of faces that lie on one another the same way round, one stays. Two that face opposite ways are a wall without
    thickness: both go where the rest closes without them, else one stays as the only skin there. Where that would open
    a closed surface, only faces that cancel go.
    """
    group, first = group_doubled(surface.faces)
    if first.all():
        return Mending(surface)
    doubled = np.bincount(group)[group] > 1
    kept = ~doubled | (first & ~_wall_faces(surface.faces, group, doubled))
    made = compact(surface.vertices, surface.faces[kept])
    if is_cycle(surface.faces) and not is_cycle(made.faces):
        closed = cancel_doubled(surface)
        if len(closed.faces) > len(made.faces) / 2:  # else each face is there for either side, as games want it
            made = closed
    lost = len(surface.faces) - len(made.faces)
    return Mending(made, f"dropped {lost} faces that lay on others" if lost else "")


def group_doubled(faces: Indices) -> tuple[Indices, NDArray[np.bool_]]:
    """Return the first face with the same corners for each face, and whether it is that itself."""
    group = first_equal(np.sort(faces, axis=1).astype(np.float64))  # exact below 2**53
    return group, group == np.arange(len(faces))


def cancel_doubled(surface: Surface) -> Surface:
    """Return the surface without pairs of faces that lie on one another and face opposite ways."""
    group, first = group_doubled(surface.faces)
    if first.all():
        return surface
    turn = parity(surface.faces)
    net = np.bincount(group, turn).astype(np.int64)
    side = 2 * group + (turn > 0)
    order = np.argsort(side, kind="stable")
    starts = np.flatnonzero(np.diff(side[order], prepend=-1))
    rank = np.empty(len(group), np.int64)
    rank[order] = np.arange(len(group)) - np.repeat(starts, np.diff(starts, append=len(group)))
    kept = rank < turn * net[group]
    return surface if kept.all() else compact(surface.vertices, surface.faces[kept])


def _wall_faces(faces: Indices, group: Indices, doubled: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(m,) bool: the doubled faces in patches without which the rest of the mesh has no rim."""
    walls = np.zeros(len(faces), np.bool_)
    members = np.flatnonzero(doubled)
    facing = np.bincount(group[members], parity(faces[members]), int(group.max()) + 1)
    members = members[facing[group[members]] == 0]
    if not len(members):
        return walls
    count, patch = label_shells(faces[members])
    rest = np.ones(len(faces), np.bool_)
    rest[members] = False
    edges = list_edges(faces)
    others = np.bincount(edges.of_half, np.repeat(rest, 3), len(edges.corners))
    mine = edges.of_half.reshape(-1, 3)[members]
    held = np.bincount(np.repeat(patch, 3), (others[mine] >= 2).reshape(-1), count) > 0
    torn = np.bincount(np.repeat(patch, 3), (others[mine] % 2 == 1).reshape(-1), count) > 0
    walls[members] = (held & ~torn)[patch]
    return walls


def parity(faces: Indices) -> Indices:
    """(m,) int64: +1 or -1, whether a face runs its sorted corners as a rotation or a reflection."""
    a, b, c = faces.T
    return np.where(((a < b) & (b < c)) | ((b < c) & (c < a)) | ((c < a) & (a < b)), 1, -1).astype(np.int64)


def sew_rims(surface: Surface, limits: Limits) -> Mending:
    """Return the surface with rim vertices closer than `weld_mm` made one, where that leaves fewer open edges.

    The nearest are sewn first: reach grows in steps, and what a small one has closed has no rim for the next. Only
    vertices of open edges move, and none over more than a third of its shortest edge. So the two sheets of a thin wall
    are not pressed together, even where no edge of one face is joined to another yet.
    """
    given = rims = int((list_edges(surface.faces).uses == 1).sum())
    for share in _REACHES:
        if not rims:
            break
        edges = list_edges(surface.faces)
        rim = np.unique(edges.corners[edges.uses == 1])
        target = _nearest_rims(surface, rim, share * limits.weld_mm)
        sewn = drop_pointed(Surface(surface.vertices, target[surface.faces]))
        left = int((list_edges(sewn.faces).uses == 1).sum())
        if left < rims:
            surface, rims = sewn, left
    return Mending(surface, f"sewed {given - rims} open edges" if rims < given else "")


def _nearest_rims(surface: Surface, rim: Indices, reach: float) -> Indices:
    """(n,) int64: for each vertex the lowest of the rim vertices it is to become."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    points = surface.vertices[rim]
    shortest = shortest_edges(surface.vertices, surface.faces)
    pairs = cKDTree(points).query_pairs(reach, output_type="ndarray")
    apart = np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1)
    pairs = pairs[apart < shortest[rim[pairs]].min(axis=1) / 3]
    links = coo_matrix((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(len(rim), len(rim)))
    labels = connected_components(links, directed=False)[1]
    _, first = np.unique(labels, return_index=True)
    target = np.arange(len(surface.vertices))
    target[rim] = rim[first[labels]]
    return target


def shortest_edges(vertices: NDArray[np.float64], faces: Indices) -> NDArray[np.float64]:
    """(n,) float64: the length of the shortest edge at each vertex."""
    start, end = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    length = np.linalg.norm(vertices[start] - vertices[end], axis=1)
    shortest = np.full(len(vertices), np.inf)
    np.minimum.at(shortest, start, length)
    np.minimum.at(shortest, end, length)
    return shortest


def refuse_loose(surface: Surface, limits: Limits) -> Mending:
    """Return the surface as it is; raises EmptyModel when no two of its faces share an edge.

    Hole filling and a winding number would both answer for loose triangles, with shapes that nobody drew.
    """
    if (list_edges(surface.faces).uses == 1).all():
        count = len(surface.faces)
        raise EmptyModel(
            f"{count} loose triangles of which no two share an edge bound no volume; export the mesh again"
        )
    return Mending(surface)
