"""Which faces cross which, exactly.

Faces are closed triangles. Two faces that share no vertex must not touch at all; two that share one must meet nowhere
else; two that share an edge must not lie folded onto each other. Every sign comes from `fab.predicates`, so the
answer holds for the coordinates as they are, at any scale.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.boxtree import STACK, WIDTH, boxes_meet, build_tree
from fab.halves import first_equal
from fab.latest import Latest
from fab.predicates import orient2d, orient3d, projection_axis, zero_area

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

APART, COPLANAR, MIXED = 0, 1, 2
_MOSTLY = 0.7  # of its faces a surface must have from the last one, or all are looked at


def crossing_pairs(vertices: Points, faces: Indices, among: NDArray[np.bool_] | None = None) -> Indices:
    """Return the pairs of faces that cross, (k, 2) int64, lower index first, sorted.

    `vertices` (n, 3) float64, merged: faces share a corner where they share its index. Faces of zero area, or with a
    corner that is not finite, cross nothing: they are a defect of their own. With `among` (m,) only pairs are looked
    for of which it marks one face at least.
    """
    if among is None:
        return _LATEST(vertices, faces).copy()
    return _search(vertices, faces, among)


def _search(vertices: Points, faces: Indices, among: NDArray[np.bool_] | None = None) -> Indices:
    proper = np.flatnonzero(~zero_area(vertices, faces))
    if len(proper) < 2:
        return np.zeros((0, 2), np.int64)
    kept = np.ascontiguousarray(faces[proper])
    asked = np.ones(len(kept), np.bool_) if among is None else among[proper]
    tree = build_tree(vertices, kept)
    pairs = np.sort(proper[_find_pairs(vertices, kept, asked[tree.order], *tree)], axis=1)
    return np.asarray(pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))], np.int64)


class _Known:
    """The search, which asks again only about faces that the surface asked about last did not have."""

    def __init__(self) -> None:
        self._last: tuple[Points, Indices, Indices] | None = None

    def __call__(self, vertices: Points, faces: Indices) -> Indices:
        place = _place_of_faces(*self._last[:2], vertices, faces) if self._last else None
        if self._last is None or place is None:
            pairs = _search(vertices, faces)
        else:
            kept = place[self._last[2]]
            fresh = np.ones(len(faces), np.bool_)
            fresh[place[place >= 0]] = False
            more = _search(vertices, faces, fresh) if fresh.any() else kept[:0]
            pairs = np.sort(np.concatenate([kept[(kept >= 0).all(axis=1)], more]), axis=1)
            pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
        self._last = vertices.copy(), faces.copy(), pairs
        return pairs


def _place_of_faces(before: Points, old: Indices, after: Points, new: Indices) -> Indices | None:
    """(m,): which of the new faces each old one is, -1 for none; None where few are, or vertices are not merged."""
    both = np.concatenate([before, after]) + 0.0
    if not len(old) or not len(new) or np.isnan(both).any():
        return None
    vertex = first_equal(both)
    mine, theirs = vertex[: len(before)], vertex[len(before) :]
    if (mine != np.arange(len(before))).any() or len(np.unique(theirs)) < len(theirs):
        return None
    face = first_equal(np.concatenate([old, theirs[new]]).astype(np.float64))  # exact below 2**53
    if (face[: len(old)] != np.arange(len(old))).any():
        return None
    same = face[len(old) :]
    held = np.flatnonzero(same < len(old))
    if len(held) < _MOSTLY * len(new):
        return None
    place = np.full(len(old), -1, np.int64)
    place[same[held]] = held
    return place


_LATEST = Latest(_Known())


@njit(cache=True)
def _find_pairs(
    vertices: Points, faces: Indices, asked: NDArray[np.bool_], order: Indices, boxes: Points, starts: Indices
) -> Indices:
    """Return the pairs that cross of which the first is `asked` (m,), each once; both count along the `order`."""
    pairs = np.empty((64, 2), np.int64)
    count = 0
    stack = np.empty((STACK, 2), np.int64)
    top = len(starts) - 2
    every = asked.all()
    for i in range(len(order)):
        if not asked[i]:
            continue
        depth = 0
        for block in range(starts[top + 1] - starts[top]):
            stack[depth, 0], stack[depth, 1] = top, block
            depth += 1
        while depth:
            depth -= 1
            level, node = stack[depth, 0], stack[depth, 1]
            last = (node + 1) * WIDTH**level - 1
            if (every and last <= i) or not boxes_meet(boxes, i, boxes, starts[level] + node):
                continue
            if level:
                for child in range(node * WIDTH, min((node + 1) * WIDTH, starts[level] - starts[level - 1])):
                    stack[depth, 0], stack[depth, 1] = level - 1, child
                    depth += 1
            elif node != i and (node > i or not asked[node]) and faces_cross(vertices, faces, order[i], order[node]):
                if count == len(pairs):
                    pairs = np.concatenate((pairs, np.empty_like(pairs)))
                pairs[count, 0], pairs[count, 1] = order[i], order[node]
                count += 1
    return pairs[:count]


@njit(cache=True)
def faces_cross(vertices: Points, faces: Indices, i: int, j: int) -> bool:
    """Whether faces `i` and `j`, both of nonzero area, meet anywhere but in the corners and edges they share."""
    shared, start_i, start_j = 0, -1, -1
    for m in range(3):
        for n in range(3):
            if faces[i, m] == faces[j, n]:
                shared += 1
                start_i += 0 if start_i >= 0 else m + 1
                start_j += 0 if start_j >= 0 else n + 1
    if shared == 3:
        return True
    if shared == 2:
        return _folded(vertices, faces, i, j)
    relation = _relation(vertices, faces, i, j)
    if relation == APART:
        return False
    if shared == 1:
        # A ray from the shared corner leaves each triangle through the opposite edge, so only those edges can hit.
        p, q = faces[i, (start_i + 1) % 3], faces[i, (start_i + 2) % 3]
        r, s = faces[j, (start_j + 1) % 3], faces[j, (start_j + 2) % 3]
        if relation == COPLANAR:
            return _overlaps_in_plane(vertices, p, q, faces[j]) or _overlaps_in_plane(vertices, r, s, faces[i])
        return _pierces(vertices, p, q, faces[j]) or _pierces(vertices, r, s, faces[i])
    if relation == COPLANAR:
        return not (
            _separated_in_plane(vertices, faces[i], faces[j]) or _separated_in_plane(vertices, faces[j], faces[i])
        )
    if _relation(vertices, faces, j, i) == APART:
        return False
    for m in range(3):
        if _pierces(vertices, faces[i, m], faces[i, (m + 1) % 3], faces[j]):
            return True
        if _pierces(vertices, faces[j, m], faces[j, (m + 1) % 3], faces[i]):
            return True
    return False


@njit(cache=True)
def _relation(vertices: Points, faces: Indices, i: int, j: int) -> int:
    """How the corners of `j` that `i` does not have lie to the plane of `i`: strictly on one side, in it, or else."""
    a, b, c = faces[i]
    below, on, above = 0, 0, 0
    for n in range(3):
        d = faces[j, n]
        if d == a or d == b or d == c:  # noqa: SIM109 - compiles to three comparisons
            continue
        sign = orient3d(vertices, a, b, c, d)
        below += sign < 0
        on += sign == 0
        above += sign > 0
    if on == 0 and (below == 0 or above == 0):
        return APART
    return COPLANAR if below == 0 and above == 0 else MIXED


@njit(cache=True)
def _folded(vertices: Points, faces: Indices, i: int, j: int) -> bool:
    """Whether two faces with a common edge lie in one plane, on the same side of that edge."""
    apex = -1
    for n in range(3):
        if faces[j, n] != faces[i, 0] and faces[j, n] != faces[i, 1] and faces[j, n] != faces[i, 2]:
            apex = faces[j, n]
    a, b, c = faces[i]
    if orient3d(vertices, a, b, c, apex) != 0:
        return False
    for n in range(3):
        own = faces[i, n]
        if own != faces[j, 0] and own != faces[j, 1] and own != faces[j, 2]:
            p, q = faces[i, (n + 1) % 3], faces[i, (n + 2) % 3]
            w = projection_axis(vertices, a, b, c)
            u, v = (w + 1) % 3, (w + 2) % 3
            return orient2d(vertices, p, q, own, u, v) == orient2d(vertices, p, q, apex, u, v)
    return False


@njit(cache=True)
def _pierces(vertices: Points, p: int, q: int, face: Indices) -> bool:
    """Whether the closed segment p, q meets the closed triangle `face`."""
    a, b, c = face
    side_p = orient3d(vertices, a, b, c, p)
    side_q = orient3d(vertices, a, b, c, q)
    if side_p == 0 and side_q == 0:
        return _overlaps_in_plane(vertices, p, q, face)
    if side_p == side_q:
        return False
    ab, bc = orient3d(vertices, p, q, a, b), orient3d(vertices, p, q, b, c)
    if ab * bc < 0:
        return False
    ca = orient3d(vertices, p, q, c, a)
    return ca * ab >= 0 and ca * bc >= 0


@njit(cache=True)
def _overlaps_in_plane(vertices: Points, p: int, q: int, face: Indices) -> bool:
    a, b, c = face
    w = projection_axis(vertices, a, b, c)
    u, v = (w + 1) % 3, (w + 2) % 3
    if _inside(vertices, p, face, u, v) or _inside(vertices, q, face, u, v):
        return True
    for m in range(3):  # noqa: SIM110 - compiled
        if _segments_meet(vertices, p, q, face[m], face[(m + 1) % 3], u, v):
            return True
    return False


@njit(cache=True)
def _separated_in_plane(vertices: Points, face: Indices, other: Indices) -> bool:
    """Whether an edge of `face` has the coplanar `other` strictly on its outer side."""
    w = projection_axis(vertices, face[0], face[1], face[2])
    u, v = (w + 1) % 3, (w + 2) % 3
    turn = orient2d(vertices, face[0], face[1], face[2], u, v)
    for m in range(3):
        outside = 0
        for n in range(3):
            outside += orient2d(vertices, face[m], face[(m + 1) % 3], other[n], u, v) == -turn
        if outside == 3:
            return True
    return False


@njit(cache=True)
def _inside(vertices: Points, p: int, face: Indices, u: int, v: int) -> bool:
    ab = orient2d(vertices, face[0], face[1], p, u, v)
    bc = orient2d(vertices, face[1], face[2], p, u, v)
    ca = orient2d(vertices, face[2], face[0], p, u, v)
    return (ab >= 0 and bc >= 0 and ca >= 0) or (ab <= 0 and bc <= 0 and ca <= 0)


@njit(cache=True)
def _segments_meet(vertices: Points, p: int, q: int, a: int, b: int, u: int, v: int) -> bool:
    """Whether two closed segments of one plane meet, given that neither p nor q lies in the triangle that a, b bounds.

    So an end of p, q on a, b cannot occur, and one of a, b on p, q shows as a zero.
    """
    across = orient2d(vertices, p, q, a, u, v) * orient2d(vertices, p, q, b, u, v)
    return across <= 0 and orient2d(vertices, a, b, p, u, v) * orient2d(vertices, a, b, q, u, v) < 0


def shell_depths(vertices: Points, faces: Indices, labels: Indices, starts: Indices) -> Indices:
    """(k,) int64: in how many other shells the vertex `starts[s]` of each shell `s` lies, by exact ray parity.

    `labels` (m,) is the shell of each face. The ray runs along +z, moved aside by an infinitesimal so that it meets no
    edge (simulation of simplicity, Edelsbrunner & Mücke 1990).
    """
    tree = build_tree(vertices, faces)
    return _count_depths(vertices, faces, labels, starts, tree.order, tree.boxes, tree.starts)


@njit(cache=True)
def _count_depths(
    vertices: Points, faces: Indices, labels: Indices, points: Indices, order: Indices, boxes: Points, starts: Indices
) -> Indices:
    depths = np.zeros(len(points), np.int64)
    parity = np.zeros(len(points), np.int64)
    for s in range(len(points)):
        parity[:] = 0
        for f in faces_above(vertices, faces, points[s], order, boxes, starts):
            if labels[f] != s:
                parity[labels[f]] ^= 1
        depths[s] = parity.sum()
    return depths


@njit(cache=True)
def faces_above(vertices: Points, faces: Indices, p: int, order: Indices, boxes: Points, starts: Indices) -> Indices:
    """(k,) int64: the faces that the ray from vertex `p` along +z goes through; the tree is that of `build_tree`."""
    found = np.empty(16, np.int64)
    count = 0
    stack = np.empty((STACK, 2), np.int64)
    depth = 0
    for block in range(starts[-1] - starts[-2]):
        stack[depth, 0], stack[depth, 1] = len(starts) - 2, block
        depth += 1
    while depth:
        depth -= 1
        level, node = stack[depth, 0], stack[depth, 1]
        if not _box_above(vertices, p, boxes, starts[level] + node):
            continue
        if level:
            for child in range(node * WIDTH, min((node + 1) * WIDTH, starts[level] - starts[level - 1])):
                stack[depth, 0], stack[depth, 1] = level - 1, child
                depth += 1
        elif _ray_hits(vertices, p, faces[order[node]]):
            if count == len(found):
                found = np.concatenate((found, np.empty_like(found)))
            found[count] = order[node]
            count += 1
    return found[:count]


@njit(cache=True)
def _box_above(vertices: Points, p: int, boxes: Points, node: int) -> bool:
    """Whether the ray from vertex `p` along +z meets a box."""
    x, y, z = vertices[p]
    within = boxes[node, 0] <= x <= boxes[node, 3] and boxes[node, 1] <= y <= boxes[node, 4]
    return within and z <= boxes[node, 5]


@njit(cache=True)
def _ray_hits(vertices: Points, p: int, face: Indices) -> bool:
    """Whether the ray from vertex `p` along +z, moved by (e, e²) for an infinitesimal e, goes through `face`."""
    a, b, c = face
    ab, bc, ca = _side(vertices, a, b, p), _side(vertices, b, c, p), _side(vertices, c, a, p)
    if ab != bc or bc != ca:
        return False
    # Seen from above counter-clockwise (ab > 0), points below the face are those orient3d calls positive.
    return orient3d(vertices, a, b, c, p) * ab > 0


@njit(cache=True)
def _side(vertices: Points, a: int, b: int, p: int) -> int:
    """Side of a, b in the xy plane on which p + (e, e²) lies; zero only where a and b have the same x and y."""
    sign = orient2d(vertices, a, b, p, 0, 1)
    if sign != 0:
        return sign
    if vertices[a, 1] != vertices[b, 1]:
        return 1 if vertices[a, 1] > vertices[b, 1] else -1
    if vertices[a, 0] != vertices[b, 0]:
        return 1 if vertices[b, 0] > vertices[a, 0] else -1
    return 0
