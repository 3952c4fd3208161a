"""Disjoint sets over the runs of layers: which runs make one piece. Compiled."""

from __future__ import annotations

from numba import njit


@njit(cache=True)
def find_root(parent, member):  # type: ignore[no-untyped-def]
    """Return the root of a member's set, halving the way there."""
    while parent[member] != member:
        parent[member] = parent[parent[member]]
        member = parent[member]
    return member


@njit(cache=True)
def unite(parent, a, b):  # type: ignore[no-untyped-def]
    """Return the root of both sets made one: the lower of their roots, so that the order of calls does not matter."""
    a, b = find_root(parent, a), find_root(parent, b)
    if a > b:
        a, b = b, a
    parent[b] = a
    return a


@njit(cache=True)
def unite_rows(parent, spans, starts, first_cell, rows, apart, reach):  # type: ignore[no-untyped-def]
    """Unite the runs of one layer that come within `reach` along x of each other in rows that are `apart` rows apart."""
    for cell in range(first_cell, first_cell + rows - apart):
        here, stop = starts[cell], starts[cell + 1]
        there, end = starts[cell + apart], starts[cell + apart + 1]
        while here < stop and there < end:
            if spans[here, 0] < spans[there, 1] + reach and spans[there, 0] < spans[here, 1] + reach:
                unite(parent, here, there)
            if spans[here, 1] < spans[there, 1]:
                here += 1
            else:
                there += 1
