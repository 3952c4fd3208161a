"""Half-edges told apart by their ends, compiled: a bucket for each lower vertex, as no sort of all keys is needed."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

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
