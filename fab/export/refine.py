"""Long edges split in half, so that colours kept at vertices have enough of them. The surface does not move."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from fab.gate import list_edges

Wanted = Callable[[NDArray[np.float64], NDArray[np.int64]], NDArray[np.bool_]]

_ROUNDS = 24
# For each set of split edges (bit k: the edge from corner k to the next), triangles over the three corners 0 1 2 and
# the middles 3 4 5 of edges 0 1 2. Each edge is split for both of its faces or for neither, so no gap can open.
_PATTERNS: dict[int, tuple[tuple[int, int, int], ...]] = {
    0: ((0, 1, 2),),
    1: ((0, 3, 2), (3, 1, 2)),
    2: ((0, 1, 4), (0, 4, 2)),
    4: ((0, 1, 5), (5, 1, 2)),
    3: ((3, 1, 4), (0, 3, 2), (3, 4, 2)),
    6: ((5, 4, 2), (0, 1, 4), (0, 4, 5)),
    5: ((0, 3, 5), (3, 1, 2), (3, 2, 5)),
    7: ((0, 3, 5), (3, 1, 4), (5, 4, 2), (3, 4, 5)),
}


def split_long_edges(
    vertices: NDArray[np.float64],
    faces: NDArray[np.int64],
    limit: float,
    wanted: Wanted | None = None,
    chosen: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the mesh with edges longer than `limit` split in half until none is; closed stays closed.

    `wanted` is asked once about each such edge, given the vertices and (k, 2) ends, and returns (k,) bool: which to
    split; without it all are. With `chosen` (m,) only edges of these faces, and of what they are split into, are asked
    about; others are split where that keeps the mesh closed.
    `vertices` (n, 3) come first and unchanged in the result; new ones are the middles, in float64.
    """
    left_whole = np.zeros(0, np.int64)
    for _ in range(_ROUNDS):
        edges = list_edges(faces)
        ends, of_corner = edges.corners, edges.of_half.reshape(-1, 3)
        lengths = np.linalg.norm(vertices[ends[:, 0]] - vertices[ends[:, 1]], axis=1)
        long = lengths > limit
        if chosen is not None:
            asked_for = np.zeros(len(ends), np.bool_)
            asked_for[of_corner[chosen]] = True
            long &= asked_for
        if wanted is not None and long.any():
            keys = (ends[:, 0] << 32) + ends[:, 1]  # in order, as edges are
            _leave(long, keys, left_whole)
            asked = np.flatnonzero(long)
            if len(asked) == 0:
                break
            long[asked] = wanted(vertices, ends[asked])
            left_whole = np.concatenate([left_whole, keys[asked[~long[asked]]]])
            _add_longest(long, of_corner, lengths)
        if not long.any():
            break
        middle = np.full(len(ends), -1, np.int64)
        middle[long] = len(vertices) + np.arange(np.count_nonzero(long))
        vertices = np.concatenate([vertices, vertices[ends[long]].mean(axis=1)])
        faces, parents = _split(faces, middle[of_corner])
        chosen = None if chosen is None else chosen[parents]
    return vertices, faces


def _leave(chosen: NDArray[np.bool_], keys: NDArray[np.int64], left: NDArray[np.int64]) -> None:
    """Take from the chosen, in place, those whose key, of rising ones, is among `left`."""
    at = np.minimum(np.searchsorted(keys, left), len(keys) - 1)
    chosen[at[keys[at] == left]] = False


def _add_longest(chosen: NDArray[np.bool_], edges: NDArray[np.int64], lengths: NDArray[np.float64]) -> None:
    """Choose, in place, the longest edge of every face that has a chosen one, so that no slivers come of it.

    Rivara, Algorithms for refining triangular grids suitable for adaptive and multigrid techniques, 1984.
    """
    longest = edges[np.arange(len(edges)), lengths[edges].argmax(axis=1)]
    while True:
        more = longest[chosen[edges].any(axis=1)]
        more = more[~chosen[more]]
        if len(more) == 0:
            return
        chosen[more] = True


def _split(faces: NDArray[np.int64], middles: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the faces cut at the middles (m, 3) of their edges, -1 where an edge stays whole, and what each was."""
    points = np.concatenate([faces, middles], axis=1)
    pattern = (middles >= 0) @ np.array([1, 2, 4])
    pieces = [(np.flatnonzero(pattern == key), triangle) for key, many in _PATTERNS.items() for triangle in many]
    cut = [points[rows][:, triangle] for rows, triangle in pieces]
    return np.concatenate(cut), np.concatenate([rows for rows, _ in pieces])
