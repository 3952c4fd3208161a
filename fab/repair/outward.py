"""Outward: the way away from the material at each vertex of a surface."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def vertex_normals(vertices: NDArray[np.float64], faces: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n, 3): unit normals at the vertices (n, 3), the faces (m, 3) round each weighted by area; zero where none is."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    across, total = np.cross(b - a, c - a), np.zeros_like(vertices)
    for k in range(3):
        np.add.at(total, faces[:, k], across)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.asarray(total / np.where(length > 0, length, 1), np.float64)
