"""Paint: pictures projected by facing onto the surface and blended; what no picture sees is filled from beside it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.ndimage import distance_transform_edt
from scipy.sparse.linalg import cg

from generate.backends.hull.frame import Outline

HIDDEN_VOXELS = 2.5
"""A vertex this far behind the front-most surface is hidden."""

Floats = NDArray[np.float64]


def painted(
    vertices: Floats, faces: NDArray[np.int64], outlines: tuple[Outline, ...], azimuth_deg: float
) -> NDArray[np.uint8]:
    """Return (n, 4) uint8 sRGB colours of the vertices (right, depth, height in voxels as seen from `azimuth_deg`)."""
    normals = vertex_normals(vertices, faces)
    total, weight = np.zeros((len(vertices), 3)), np.zeros(len(vertices))
    for outline in outlines:
        turn = np.radians(outline.view.azimuth_deg - azimuth_deg)
        seen = _weight(vertices, faces, normals, turn)
        colour, near = _sample(outline, _right(vertices, turn), vertices[:, 2])
        seen *= near
        total += seen[:, None] * colour
        weight += seen
    known = weight > 1e-3
    colours = np.where(known[:, None], total / np.maximum(weight, 1e-9)[:, None], 0.0)
    colours = _filled(colours, known, faces)
    rgba = np.full((len(vertices), 4), 255, np.uint8)
    rgba[:, :3] = np.clip(np.round(colours), 0, 255)
    return rgba


def vertex_normals(vertices: Floats, faces: NDArray[np.int64]) -> Floats:
    """Return (n, 3) unit normals, area-weighted."""
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    cross = np.cross(b - a, c - a)
    normals = np.stack([np.bincount(faces.ravel(), np.repeat(cross[:, i], 3), len(vertices)) for i in range(3)], axis=1)
    return np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12))


def _right(points: Floats, turn: float) -> Floats:
    return np.asarray(points[:, 0] * np.cos(turn) + points[:, 1] * np.sin(turn))


def _toward(points: Floats, turn: float) -> Floats:
    return np.asarray(points[:, 0] * np.sin(turn) - points[:, 1] * np.cos(turn))


def _weight(vertices: Floats, faces: NDArray[np.int64], normals: Floats, turn: float) -> Floats:
    """Return (n,) how well the view turned by `turn` sees each vertex: 0 hidden, 1 facing it."""
    facing = np.clip((_toward(normals, turn) + 0.15) / 1.15, 0.0, 1.0) ** 2
    right, toward = _right(vertices, turn), _toward(vertices, turn)
    u, v = (np.round(x - x.min()).astype(np.int64) for x in (right, vertices[:, 2]))
    cell = u * (v.max() + 1) + v
    front = np.full(int(cell.max()) + 1, -np.inf)
    np.maximum.at(front, cell, toward)
    return np.asarray(facing * (toward > front[cell] - HIDDEN_VOXELS))


def _sample(outline: Outline, right: Floats, height: Floats) -> tuple[Floats, Floats]:
    """Return (n, 3) colours and (n,) trust, which falls off where the picture shows no subject."""
    image, outside = _bled(outline)
    at = outline.pixels_of(right, height).astype(np.float32)
    colour = _bilinear(image, at)
    gap = _bilinear(outside, at) / outline.px_per_voxel
    return colour, np.exp(-np.square(gap / 4.0))


def _bilinear(image: NDArray[np.float32], at: NDArray[np.float32]) -> Floats:
    """Return the image at (n, 2) points; cv2.remap takes at most 32767 a side, so the points go in as a grid."""
    width = 4096
    padded = np.zeros((-(-len(at) // width) * width, 2), np.float32)
    padded[: len(at)] = at
    grid = padded.reshape(-1, width, 2)
    sampled = cv2.remap(image, grid[..., 0], grid[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(sampled.reshape(grid.shape[0] * width, *image.shape[2:])[: len(at)], np.float64)


def _bled(outline: Outline) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the picture with its subject's colours carried outward over its edge, and the distance outside in pixels.

    The outermost pixels of a subject are mixed with its background: they are left out, except on features so thin
    that nothing else is left of them.
    """
    image = outline.view.image
    opaque = image[..., 3] >= 250
    inset = distance_transform_edt(np.pad(opaque, 1))[1:-1, 1:-1]
    edge = max(2.0, 0.9 * outline.px_per_voxel)
    reach = 2 * int(np.ceil(edge)) + 1
    ridge = cv2.dilate(inset.astype(np.float32), np.ones((reach, reach), np.uint8))
    clean = opaque & ((inset > edge) | (inset >= 0.75 * ridge))
    if not clean.any():
        clean = outline.view.mask
    nearest = distance_transform_edt(~clean, return_distances=False, return_indices=True)
    colours = image[..., :3][tuple(nearest)].astype(np.float32)
    return colours, distance_transform_edt(~outline.view.mask).astype(np.float32)


def _filled(colours: Floats, known: NDArray[np.bool_], faces: NDArray[np.int64]) -> Floats:
    """Return the colours with the unknown ones spread smoothly from their known neighbours (Laplace's equation)."""
    if known.all():
        return colours
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    graph = sparse.coo_matrix((np.ones(len(edges)), edges.T), shape=(len(colours),) * 2).tocsr()
    graph = graph + graph.T
    unknown = np.flatnonzero(~known)
    degree = np.asarray(graph.sum(axis=1)).ravel()
    matrix = (sparse.diags(degree) - graph)[unknown][:, unknown].tocsr()
    pull = graph[unknown][:, known] @ colours[known]
    filled = colours.copy()
    mean = colours[known].mean(axis=0)
    scale = sparse.diags(1 / degree[unknown])
    for channel in range(3):
        start = np.full(unknown.size, mean[channel])
        filled[unknown, channel], _ = cg(matrix, pull[:, channel], start, rtol=1e-4, maxiter=600, M=scale)
    return filled
