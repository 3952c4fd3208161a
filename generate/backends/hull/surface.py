"""Surface: the zero level of a field as one closed mesh."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from generate.backends.hull.carve import Field

Mesh = tuple[NDArray[np.float64], NDArray[np.int64]]


def extract(field: Field) -> tuple[Mesh, float]:
    """Return the largest part, vertices (right, depth, height) in voxels and outward faces, and the share left out."""
    from skimage.measure import marching_cubes

    nodes, faces, _, _ = marching_cubes(_off_nodes(field.values), 0.0)
    vertices = field.to_voxels(nodes.astype(np.float64))
    faces = faces.astype(np.int64)
    if _volume(vertices, faces) < 0:
        faces = faces[:, ::-1]
    return _largest(vertices, faces)


def _off_nodes(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the field without zeros, at which marching cubes would make faces without area."""
    return np.where(np.abs(values) < 1e-3, np.where(values > 0, np.float32(1e-3), np.float32(-1e-3)), values)


def _largest(vertices: NDArray[np.float64], faces: NDArray[np.int64]) -> tuple[Mesh, float]:
    """Return the part of the largest volume and the share of the volume that the others had."""
    edges = np.concatenate([faces[:, :2], faces[:, 1:]])
    graph = coo_matrix((np.ones(len(edges), bool), edges.T), shape=(len(vertices),) * 2)
    count, label = connected_components(graph, directed=False)
    of_face = label[faces[:, 0]]
    volumes = np.bincount(of_face, _face_volumes(vertices, faces), minlength=count)
    keep = faces[of_face == np.argmax(volumes)]
    used, renumbered = np.unique(keep, return_inverse=True)
    others = np.clip(volumes, 0, None).sum() - volumes.max()
    return (vertices[used], renumbered.reshape(-1, 3)), float(others / (others + volumes.max()))


def _face_volumes(vertices: NDArray[np.float64], faces: NDArray[np.int64]) -> NDArray[np.float64]:
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    return np.asarray(np.einsum("ij,ij->i", a, np.cross(b, c)) / 6)


def _volume(vertices: NDArray[np.float64], faces: NDArray[np.int64]) -> float:
    return float(_face_volumes(vertices, faces).sum())
