"""Nothing that faces a point may hide in a box that is left out."""

from __future__ import annotations

import numpy as np
import solids

from fab.boxtree import STACK, WIDTH
from fab.measure.faced_tree import build_faced_tree, open_children, open_top
from fab.measure.thickness import normals_of


def test_walk_by_normals_comes_to_every_face_that_looks_that_way_and_opens_few_others() -> None:
    mesh = solids.torus()
    vertices, faces = np.asarray(mesh.vertices, float), np.asarray(mesh.faces, np.int64)
    normals = normals_of(vertices[faces])[0]
    tree = build_faced_tree(vertices, faces, normals)
    way = np.array([0.6, -0.64, 0.48])
    levels, nodes = np.empty(STACK, np.int64), np.empty(STACK, np.int64)
    height, found = open_top(tree, levels, nodes), []
    while height:
        height -= 1
        level, node = levels[height], nodes[height]
        if level == 0:
            found.append(tree.order[node])
        else:
            height = open_children(tree, level, node, way, -0.4, levels, nodes, height)
    facing = np.flatnonzero(normals @ way <= -0.4)
    assert len(facing) > 2 * WIDTH
    assert sorted(found) == facing.tolist()
