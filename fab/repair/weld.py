"""Weld: drop what is no face, merge what is one place, and sew rims that lie closer than the eye can see."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fab.errors import EmptyModel
from fab.findings import Finding, Severity
from fab.gate import face_areas, label_shells, list_edges, merge_float32
from fab.halfedges import is_cycle
from fab.halves import first_equal
from fab.repair.record import Limits, Mending, Surface

Indices = NDArray[np.int64]

_REACHES = (1 / 64, 1 / 16, 1 / 4, 1.0)  # of `weld_mm`
_LARGE_SHARE = 0.01  # of the area: sheets that hold more are no flakes


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
    kept = np.flatnonzero(~doubled | (first & ~_wall_faces(surface.faces, group, doubled)))
    if is_cycle(surface.faces) and not is_cycle(surface.faces[kept]):
        left, layers = net_faces(surface.faces)
        if layers.sum() > len(kept) / 2:  # else each face is there for either side, as games want it
            kept = np.repeat(left, layers)
    if len(kept) == len(surface.faces):
        return Mending(surface)
    first[group[kept]] = False
    sheets = compact(surface.vertices, surface.faces[first])
    note = f"dropped {len(surface.faces) - len(kept)} faces that lay on others"
    made = compact(surface.vertices, surface.faces[kept])
    if not len(sheets.faces):
        return Mending(made, note)
    return Mending(made, note, removed=sheets, findings=_tell_sheets(sheets, made, limits))


def _tell_sheets(sheets: Surface, made: Surface, limits: Limits) -> tuple[Finding, ...]:
    """Return what to say of walls without thickness that went; one within the material is missed by nobody."""
    import igl

    middle = sheets.vertices[sheets.faces].mean(axis=1)
    open_air = np.abs(igl.fast_winding_number(made.vertices, made.faces, middle)) < 0.5
    sheets = compact(sheets.vertices, sheets.faces[open_air & (face_areas(*sheets) > 0)])
    if not len(sheets.faces):
        return ()
    count, area = label_shells(sheets.faces)[0], float(face_areas(*sheets).sum())
    large = area > _LARGE_SHARE * float(face_areas(*made).sum())
    area_mm2 = area / limits.unit_per_mm**2
    finding = Finding(
        check="solid",
        code="sheet-removed",
        severity=Severity.WARN if large else Severity.INFO,
        message=f"{count} sheet{'s' if count > 1 else ''} without thickness left out, {area_mm2:.2g} mm² in all",
        measured=area_mm2,
        limit=0.0,
        unit="mm²",
        remedy="give what is missing a thickness in a mesh editor" if large else None,
    )
    return (finding,)


def group_doubled(faces: Indices) -> tuple[Indices, NDArray[np.bool_]]:
    """Return the first face with the same corners for each face, and whether it is that itself."""
    group = first_equal(np.sort(faces, axis=1).astype(np.float64))  # exact below 2**53
    return group, group == np.arange(len(faces))


def net_faces(faces: Indices) -> tuple[Indices, Indices]:
    """Return which faces are left when those on one another that face opposite ways cancel, and in how many layers.

    Where several are left at one place, the first stands for all of them.
    """
    group, first = group_doubled(faces)
    if first.all():
        return np.arange(len(faces)), np.ones(len(faces), np.int64)
    sign = parity(faces)
    net = np.bincount(group, sign).astype(np.int64)[group]
    facing = np.flatnonzero(net * sign > 0)
    kept = np.sort(facing[np.unique(group[facing], return_index=True)[1]])
    return kept, np.abs(net[kept])


def cancel_doubled(surface: Surface) -> Surface:
    """Return the surface without pairs of faces that lie on one another and face opposite ways."""
    kept, layers = net_faces(surface.faces)
    if layers.sum() == len(surface.faces):
        return surface
    return compact(surface.vertices, surface.faces[np.repeat(kept, layers)])


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
