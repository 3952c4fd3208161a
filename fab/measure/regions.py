"""Which faces are neighbours, and the connected patches that some of them make."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

Vectors = NDArray[np.float64]
Faces = NDArray[np.int64]
Indices = NDArray[np.int64]


def face_graph(vertices: Vectors, faces: Faces, middles: Vectors) -> csr_array:
    """Return the (m, m) graph of faces that share an edge, weighed with the way over it between their middles."""
    halves = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    keys = halves[:, 0] * len(vertices) + halves[:, 1]
    order = np.argsort(keys, kind="stable")
    same = np.flatnonzero(keys[order][1:] == keys[order][:-1])
    first, second = order[same], order[same + 1]
    edge_middle = vertices[halves[first]].mean(axis=1)
    a, b = first // 3, second // 3
    way = np.linalg.norm(middles[a] - edge_middle, axis=1) + np.linalg.norm(middles[b] - edge_middle, axis=1)
    way = np.maximum(way, 1e-9)
    graph = coo_array((np.tile(way, 2), (np.concatenate([a, b]), np.concatenate([b, a]))), (len(faces), len(faces)))
    return graph.tocsr()


def ring_graph(faces: Faces, middles: Vectors, chosen: NDArray[np.bool_]) -> csr_array:
    """Return the (m, m) graph of the `chosen` (m,) faces and those round them: neighbours share a corner.

    Weighed with the straight way in mm: what adds up over it is a few percent long, also where faces are slivers.
    """
    marked = np.zeros(int(faces.max()) + 1, bool)
    marked[faces[chosen]] = True
    near = np.flatnonzero(marked[faces].any(axis=1))
    size = (len(near), len(marked))
    corners = coo_array(
        (np.ones(3 * len(near), np.int8), (np.repeat(np.arange(len(near)), 3), faces[near].ravel())), size
    )
    meet = (corners.tocsr() @ corners.tocsr().T).tocoo()
    a, b = near[meet.row], near[meet.col]
    apart = a != b
    a, b = a[apart], b[apart]
    way = np.maximum(np.linalg.norm(middles[a] - middles[b], axis=1), 1e-9)
    return coo_array((way, (a, b)), (len(faces), len(faces))).tocsr()


def find_patches(vertices: Vectors, faces: Faces, chosen: NDArray[np.bool_]) -> list[Indices]:
    """Return the connected patches of the `chosen` (m,) faces, each as sorted face indices, in order of the first."""
    if not chosen.any():
        return []
    graph = face_graph(vertices, faces, vertices[faces].mean(axis=1))
    _, label = connected_components(graph[chosen][:, chosen], directed=False)
    return groups(np.flatnonzero(chosen), label)


def groups(members: Indices, label: NDArray[np.integer]) -> list[Indices]:
    """Return `members` (k,) parted by `label` (k,), in the order of the labels."""
    order = np.argsort(label, kind="stable")
    return np.split(members[order], np.flatnonzero(np.diff(label[order])) + 1)
