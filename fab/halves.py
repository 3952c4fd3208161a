"""Edges, shells and places told apart, compiled: buckets and hashes, as no sort of all keys is needed."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.disjoint import find_root, unite

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_FEW = 48  # ends in one bucket that are put in order by insertion


@njit(cache=True)
def number_edges(low: Indices, high: Indices, count: int) -> tuple[Indices, Indices]:
    """Return the different pairs of `low` and `high` (k,), sorted, (e, 2), and for each given pair its number (k,).

    `count` is one more than the highest vertex.
    """
    starts = np.zeros(count + 1, np.int64)
    for v in low:
        starts[v + 1] += 1
    for v in range(count):
        starts[v + 1] += starts[v]
    place = starts[:-1].copy()
    halves = np.empty(len(low), np.int64)
    for h in range(len(low)):
        halves[place[low[h]]] = h
        place[low[h]] += 1
    corners = np.empty((len(low), 2), np.int64)
    of_half = np.empty(len(low), np.int64)
    edges = 0
    for v in range(count):
        mine = halves[starts[v] : starts[v + 1]]
        _sort_by(mine, high)
        last = -1
        for h in mine:
            if high[h] != last:
                last = high[h]
                corners[edges, 0], corners[edges, 1] = v, last
                edges += 1
            of_half[h] = edges - 1
    return corners[:edges].copy(), of_half


@njit(cache=True)
def _sort_by(items: Indices, key: Indices) -> None:
    if len(items) > _FEW:
        items[:] = items[np.argsort(key[items], kind="mergesort")]
        return
    for i in range(1, len(items)):
        item, j = items[i], i - 1
        while j >= 0 and key[items[j]] > key[item]:
            items[j + 1] = items[j]
            j -= 1
        items[j + 1] = item


@njit(cache=True)
def join_faces(of_half: Indices, edges: int) -> tuple[int, Indices]:
    """Return how many shells there are and the shell of each face, numbered by lowest face; `of_half` (3 m,) edges."""
    count = len(of_half) // 3
    parent = np.arange(count)
    first = np.full(edges, -1, np.int64)
    for h in range(len(of_half)):
        face, edge = h // 3, of_half[h]
        if first[edge] < 0:
            first[edge] = face
            continue
        unite(parent, first[edge], face)
    labels = np.empty(count, np.int64)
    shells = 0
    for face in range(count):
        root = find_root(parent, face)
        if root == face:
            labels[face] = shells
            shells += 1
        else:
            labels[face] = labels[root]
    return shells, labels


@njit(cache=True)
def first_equal(points: Points) -> Indices:
    """(n,) int64: for each row (n, 3) the first one that equals it; no row may hold nan or -0.0."""
    size = 1
    while size < 2 * len(points):
        size *= 2
    table = np.full(size, -1, np.int64)
    first = np.empty(len(points), np.int64)
    bits = points.view(np.uint64)
    for i in range(len(points)):
        key = np.uint64(0)
        for k in range(3):
            key = (key ^ bits[i, k]) * np.uint64(0x9E3779B97F4A7C15)
            key ^= key >> np.uint64(29)
        slot = np.int64(key & np.uint64(size - 1))
        while True:
            other = table[slot]
            if other < 0:
                table[slot] = first[i] = i
                break
            if (
                points[other, 0] == points[i, 0]
                and points[other, 1] == points[i, 1]
                and points[other, 2] == points[i, 2]
            ):
                first[i] = other
                break
            slot = (slot + 1) & (size - 1)
    return first
