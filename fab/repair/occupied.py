"""A set of nodes of a grid as runs along its columns: how it is built, filled, and where its border lies."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.disjoint import find_root, unite
from fab.repair.scanline import Runs

Indices = NDArray[np.int64]


class Occupied(NamedTuple):
    """Nodes (i, j, k) of a grid of `size`: per column i · size[1] + j the runs `nodes` (r, 2) of k, first and last."""

    starts: Indices
    nodes: Indices
    size: tuple[int, int, int]


def occupy(runs: tuple[Runs, Runs, Runs], size: tuple[int, int, int]) -> Occupied:
    """Return the nodes in runs along z, less those that the other axes free, with those that they alone hold.

    Runs along x and y matter only where they are one node long: a thicker wall shows along z as well.
    """
    columns = np.repeat(np.arange(size[0] * size[1]), np.diff(runs[2].starts))
    along_z = np.concatenate([columns[:, None], runs[2].nodes], axis=1)
    freed, held = [], []
    for axis in range(2):
        run = runs[axis]
        thin = run.nodes[:, 0] == run.nodes[:, 1]
        column = np.repeat(np.arange(len(run.starts) - 1), np.diff(run.starts))[thin]
        held.append(_place(column, run.nodes[thin, 0], axis, size))
        freed.append(_place(run.freed[:, 0], run.freed[:, 1], axis, size))
    taken = _take(along_z, np.concatenate(freed))
    return merge_rows(np.concatenate([taken, *held]), size)


def _place(column: Indices, along: Indices, axis: int, size: tuple[int, int, int]) -> Indices:
    """(n, 3): nodes of columns along x or y as runs along z: column there, first and last."""
    u, v = column // size[(axis + 2) % 3], column % size[(axis + 2) % 3]
    i, j, k = (along, u, v) if axis == 0 else (v, along, u)
    return np.stack([i * size[1] + j, k, k], axis=1)


def _take(rows: Indices, nodes: Indices) -> Indices:
    """Return runs (column, first, last) without nodes; a run of one node stays."""
    nodes = np.unique(nodes, axis=0)
    found = np.searchsorted(_key(rows[:, 0], rows[:, 1]), _key(nodes[:, 0], nodes[:, 1]), side="right") - 1
    inside = (found >= 0) & (rows[found, 0] == nodes[:, 0]) & (nodes[:, 1] <= rows[found, 2])
    inside &= rows[found, 1] < rows[found, 2]
    found, node = found[inside], nodes[inside, 1]
    whole = np.ones(len(rows), np.bool_)
    whole[found] = False
    # Between nodes taken from one run lie its pieces.
    change = np.flatnonzero(np.diff(found, prepend=-1))
    firsts = np.insert(node + 1, change, rows[found[change], 1])
    ends = np.append(change[1:], len(found))
    lasts = np.insert(node - 1, ends, rows[found[ends - 1], 2]) if len(found) else node
    pieces = np.stack([rows[np.insert(found, change, found[change]), 0], firsts, lasts], axis=1)
    return np.concatenate([rows[whole], pieces[pieces[:, 1] <= pieces[:, 2]]])


def _key(column: Indices, along: Indices) -> Indices:
    return column * (1 << 32) + along


def add_nodes(occupied: Occupied, nodes: Indices) -> Occupied:
    """Return the set with nodes (n, 3) added."""
    new = np.stack([nodes[:, 0] * occupied.size[1] + nodes[:, 1], nodes[:, 2], nodes[:, 2]], axis=1)
    return merge_rows(np.concatenate([rows_of(occupied), new]), occupied.size)


def rows_of(occupied: Occupied) -> Indices:
    """(r, 3): the runs as column, first and last node."""
    columns = np.repeat(np.arange(len(occupied.starts) - 1), np.diff(occupied.starts))
    return np.concatenate([columns[:, None], occupied.nodes], axis=1)


def merge_rows(rows: Indices, size: tuple[int, int, int]) -> Occupied:
    """Return the set of runs (column, first, last), with those joined that overlap or follow one another."""
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    starts, nodes = _join_runs(rows, size[0] * size[1])
    return Occupied(starts, nodes, size)


@njit(cache=True)
def _join_runs(rows: Indices, columns: int) -> tuple[Indices, Indices]:
    starts, nodes = np.zeros(columns + 1, np.int64), np.empty((len(rows), 2), np.int64)
    count = 0
    for m in range(len(rows)):
        c, first, last = rows[m]
        if starts[c + 1] and nodes[count - 1, 1] >= first - 1:
            nodes[count - 1, 1] = max(nodes[count - 1, 1], last)
        else:
            nodes[count, 0], nodes[count, 1] = first, last
            starts[c + 1] += 1
            count += 1
    return np.cumsum(starts), nodes[:count]


def fill_pockets(occupied: Occupied) -> tuple[Occupied, int]:
    """Return the set with every free region that the grid's border cannot reach, and how many there were."""
    starts, nodes, count = _fill(occupied.starts, occupied.nodes, *occupied.size)
    return Occupied(starts, nodes, occupied.size), int(count)


@njit(cache=True)
def _fill(starts: Indices, nodes: Indices, nx: int, ny: int, nz: int) -> tuple[Indices, Indices, int]:
    """Gap g = run + column is the free stretch before a run, or after a column's last; equal roots are one region."""
    gaps = len(nodes) + nx * ny
    parent = np.arange(gaps)
    for c in range(nx * ny):
        for side in range(2):
            if (side == 0 and c % ny == ny - 1) or (side == 1 and c // ny == nx - 1):
                continue
            d = c + 1 if side == 0 else c + ny
            g, h = starts[c], starts[d]
            while g <= starts[c + 1] and h <= starts[d + 1]:
                g_low = nodes[g - 1, 1] + 1 if g > starts[c] else 0
                h_low = nodes[h - 1, 1] + 1 if h > starts[d] else 0
                g_high = nodes[g, 0] - 1 if g < starts[c + 1] else nz - 1
                h_high = nodes[h, 0] - 1 if h < starts[d + 1] else nz - 1
                if max(g_low, h_low) <= min(g_high, h_high):
                    unite(parent, g + c, h + d)
                if g_high < h_high:
                    g += 1
                else:
                    h += 1
    new_starts, new_nodes = np.zeros(nx * ny + 1, np.int64), np.empty_like(nodes)
    count = 0
    pockets = set()
    for c in range(nx * ny):
        for r in range(starts[c], starts[c + 1]):
            root = find_root(parent, r + c)
            if root != 0 and r > starts[c]:
                pockets.add(root)
                new_nodes[count - 1, 1] = nodes[r, 1]
                continue
            new_nodes[count] = nodes[r]
            new_starts[c + 1] += 1
            count += 1
    return np.cumsum(new_starts), new_nodes[:count], len(pockets)


def list_borders(occupied: Occupied) -> Indices:
    """(e, 5) int64: edges of the grid between an inside and an outside node.

    Rows are i, j, k of the lower node, the axis of the edge, and 1 where the lower node is the inside one, else 0.
    """
    return np.asarray(_borders(occupied.starts, occupied.nodes, *occupied.size), np.int64)


@njit(cache=True)
def _borders(starts: Indices, nodes: Indices, nx: int, ny: int, nz: int) -> Indices:
    out = np.empty((max(1024, 8 * len(nodes)), 5), np.int64)
    count = 0
    for c in range(nx * ny):
        i, j = c // ny, c % ny
        for axis in range(2):
            if (axis == 1 and j == ny - 1) or (axis == 0 and i == nx - 1):
                continue
            d = c + 1 if axis == 1 else c + ny
            p, q, k = starts[c], starts[d], 0
            while p < starts[c + 1] or q < starts[d + 1]:
                here = p < starts[c + 1] and nodes[p, 0] <= k
                there = q < starts[d + 1] and nodes[q, 0] <= k
                end = nz
                if p < starts[c + 1]:
                    end = min(end, nodes[p, 1] + 1 if here else nodes[p, 0])
                if q < starts[d + 1]:
                    end = min(end, nodes[q, 1] + 1 if there else nodes[q, 0])
                if here != there:
                    while count + end - k > len(out):
                        out = np.concatenate((out, out))
                    for m in range(k, end):
                        out[count, 0], out[count, 1], out[count, 2], out[count, 3] = i, j, m, axis
                        out[count, 4] = 1 if here else 0
                        count += 1
                k = end
                if p < starts[c + 1] and nodes[p, 1] < k:
                    p += 1
                if q < starts[d + 1] and nodes[q, 1] < k:
                    q += 1
        while count + 2 * (starts[c + 1] - starts[c]) > len(out):
            out = np.concatenate((out, out))
        for r in range(starts[c], starts[c + 1]):
            for end in range(2):
                out[count, 0], out[count, 1], out[count, 3], out[count, 4] = i, j, 2, end
                out[count, 2] = nodes[r, 1] if end else nodes[r, 0] - 1
                count += 1
    return out[:count]


@njit(cache=True)
def holds(starts: Indices, nodes: Indices, ny: int, i: int, j: int, k: int) -> bool:
    """Whether node (i, j, k) is in the set; its column must be on the grid."""
    c = i * ny + j
    for r in range(starts[c], starts[c + 1]):
        if nodes[r, 0] <= k <= nodes[r, 1]:
            return True
        if nodes[r, 0] > k:
            return False
    return False
