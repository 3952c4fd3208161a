"""Contacts: where faces run through one another, as segments between points that both faces name alike.

A point is an edge that goes through a face, and is named by the two; so the faces on both sides of the edge, and all
that meet there, mean the same point whatever rounding makes of its coordinates. Source: Zhou et al., "Mesh Arrangements
for Solid Geometry" (2016), with exact signs on the input's own vertices in place of exact constructions.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.gate import Edges
from fab.predicates import orient3d

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_FINE, _TOUCHING = 0, 1
_ONE_PLACE = 1e-11  # of the size: far under a nudge, far over the rounding of float64


class Contacts(NamedTuple):
    """Segments in which pairs of faces meet.

    `points` (p, 3) float64; `on_edge` (p,) the edge each lies on; `along` (p,) how far along it, from the lower vertex.
    `segments` (s, 2): ends, below n a vertex of the mesh, else n + point, of points at one place the first; `pairs`
    (s, 2): the two faces.
    """

    points: Points
    on_edge: Indices
    along: Points
    segments: Indices
    pairs: Indices


def touching_pairs(vertices: Points, faces: Indices, pairs: Indices) -> NDArray[np.bool_]:
    """(k,) bool: the crossing pairs that are not in general position: four of their corners lie in one plane."""
    return np.asarray(_meet_pairs(vertices, faces, faces, pairs)[1] == _TOUCHING, np.bool_)


def find_contacts(vertices: Points, faces: Indices, edges: Edges, pairs: Indices) -> Contacts:
    """Return where the faces of `pairs` (k, 2) meet, all of them in general position."""
    of_half = edges.of_half.reshape(-1, 3)
    keys = _meet_pairs(vertices, faces, of_half, pairs)[0].reshape(-1, 2)
    pierced = keys[:, 0] >= 0
    named, inverse = np.unique(keys[pierced, 0] * len(faces) + keys[pierced, 1], return_inverse=True)
    on_edge, in_face = named // len(faces), named % len(faces)
    ends = edges.corners[on_edge]
    points, along = pierce(vertices, ends[:, 0], ends[:, 1], faces[in_face])
    ids = keys[:, 1].copy()
    ids[pierced] = len(vertices) + one_place(points)[inverse.reshape(-1)]
    return Contacts(points, on_edge, along, ids.reshape(-1, 2), pairs)


def one_place(points: Points) -> Indices:
    """(n,) int64: for each point the first of those that lie where it lies, but for rounding."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    if not len(points):
        return np.zeros(0, np.int64)
    reach = _ONE_PLACE * float(np.abs(points).max())
    pairs = cKDTree(points).query_pairs(reach, output_type="ndarray")
    links = coo_matrix((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(len(points),) * 2)
    labels = connected_components(links, directed=False)[1]
    return np.unique(labels, return_index=True)[1][labels]


@njit(cache=True)
def _meet_pairs(vertices: Points, faces: Indices, of_half: Indices, pairs: Indices) -> tuple[Indices, Indices]:
    """Return the ends of each pair's segment, (k, 2, 2): edge and face, or -1 and a shared vertex; and its state."""
    ends = np.full((len(pairs), 2, 2), -1, np.int64)
    state = np.zeros(len(pairs), np.int64)
    for row in range(len(pairs)):
        found = 0
        i, j = pairs[row]
        for m in range(3):
            for n in range(3):
                if faces[i, m] == faces[j, n]:
                    if found < 2:
                        ends[row, found, 1] = faces[i, m]
                    found += 1
        if found > 1:
            state[row] = _TOUCHING
            continue
        for side in range(2):
            f, g = (i, j) if side == 0 else (j, i)
            for m in range(3):
                p, q = faces[f, m], faces[f, (m + 1) % 3]
                hit = _pierce_sign(vertices, p, q, faces[g])
                if hit < 0:
                    state[row] = _TOUCHING
                elif hit > 0:
                    if found < 2:
                        ends[row, found, 0], ends[row, found, 1] = of_half[f, m], g
                    found += 1
        if found != 2:
            state[row] = _TOUCHING
    return ends, state


@njit(cache=True)
def _pierce_sign(vertices: Points, p: int, q: int, face: Indices) -> int:
    """Return 1 where the open segment goes through the open face, 0 where they are apart, -1 where they touch."""
    a, b, c = face
    for k in range(3):
        if face[k] == p or face[k] == q:
            return 0
    side_p, side_q = orient3d(vertices, a, b, c, p), orient3d(vertices, a, b, c, q)
    if side_p * side_q > 0:
        return 0
    ab, bc, ca = orient3d(vertices, p, q, a, b), orient3d(vertices, p, q, b, c), orient3d(vertices, p, q, c, a)
    if side_p == 0 and side_q == 0:
        return -1
    negative = ab < 0 or bc < 0 or ca < 0
    positive = ab > 0 or bc > 0 or ca > 0
    if negative and positive:
        return 0
    if side_p == 0 or side_q == 0 or ab == 0 or bc == 0 or ca == 0:
        return -1
    return 1


def pierce(points: Points, starts: Indices, ends: Indices, through: Indices) -> tuple[Points, Points]:
    """Return where each segment goes through the plane of its face `through` (k, 3), and how far along that is."""
    a, b, c = (points[through[:, k]].astype(np.longdouble) for k in range(3))
    p, q = points[starts].astype(np.longdouble), points[ends].astype(np.longdouble)
    normal = np.cross(b - a, c - a)
    before, after = ((normal * (x - a)).sum(axis=1) for x in (p, q))
    along = np.clip(before / np.where(before == after, 1, before - after), 0, 1)
    return (p + along[:, None] * (q - p)).astype(np.float64), along.astype(np.float64)
