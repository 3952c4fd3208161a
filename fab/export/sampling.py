"""The colours an exporter writes: the solid's field asked at its vertices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.solid import Solid


def vertex_colours(solid: Solid) -> NDArray[np.float64]:
    """Return (n, 4) linear RGBA at the solid's vertices, white without a colour field."""
    if solid.colour is None:
        return np.ones((len(solid.vertices), 4))
    return solid.colour.at(solid.vertices, vertex_normals(solid.vertices, solid.faces))


def vertex_normals(vertices: NDArray[np.float64], faces: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return (n, 3) unit normals, the faces' weighted by their angle at the vertex; zero where they cancel."""
    corners = vertices[faces]
    sides = np.roll(corners, -1, axis=1) - corners
    length = np.linalg.norm(sides, axis=2, keepdims=True)
    sides = np.divide(sides, length, out=np.zeros_like(sides), where=length > 0)
    cosines = -np.einsum("mck,mck->mc", sides, np.roll(sides, 1, axis=1))
    angles = np.arccos(np.clip(cosines, -1.0, 1.0))
    normals = np.cross(sides[:, 0], sides[:, 1])
    size = np.linalg.norm(normals, axis=1, keepdims=True)
    normals = np.divide(normals, size, out=np.zeros_like(normals), where=size > 0)
    total = np.zeros((len(vertices), 3))
    for k in range(3):
        for axis in range(3):
            total[:, axis] += np.bincount(faces[:, k], angles[:, k] * normals[:, axis], len(vertices))
    size = np.linalg.norm(total, axis=1, keepdims=True)
    return np.asarray(np.divide(total, size, out=np.zeros_like(total), where=size > 1e-12))
