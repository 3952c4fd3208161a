from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import label

from fab.repair.occupied import Occupied, add_nodes, fill_pockets, list_borders

SIZE = (14, 13, 12)


def scattered(share: float) -> np.ndarray:
    grid = np.random.default_rng(0).random(SIZE) < share
    grid[[0, 1, -2, -1]] = False
    grid[:, [0, -1]] = grid[:, :, [0, -1]] = False
    return grid


def occupied(grid: np.ndarray) -> Occupied:
    empty = Occupied(np.zeros(SIZE[0] * SIZE[1] + 1, np.int64), np.zeros((0, 2), np.int64), SIZE)
    return add_nodes(empty, np.argwhere(grid))


def dense(held: Occupied) -> np.ndarray:
    grid = np.zeros(held.size, np.bool_)
    for column in range(len(held.starts) - 1):
        for first, last in held.nodes[held.starts[column] : held.starts[column + 1]]:
            grid[column // held.size[1], column % held.size[1], first : last + 1] = True
    return grid


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6])
def test_runs_are_the_nodes_and_borders_their_changes(share: float) -> None:
    grid = scattered(share)
    held = occupied(grid)
    assert np.array_equal(dense(held), grid)
    edges = list_borders(held)
    for axis in range(3):
        mine = edges[edges[:, 3] == axis]
        assert len(mine) == np.count_nonzero(np.diff(grid, axis=axis))
        assert np.array_equal(grid[tuple(mine[:, :3].T)], mine[:, 4] == 1)


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_pockets_are_what_the_border_cannot_reach(share: float) -> None:
    grid = scattered(share)
    regions, count = label(~grid)
    filled, pockets = fill_pockets(occupied(grid))
    assert pockets == count - 1
    assert np.array_equal(dense(filled), regions != regions[0, 0, 0])
