"""How far a point of a surface is from some others, walked within its own region.

The nearest source itself is handed from vertex to vertex, in order of distance, and measured to in a straight line:
over a fraction of a millimetre a surface is flat, and so triangles of any shape do not bend the measure.
"""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np
from numba import njit
from numpy.typing import NDArray

Points = NDArray[np.float64]
Indices = NDArray[np.int64]


def neighbours_of(edges: Indices, count: int) -> tuple[Indices, Indices]:
    """Return `starts` (n + 1,) and `others`: the neighbours of vertex v are `others[starts[v]:starts[v + 1]]`."""
    ends = np.concatenate([edges, edges[:, ::-1]])
    order = np.argsort(ends[:, 0], kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(ends[:, 0], minlength=count))])
    return starts.astype(np.int64), np.ascontiguousarray(ends[order, 1])


def connected_pieces(edges: Indices, kind: Indices) -> tuple[int, Indices]:
    """Return how many connected pieces of one kind there are, and the piece of each vertex (n,), -1 for kind -1."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    inside = np.flatnonzero(kind >= 0)
    row = np.full(len(kind), -1, np.int64)
    row[inside] = np.arange(len(inside))
    same = edges[(kind[edges[:, 0]] == kind[edges[:, 1]]) & (kind[edges[:, 0]] >= 0)]
    graph = coo_matrix((np.ones(len(same)), (row[same[:, 0]], row[same[:, 1]])), (len(inside), len(inside)))
    count, label = connected_components(graph, directed=False)
    piece = np.full(len(kind), -1, np.int64)
    piece[inside] = label
    return (int(count) if len(inside) else 0), piece


def distances_to(
    vertices: Points,
    graph: tuple[Indices, Indices],
    seeds: Indices,
    sources: Points,
    limit: float,
    region: Indices | None = None,
) -> tuple[Points, Indices]:
    """Return the distance (n,) of each vertex from the nearest of `sources` (s, 3), and which one (n,) that is.

    Source i is first met at vertex `seeds[i]`. Beyond `limit`, and where only another `region` (n,) has sources, the
    distance is infinite and the source -1.
    """
    wall = np.zeros(len(vertices), np.int64) if region is None else region
    found = _walk(vertices, *graph, np.asarray(seeds, np.int64), np.ascontiguousarray(sources), limit, wall)
    return np.asarray(found[0]), np.asarray(found[1])


@njit(cache=True)
def _walk(
    vertices: Points,
    starts: Indices,
    others: Indices,
    seeds: Indices,
    sources: Points,
    limit: float,
    region: Indices,
) -> tuple[Points, Indices]:
    distance = np.full(len(vertices), np.inf)
    nearest = np.full(len(vertices), -1, np.int64)
    heap = [(0.0, np.int64(0)) for _ in range(0)]
    for i in range(len(seeds)):
        v = seeds[i]
        d = _apart(vertices, v, sources, i)
        if d < distance[v] and d <= limit:
            distance[v], nearest[v] = d, i
            heappush(heap, (d, v))
    while len(heap) > 0:
        d, v = heappop(heap)
        if d > distance[v]:
            continue
        for j in range(starts[v], starts[v + 1]):
            w = others[j]
            if region[w] != region[v]:
                continue
            further = _apart(vertices, w, sources, nearest[v])
            if further < distance[w] and further <= limit:
                distance[w], nearest[w] = further, nearest[v]
                heappush(heap, (further, w))
    return distance, nearest


@njit(cache=True)
def _apart(vertices: Points, v: int, sources: Points, i: int) -> float:
    x, y, z = vertices[v, 0] - sources[i, 0], vertices[v, 1] - sources[i, 1], vertices[v, 2] - sources[i, 2]
    return float(np.sqrt(x * x + y * y + z * z))
