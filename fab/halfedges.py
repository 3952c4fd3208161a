"""Half-edges: which face lies across each edge, fans of faces round a vertex, and the loops that bound holes.

Half-edge 3 f + k runs from corner k of face f to the next corner.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.gate import Edges, list_edges

Indices = NDArray[np.int64]


def is_cycle(faces: Indices) -> bool:
    """Whether every edge is run as often one way as the other, so that winding numbers are whole everywhere."""
    return bool((list_edges(faces).turns == 0).all())


def label_patches(faces: Indices, edges: Edges | None = None) -> tuple[int, Indices]:
    """Return how many patches there are and the patch of each face (m,); faces join across edges of exactly two."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    edges = edges or list_edges(faces)
    twins = pair_up(edges.of_half, (edges.uses == 2)[edges.of_half])
    half = np.flatnonzero(twins >= 0)
    links = coo_matrix((np.ones(len(half), np.int8), (half // 3, twins[half] // 3)), shape=(len(faces),) * 2)
    count, patch = connected_components(links, directed=False)
    return int(count), np.asarray(patch, np.int64)


def find_twins(faces: Indices, edges: Edges | None = None) -> Indices:
    """(3 m,) int64: the half-edge that runs the same edge backward, or -1 where not exactly one other face joins it."""
    edges = edges or list_edges(faces)
    good = ((edges.uses == 2) & (edges.turns == 0))[edges.of_half]
    return pair_up(edges.of_half, good)


def pair_up(of_half: Indices, good: NDArray[np.bool_]) -> Indices:
    """(3 m,) int64: the other of the two half-edges with the same number, among the `good` ones; -1 for the rest."""
    twins = np.full(len(of_half), -1, np.int64)
    chosen = np.flatnonzero(good)
    pairs = chosen[np.argsort(of_half[chosen], kind="stable")].reshape(-1, 2)
    twins[pairs[:, 0]], twins[pairs[:, 1]] = pairs[:, 1], pairs[:, 0]
    return twins


def label_fans(faces: Indices, twins: Indices) -> Indices:
    """(3 m,) int64: for each corner 3 f + k the fan it belongs to; corners joined across an edge are of one fan."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    half = np.flatnonzero(twins >= 0)
    across = _next(twins[half])  # the corner at the start of `half` is also where the twin ends
    links = coo_matrix((np.ones(len(half), np.int8), (half, across)), shape=(len(twins), len(twins)))
    return np.asarray(connected_components(links, directed=False)[1], np.int64)


def split_fans(vertices: NDArray[np.float64], faces: Indices, twins: Indices) -> tuple[NDArray[np.float64], Indices]:
    """Return the mesh with one vertex for each fan, so that every vertex has a disc or half disc of faces round it."""
    fans = label_fans(faces, twins)
    _, first, inverse = np.unique(fans, return_index=True, return_inverse=True)
    return vertices[faces.reshape(-1)[first]], inverse.reshape(-1, 3).astype(np.int64)


def find_loops(faces: Indices, twins: Indices) -> list[Indices]:
    """Return the rims of all holes: each the vertices in order, so that a face (i, i + 1, inner) fits the hole."""
    loops, sizes = _trace_loops(twins)
    ends = np.cumsum(sizes)
    start = faces.reshape(-1)
    # Half-edges are followed the way their faces run them; a face in the hole runs them backward.
    return [start[loops[end - size : end]][::-1] for end, size in zip(ends, sizes, strict=True)]


def _next(half: Indices) -> Indices:
    return np.asarray(half - half % 3 + (half + 1) % 3, np.int64)


@njit(cache=True)
def _trace_loops(twins: Indices) -> tuple[Indices, Indices]:
    """Follow rim half-edges; where several rims meet in a vertex, turn through the faces of the same fan."""
    seen = np.zeros(len(twins), np.bool_)
    loops = np.empty(len(twins), np.int64)
    sizes = np.empty(len(twins), np.int64)
    count, number = 0, 0
    for first in range(len(twins)):
        if twins[first] >= 0 or seen[first]:
            continue
        half, begin = first, count
        while not seen[half]:
            seen[half] = True
            loops[count] = half
            count += 1
            half = half - half % 3 + (half + 1) % 3
            while twins[half] >= 0:
                half = twins[half]
                half = half - half % 3 + (half + 1) % 3
        sizes[number] = count - begin
        number += 1
    return loops[:count], sizes[:number]
