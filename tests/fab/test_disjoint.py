"""Disjoint sets against a walk over the same pairs."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from fab.disjoint import find_root, unite


def test_sets_are_the_connected_components_and_their_roots_the_lowest_members() -> None:
    pairs = np.random.default_rng(0).integers(0, 300, (200, 2))
    parent = np.arange(300)
    for a, b in pairs:
        assert unite(parent, a, b) == min(find_root(parent, a), find_root(parent, b))
    root = np.array([find_root(parent, member) for member in range(300)])
    _, label = connected_components(coo_array((np.ones(200), tuple(pairs.T)), (300, 300)), directed=False)
    first = np.unique(label, return_index=True)[1]
    assert root.tolist() == first[label].tolist()
    assert len(first) > 50
