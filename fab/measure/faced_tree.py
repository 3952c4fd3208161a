"""A tree of boxes that also knows which way the faces in them look: compiled.

A wall opposite a point looks the other way. Most of what is near a point of a surface is the surface round it, which
looks the same way, so a walk that leaves out such boxes opens hardly any where nothing is thin.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.boxtree import WIDTH, build_tree

Vectors = NDArray[np.float64]
Indices = NDArray[np.int64]


class FacedTree(NamedTuple):
    """`order` (m,) faces along the curve, `triangles` (m, 3, 3) and unit `normals` (m, 3) in that order; for each node,
    leaves first, level upon level as `starts` says, `boxes` (k, 6) and `looks` (k, 6): low and high corners in space,
    and low and high normals by axis.
    """

    order: Indices
    triangles: Vectors
    normals: Vectors
    boxes: Vectors
    looks: Vectors
    starts: Indices


def build_faced_tree(vertices: Vectors, faces: NDArray[np.int64], normals: Vectors) -> FacedTree:
    """Return the tree over `faces` (m, 3) int64; `vertices` (n, 3) mm, unit `normals` (m, 3), zero for no area."""
    tree = build_tree(vertices, faces)
    normals = normals[tree.order]
    looks = _bound_normals(normals, tree.starts)
    return FacedTree(tree.order, vertices[faces[tree.order]], normals, tree.boxes, looks, tree.starts)


@njit(cache=True)
def _bound_normals(normals: Vectors, starts: Indices) -> Vectors:
    looks = np.empty((starts[-1], 6))
    looks[: starts[1], :3] = normals
    looks[: starts[1], 3:] = normals
    for level in range(1, len(starts) - 1):
        below, count = starts[level - 1], starts[level] - starts[level - 1]
        for node in range(starts[level + 1] - starts[level]):
            children = looks[below + node * WIDTH : below + min((node + 1) * WIDTH, count)]
            for axis in range(3):
                looks[starts[level] + node, axis] = children[:, axis].min()
                looks[starts[level] + node, axis + 3] = children[:, axis + 3].max()
    return looks


@njit(cache=True, nogil=True)
def open_top(tree, levels, nodes):  # type: ignore[no-untyped-def]
    """Return how many nodes the highest level has, put on the stack."""
    top = len(tree.starts) - 2
    count = tree.starts[top + 1] - tree.starts[top]
    for node in range(count):
        levels[node], nodes[node] = top, node
    return count


@njit(cache=True, nogil=True)
def open_children(tree, level, node, n, most_facing, levels, nodes, open_nodes):  # type: ignore[no-untyped-def]
    """Return the height of the stack with the children in which a normal may have a cosine to `n` of `most_facing` or
    less."""
    below = tree.starts[level - 1]
    x = 0 if n[0] > 0.0 else 3
    y = 1 if n[1] > 0.0 else 4
    z = 2 if n[2] > 0.0 else 5
    for child in range(node * WIDTH, min((node + 1) * WIDTH, tree.starts[level] - below)):
        at = below + child
        if n[0] * tree.looks[at, x] + n[1] * tree.looks[at, y] + n[2] * tree.looks[at, z] <= most_facing:
            levels[open_nodes], nodes[open_nodes] = level - 1, child
            open_nodes += 1
    return open_nodes
