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
    order = np.argsort(_morton_code(boxes), kind="stable")
    levels = [len(boxes)]
    while levels[-1] > WIDTH:
        levels.append(-(-levels[-1] // WIDTH))
    starts = np.cumsum([0, *levels]).astype(np.int64)
    return BoxTree(order, _stack_boxes(boxes, order, starts), starts)


@njit(cache=True)
def _stack_boxes(
    boxes: NDArray[np.float64], order: NDArray[np.int64], starts: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(k, 6): the boxes in order, then those round blocks of these, level upon level."""
    out = np.empty((starts[-1], 6))
    for i in range(len(order)):
        out[i] = boxes[order[i]]
    for level in range(1, len(starts) - 1):
        for i in range(starts[level], starts[level + 1]):
            first = starts[level - 1] + (i - starts[level]) * WIDTH
            out[i] = out[first]
            for j in range(first + 1, min(first + WIDTH, starts[level])):
                for axis in range(3):
                    out[i, axis] = min(out[i, axis], out[j, axis])
                    out[i, axis + 3] = max(out[i, axis + 3], out[j, axis + 3])
    return out


@njit(cache=True)
def _morton_code(boxes: NDArray[np.float64]) -> NDArray[np.int64]:
    """(m,) int64: position of each box's middle on the Morton curve through all of them, 21 bits an axis."""
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    for i in range(len(boxes)):
        for axis in range(3):
            twice = boxes[i, axis] + boxes[i, axis + 3]
            low[axis], high[axis] = min(low[axis], twice), max(high[axis], twice)
    size = max(high[0] - low[0], high[1] - low[1], high[2] - low[2])
    size = size if size > 0.0 else 1.0
    code = np.zeros(len(boxes), np.int64)
    for i in range(len(boxes)):
        for axis in range(3):
            cell = int((boxes[i, axis] + boxes[i, axis + 3] - low[axis]) / size * (2**21 - 1))
            code[i] |= _spread_bits(cell) << axis
    return code


@njit(cache=True)
def _spread_bits(x: int) -> int:
    """Put two zero bits after each of the lowest 21 bits."""
    x = (x | x << 32) & 0x1F00000000FFFF
    x = (x | x << 16) & 0x1F0000FF0000FF
    x = (x | x << 8) & 0x100F00F00F00F00F
    x = (x | x << 4) & 0x10C30C30C30C30C3
    return (x | x << 2) & 0x1249249249249249


@njit(cache=True)
def boxes_meet(boxes: NDArray[np.float64], i: int, other: NDArray[np.float64], j: int) -> bool:
    """Whether two closed boxes share a point."""
    for axis in range(3):  # noqa: SIM110 - compiled
        if boxes[i, axis] > other[j, axis + 3] or other[j, axis] > boxes[i, axis + 3]:
            return False
    return True
