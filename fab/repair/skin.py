"""The skin of a set of grid nodes: a closed manifold with a vertex or more in every cell that it runs through.

Source: Nielson, "Dual Marching Cubes" (2004): one vertex for each sheet of the surface in a cell, so sheets that only
share the cell stay apart. Inside corners of an ambiguous cell face are joined.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.gate import distinct
from fab.repair.occupied import Occupied, add_nodes, holds, list_borders

Indices = NDArray[np.int64]

_ROUNDS = 20


class Skin(NamedTuple):
    """Quads (e, 4) of vertices, one round each border edge of `edges` (e, 5), outward; `cells` (n, 3) of the vertices.

    A cell is named by its lowest node.
    """

    quads: Indices
    edges: Indices
    cells: Indices


def lay_skin(occupied: Occupied) -> tuple[Skin, Occupied]:
    """Return the skin of the set, and the set itself with the few nodes added that it takes to be manifold."""
    loops, counts, pinched = _tables()
    for _ in range(_ROUNDS):
        edges = list_borders(occupied)
        keys = _cells_round(edges, occupied.size)
        cells = distinct(keys)
        place = np.searchsorted(cells, keys)
        _, ny, nz = occupied.size
        corner = np.stack([cells // (ny * nz), cells // nz % ny, cells % nz], axis=1)
        signs = _read_cells(occupied.starts, occupied.nodes, ny, corner)
        extra = _open_pinches(corner, cells, signs, pinched, ny, nz)
        if not len(extra):
            break
        occupied = add_nodes(occupied, extra)
    first = np.concatenate([[0], np.cumsum(counts[signs])])
    quads = _join_quads(edges, place, first, signs, loops)
    return Skin(quads, edges, np.repeat(corner, counts[signs], axis=0)), occupied


def _cells_round(edges: Indices, size: tuple[int, int, int]) -> Indices:
    """(e, 4): the cells round each edge, counter-clockwise seen against its axis."""
    nodes, axis = edges[:, :3], edges[:, 3]
    strides = np.array([size[1] * size[2], size[2], 1])
    u, v = strides[(axis + 1) % 3], strides[(axis + 2) % 3]
    own = nodes @ strides
    return np.stack([own - u - v, own - v, own, own - u], axis=1)


@njit(cache=True)
def _read_cells(starts: Indices, nodes: Indices, ny: int, corner: Indices) -> Indices:
    """(c,): which of a cell's corners x + 2 y + 4 z are inside, as bits."""
    signs = np.zeros(len(corner), np.int64)
    for n in range(len(corner)):
        i, j, k = corner[n]
        for m in range(8):
            if holds(starts, nodes, ny, i + (m & 1), j + (m >> 1 & 1), k + (m >> 2)):
                signs[n] |= 1 << m
    return signs


@njit(cache=True)
def _open_pinches(
    corner: Indices, cells: Indices, signs: Indices, pinched: NDArray[np.bool_], ny: int, nz: int
) -> Indices:
    """(p, 3): an outside node of each cell face at which the sheets of both its cells would share two edges."""
    out = np.empty((len(cells), 3), np.int64)
    count = 0
    for n in range(len(cells)):
        for axis in range(3):
            if not pinched[signs[n], axis, 1]:
                continue
            stride = ny * nz if axis == 0 else nz if axis == 1 else 1
            other = np.searchsorted(cells, cells[n] + stride)
            if other == len(cells) or cells[other] != cells[n] + stride or not pinched[signs[other], axis, 0]:
                continue
            for m in range(8):
                if m >> axis & 1 and not signs[n] >> m & 1:
                    for a in range(3):
                        out[count, a] = corner[n, a] + (m >> a & 1)
                    count += 1
                    break
    return out[:count]


@njit(cache=True)
def _join_quads(edges: Indices, place: Indices, first: Indices, signs: Indices, loops: Indices) -> Indices:
    quads = np.empty((len(edges), 4), np.int64)
    for e in range(len(edges)):
        axis = edges[e, 3]
        for m in range(4):
            # The edge as each of its cells counts it: at the far end of an axis where the cell lies before it.
            far_u, far_v = (m == 0 or m == 3), (m == 0 or m == 1)
            cell = place[e, m]
            vertex = first[cell] + loops[signs[cell], axis * 4 + far_u + 2 * far_v]
            quads[e, m if edges[e, 4] else 3 - m] = vertex
    return quads


@cache
def _tables() -> tuple[Indices, Indices, NDArray[np.bool_]]:
    """Return per cell configuration: the sheet of each edge (256, 12), the number of sheets (256,), pinched faces.

    Edge 4 a + u + 2 v runs along axis a. `pinched` (256, 3, 2) says of the face at the low or high end of an axis that
    it is ambiguous and one sheet crosses it twice.
    """
    loops, counts = np.full((256, 12), -1, np.int64), np.zeros(256, np.int64)
    pinched = np.zeros((256, 3, 2), np.bool_)
    for signs in range(256):
        segments = [(axis, end, pair) for axis in range(3) for end in range(2) for pair in _segments(signs, axis, end)]
        names = {edge: edge for _, _, pair in segments for edge in pair}
        for _, _, (a, b) in segments:
            low, high = sorted((names[a], names[b]))
            names = {edge: low if name == high else name for edge, name in names.items()}
        ranks = {name: rank for rank, name in enumerate(sorted(set(names.values())))}
        counts[signs] = len(ranks)
        for edge, name in names.items():
            loops[signs, edge] = ranks[name]
        for axis in range(3):
            for end in range(2):
                here = [names[pair[0]] for a, e, pair in segments if (a, e) == (axis, end)]
                pinched[signs, axis, end] = len(here) == 2 and here[0] == here[1]
    return loops, counts, pinched


def _segments(signs: int, axis: int, end: int) -> list[tuple[int, int]]:
    """Return which edges of a cell's face the surface joins."""
    u, v = (axis + 1) % 3, (axis + 2) % 3
    ring = [(0, 0), (1, 0), (1, 1), (0, 1)]
    inside = [bool(signs >> ((end << axis) + (p << u) + (q << v)) & 1) for p, q in ring]
    edges = []
    for m in range(4):
        p, q = ring[m]
        along = u if p != ring[(m + 1) % 4][0] else v
        edges.append(_edge(along, {axis: end, (v if along == u else u): q if along == u else p}))
    crossed = [edges[m] for m in range(4) if inside[m] != inside[(m + 1) % 4]]
    if len(crossed) < 4:
        return [(crossed[0], crossed[1])] if crossed else []
    return [(edges[m - 1], edges[m]) for m in range(4) if not inside[m]]


def _edge(axis: int, fixed: dict[int, int]) -> int:
    return axis * 4 + fixed[(axis + 1) % 3] + 2 * fixed[(axis + 2) % 3]
