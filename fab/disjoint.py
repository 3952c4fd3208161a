"""Disjoint sets in one array of parents: which things make one piece. Compiled."""

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
