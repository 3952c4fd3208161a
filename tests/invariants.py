"""What must hold, by name."""

from __future__ import annotations

import numpy as np
import trimesh

from fab.gate import find_defects, merge_float32
from fab.solid import Solid

Shape = trimesh.Trimesh | Solid


def assert_solid(shape: Shape) -> None:
    """The shape is a solid after merging at float32; a `Solid` also stands at z = 0."""
    vertices, faces = merge_float32(shape.vertices, shape.faces)
    defects = find_defects(vertices, faces)
    assert defects.none, defects.sentence()
    if isinstance(shape, Solid):
        assert np.array_equal(vertices, shape.vertices)
        assert vertices[:, 2].min() == 0.0


def assert_same_shape(a: Shape, b: Shape, tol_mm: float) -> None:
    """No point of either surface is farther than `tol_mm` from the other (corners, edge and face middles)."""
    assert farthest(a, b) <= tol_mm
    assert farthest(b, a) <= tol_mm


def farthest(shape: Shape, other: Shape) -> float:
    """Return the largest distance from corners, edge and face middles of `shape` to the surface of `other`."""
    import igl

    triangles = np.asarray(shape.vertices, np.float64)[np.asarray(shape.faces)]
    middles = [(triangles[:, k] + triangles[:, k - 1]) / 2 for k in range(3)]
    points = np.concatenate([triangles.reshape(-1, 3), *middles, triangles.mean(axis=1)])
    target = np.ascontiguousarray(other.vertices, np.float64), np.ascontiguousarray(other.faces, np.int64)
    squared, _, _ = igl.point_mesh_squared_distance(points, *target)
    return float(np.sqrt(squared.max()))
