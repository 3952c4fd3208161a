"""A tree of bounding boxes over faces, compiled: blocks of eight along the Morton curve, level upon level.

Unlike a grid it has no cell size to choose, so two large faces among many small ones cost nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

WIDTH = 8
STACK = 512  # levels × (WIDTH - 1) + 1 entries are ever open; 2**63 faces have 21 levels


class BoxTree(NamedTuple):
    """`order` (m,) faces along the curve; `boxes` (k, 6) low and high corners, leaves first; `starts` of the levels."""

    order: NDArray[np.int64]
    boxes: NDArray[np.float64]
    starts: NDArray[np.int64]


@njit(cache=True)
def face_boxes(vertices: NDArray[np.float64], faces: NDArray[np.int64]) -> NDArray[np.float64]:
    """(m, 6): lowest x, y, z and highest x, y, z of each face."""
    boxes = np.empty((len(faces), 6))
    for f in range(len(faces)):
        a, b, c = faces[f]
        for axis in range(3):
            p, q, r = vertices[a, axis], vertices[b, axis], vertices[c, axis]
            boxes[f, axis] = min(p, q, r)
            boxes[f, axis + 3] = max(p, q, r)
    return boxes


def build_tree(vertices: NDArray[np.float64], faces: NDArray[np.int64]) -> BoxTree:
    """Return the tree over `faces` (m, 3) int64; `vertices` (n, 3) float64, finite where a face uses them."""
    boxes = face_boxes(vertices, faces)
    order = np.argsort(_morton_code(boxes[:, :3] + boxes[:, 3:]), kind="stable")
    levels = [boxes[order]]
    while len(levels[-1]) > WIDTH:
        levels.append(_block_boxes(levels[-1]))
    starts = np.cumsum([0] + [len(level) for level in levels])
    return BoxTree(order, np.concatenate(levels), starts.astype(np.int64))


def _block_boxes(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    blocks = np.arange(0, len(boxes), WIDTH)
    low = np.minimum.reduceat(boxes[:, :3], blocks)
    high = np.maximum.reduceat(boxes[:, 3:], blocks)
    return np.concatenate([low, high], axis=1)


def _morton_code(points: NDArray[np.float64]) -> NDArray[np.uint64]:
    """(m,) uint64: position of each point on the Morton curve through the bounding box, 21 bits an axis."""
    low = points.min(axis=0)
    size = float((points.max(axis=0) - low).max()) or 1.0
    cell = ((points - low) / size * (2**21 - 1)).astype(np.uint64)
    code = np.zeros(len(points), np.uint64)
    for axis in range(3):
        code |= _spread_bits(cell[:, axis]) << np.uint64(axis)
    return code


def _spread_bits(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Put two zero bits after each of the lowest 21 bits."""
    for shift, mask in (
        (32, 0x1F00000000FFFF),
        (16, 0x1F0000FF0000FF),
        (8, 0x100F00F00F00F00F),
        (4, 0x10C30C30C30C30C3),
        (2, 0x1249249249249249),
    ):
        x = (x | (x << np.uint64(shift))) & np.uint64(mask)
    return x


@njit(cache=True)
def boxes_meet(boxes: NDArray[np.float64], i: int, other: NDArray[np.float64], j: int) -> bool:
    """Whether two closed boxes share a point."""
    for axis in range(3):  # noqa: SIM110 - compiled
        if boxes[i, axis] > other[j, axis + 3] or other[j, axis] > boxes[i, axis + 3]:
            return False
    return True
