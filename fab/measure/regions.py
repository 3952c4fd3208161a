"""Which faces are neighbours, and faces parted by label."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

Vectors = NDArray[np.float64]
Faces = NDArray[np.int64]
Indices = NDArray[np.int64]


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


def groups(members: Indices, label: NDArray[np.integer]) -> list[Indices]:
    """Return `members` (k,) parted by `label` (k,), in the order of the labels."""
    order = np.argsort(label, kind="stable")
    return np.split(members[order], np.flatnonzero(np.diff(label[order])) + 1)
