"""Subdivide: faces cut along the segments in which others meet them, so that the whole is a complex again.

Where three faces meet in a point, each of the three segments there gets it, found in whichever of the faces shows it.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.gate import Edges
from fab.repair.cdt import triangulate
from fab.repair.contacts import Contacts, one_place, pierce

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_CROSSINGS, _CROSSINGS_PER_FACE = 10_000, 4


class Subdivision(NamedTuple):
    """A mesh cut along its crossings: `vertices` (n, 3) float64, `faces` (m, 3), `parent` (m,) the face each is of.

    `failed` counts the faces that could not be cut as they should.
    """

    vertices: Points
    faces: Indices
    parent: Indices
    failed: int


def subdivide(vertices: Points, faces: Indices, edges: Edges, contacts: Contacts) -> Subdivision | None:
    """Return the mesh with every face cut along its segments and at the points on its edges.

    None where more faces meet in threes than any figure has: a tangle, which would grow without bound.
    """
    points = np.concatenate([vertices, contacts.points])
    own = _Lists.of(contacts.pairs.reshape(-1), np.repeat(np.arange(len(contacts.pairs)), 2), len(faces))
    most = _CROSSINGS + _CROSSINGS_PER_FACE * len(faces)
    triples = _cross_within(points, faces, own.items, own.starts, contacts.segments, most)
    if len(triples) > most:
        return None
    triples, third = _find_thirds(contacts, triples)
    points = np.concatenate([points, _cross(points, faces, contacts, triples)])
    place = np.arange(len(points))
    place[len(vertices) :] = len(vertices) + one_place(points[len(vertices) :])
    contacts = contacts._replace(segments=place[contacts.segments])
    where = place[len(points) - len(triples) :]
    on_segment = _order(contacts, points, triples, third, where)
    by_edge = np.lexsort((contacts.along, contacts.on_edge))
    on_edge = _Lists.of(contacts.on_edge[by_edge], place[len(vertices) + by_edge], len(edges.corners))
    of_half = edges.of_half.reshape(-1, 3)
    cut = np.flatnonzero((np.diff(own.starts) > 0) | (np.diff(on_edge.starts)[of_half] > 0).any(axis=1))
    forward = edges.forward.reshape(-1, 3)
    made, parent, failed = _cut_faces(
        points, faces, of_half, forward, cut, *own, *on_edge, *on_segment, contacts.segments
    )
    whole = np.ones(len(faces), np.bool_)
    whole[cut] = False
    kept = np.flatnonzero(whole)
    return Subdivision(points, np.concatenate([faces[kept], made]), np.concatenate([kept, parent]), failed)


class _Lists(NamedTuple):
    """Lists end to end: list `k` is `items[starts[k]:starts[k + 1]]`."""

    items: Indices
    starts: Indices

    @classmethod
    def of(cls, owners: Indices, items: Indices, count: int) -> _Lists:
        """Return the items by owner, each list in the order given."""
        order = np.argsort(owners, kind="stable")
        return cls(
            items[order], np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=count))]).astype(np.int64)
        )


@njit(cache=True)
def _flatten(points: Points, face: Indices, ids: Indices) -> Points:
    """(k + 3, 3): points seen along the axis where the face looks largest, counter-clockwise; the rest is 0."""
    a, b, c = points[face[0]], points[face[1]], points[face[2]]
    normal = np.cross(b - a, c - a)
    w = np.argmax(np.abs(normal))
    u, v = (w + 1) % 3, (w + 2) % 3
    if normal[w] < 0:
        u, v = v, u
    flat = np.zeros((len(ids) + 3, 3))
    for k in range(len(ids)):
        flat[k, 0], flat[k, 1] = points[ids[k], u], points[ids[k], v]
    return flat


@njit(cache=True)
def _cross_within(
    points: Points, faces: Indices, items: Indices, starts: Indices, segments: Indices, most: int
) -> Indices:
    """(t, 2) int64: pairs of segments that cross inside a face they share; it stops at more than `most`."""
    found = np.empty((64, 2), np.int64)
    count = 0
    for f in range(len(starts) - 1):
        mine = items[starts[f] : starts[f + 1]]
        if len(mine) < 2:
            continue
        if count > most:
            break
        flat = _flatten(points, faces[f], segments[mine].reshape(-1))
        order = np.argsort(np.minimum(flat[0 : 2 * len(mine) : 2, 0], flat[1 : 2 * len(mine) : 2, 0]))
        for x in range(len(mine)):
            i = order[x]
            right = max(flat[2 * i, 0], flat[2 * i + 1, 0])
            for y in range(x + 1, len(mine)):
                j = order[y]
                if min(flat[2 * j, 0], flat[2 * j + 1, 0]) > right:
                    break
                s, t = mine[i], mine[j]
                if _share_end(segments, s, t) or not _segments_cross(flat, i, j):
                    continue
                if count == len(found):
                    found = np.concatenate((found, np.empty_like(found)))
                found[count, 0], found[count, 1] = min(s, t), max(s, t)
                count += 1
    return found[:count]


@njit(cache=True)
def _share_end(segments: Indices, s: int, t: int) -> bool:
    a, b = segments[s]
    return a == segments[t, 0] or a == segments[t, 1] or b == segments[t, 0] or b == segments[t, 1]


@njit(cache=True)
def _segments_cross(flat: Points, i: int, j: int) -> bool:
    a, b, c, d = 2 * i, 2 * i + 1, 2 * j, 2 * j + 1
    if max(flat[c, 1], flat[d, 1]) < min(flat[a, 1], flat[b, 1]):
        return False
    if min(flat[c, 1], flat[d, 1]) > max(flat[a, 1], flat[b, 1]):
        return False
    return _turn(flat, a, b, c) * _turn(flat, a, b, d) < 0 and _turn(flat, c, d, a) * _turn(flat, c, d, b) < 0


@njit(cache=True)
def _turn(flat: Points, a: int, b: int, c: int) -> float:
    left = (flat[b, 0] - flat[a, 0]) * (flat[c, 1] - flat[a, 1])
    return np.sign(left - (flat[b, 1] - flat[a, 1]) * (flat[c, 0] - flat[a, 0]))


def _find_thirds(contacts: Contacts, triples: Indices) -> tuple[Indices, Indices]:
    """Return one crossing per three faces, and the segment between the two faces that each names beside its own, or -1.

    Two segments that cross in one face belong to two others; where those meet, their segment runs through the point.
    """
    if not len(triples):
        return triples, np.zeros(0, np.int64)
    first, second = contacts.pairs[triples[:, 0]], contacts.pairs[triples[:, 1]]
    shared = _shared(first, second)
    others = np.stack([first.sum(axis=1) - shared, second.sum(axis=1) - shared], axis=1)
    three = np.sort(np.concatenate([shared[:, None], others], axis=1), axis=1)
    once = np.unique(three, axis=0, return_index=True)[1]
    triples, others = triples[once], np.sort(others[once], axis=1)
    stride = int(contacts.pairs.max()) + 1
    sorted_pairs = np.sort(contacts.pairs, axis=1)
    keys = sorted_pairs[:, 0] * stride + sorted_pairs[:, 1]
    order = np.argsort(keys, kind="stable")
    wanted = others[:, 0] * stride + others[:, 1]
    place = np.searchsorted(keys[order], wanted).clip(max=len(keys) - 1)
    return triples, np.where(keys[order][place] == wanted, order[place], -1)


def _cross(points: Points, faces: Indices, contacts: Contacts, triples: Indices) -> Points:
    """(t, 3): where the first segment of each crossing goes through the face that makes the second."""
    first, second = contacts.pairs[triples[:, 0]], contacts.pairs[triples[:, 1]]
    other = second.sum(axis=1) - _shared(first, second)
    ends = contacts.segments[triples[:, 0]]
    return pierce(points, ends[:, 0], ends[:, 1], faces[other])[0]


def _shared(first: Indices, second: Indices) -> Indices:
    """(t,) int64: the face that two pairs have in common."""
    return np.where((first[:, 0] == second[:, 0]) | (first[:, 0] == second[:, 1]), first[:, 0], first[:, 1])


def _order(contacts: Contacts, points: Points, triples: Indices, third: Indices, where: Indices) -> _Lists:
    """Return the points inside each segment, from its first end to its second."""
    there = third >= 0
    owners = np.concatenate([triples[:, 0], triples[:, 1], third[there]]).astype(np.int64)
    items = np.concatenate([where, where, where[there]]).astype(np.int64)
    start, end = (points[contacts.segments[owners, k]] for k in range(2))
    along = ((points[items] - start) * (end - start)).sum(axis=1)
    order = np.lexsort((items, along, owners))
    return _Lists.of(owners[order], items[order], len(contacts.segments))


@njit(cache=True)
def _cut_faces(
    points: Points,
    faces: Indices,
    of_half: Indices,
    forward: NDArray[np.bool_],
    cut: Indices,
    own: Indices,
    own_starts: Indices,
    on_edge: Indices,
    edge_starts: Indices,
    on_segment: Indices,
    segment_starts: Indices,
    segments: Indices,
) -> tuple[Indices, Indices, int]:
    made = np.empty((1024, 3), np.int64)
    parent = np.empty(1024, np.int64)
    count, failed = 0, 0
    for f in cut:
        ids, constraints = _collect(
            faces[f],
            of_half[f],
            forward[f],
            own[own_starts[f] : own_starts[f + 1]],
            on_edge,
            edge_starts,
            on_segment,
            segment_starts,
            segments,
        )
        flat = _flatten(points, faces[f], ids)
        alias = _merge_equal(flat, len(ids))
        kept = np.unique(alias)
        place = np.zeros(len(ids), np.int64)
        place[kept] = np.arange(len(kept))
        lines = place[alias[constraints.reshape(-1)]].reshape(-1, 2)
        lines = lines[lines[:, 0] != lines[:, 1]]
        spare = np.zeros((len(kept) + 3, 3))
        spare[: len(kept)] = flat[kept]
        triangles, missed = triangulate(spare, lines)
        if len(triangles) == 0 or missed:
            failed += 1
        while count + len(triangles) + 1 > len(made):
            made = np.concatenate((made, np.empty_like(made)))
            parent = np.concatenate((parent, np.empty_like(parent)))
        if len(triangles) == 0:
            made[count] = faces[f]
            parent[count] = f
            count += 1
        for t in range(len(triangles)):
            for k in range(3):
                made[count, k] = ids[kept[triangles[t, k]]]
            parent[count] = f
            count += 1
    return made[:count], parent[:count], failed


@njit(cache=True)
def _collect(
    face: Indices,
    edges: Indices,
    forward: NDArray[np.bool_],
    mine: Indices,
    on_edge: Indices,
    edge_starts: Indices,
    on_segment: Indices,
    segment_starts: Indices,
    segments: Indices,
) -> tuple[Indices, Indices]:
    """Return the points of a face, its corners first, and the lines between them that must be edges."""
    room = 3
    for k in range(3):
        room += edge_starts[edges[k] + 1] - edge_starts[edges[k]]
    for s in mine:
        room += 2 + segment_starts[s + 1] - segment_starts[s]
    ids = np.empty(room, np.int64)
    lines = np.empty((room + 3 + len(mine), 2), np.int64)
    ids[:3] = face
    count, drawn = 3, 0
    for k in range(3):
        low, high = edge_starts[edges[k]], edge_starts[edges[k] + 1]
        last = k
        for step in range(high - low):
            ids[count] = on_edge[low + step] if forward[k] else on_edge[high - 1 - step]
            lines[drawn] = last, count
            last = count
            count, drawn = count + 1, drawn + 1
        lines[drawn] = last, (k + 1) % 3
        drawn += 1
    for s in mine:
        last = count
        ids[count] = segments[s, 0]
        count += 1
        for item in on_segment[segment_starts[s] : segment_starts[s + 1]]:
            ids[count] = item
            lines[drawn] = last, count
            last = count
            count, drawn = count + 1, drawn + 1
        ids[count] = segments[s, 1]
        lines[drawn] = last, count
        count, drawn = count + 1, drawn + 1
    # One place for each point named twice.
    order = np.argsort(ids[:count], kind="mergesort")
    first = np.empty(count, np.int64)
    unique = np.zeros(count, np.bool_)
    lead = order[0]
    for x in range(count):
        if ids[order[x]] != ids[lead]:
            lead = order[x]
        first[order[x]] = lead
        unique[lead] = True
    place = np.cumsum(unique) - 1
    out = lines[:drawn].copy()
    for r in range(drawn):
        out[r, 0], out[r, 1] = place[first[lines[r, 0]]], place[first[lines[r, 1]]]
    return ids[:count][unique], out


@njit(cache=True)
def _merge_equal(flat: Points, count: int) -> Indices:
    """(count,) int64: for each point the first of those at its place."""
    order = np.argsort(flat[:count, 0], kind="mergesort")
    alias = np.arange(count)
    for x in range(count):
        i = order[x]
        y = x - 1
        while y >= 0 and flat[order[y], 0] == flat[i, 0]:
            if flat[order[y], 1] == flat[i, 1]:
                alias[i] = min(alias[order[y]], alias[i])
            y -= 1
    return alias
