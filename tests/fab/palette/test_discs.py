"""Regions that discs of the least width fill, at the least cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.palette.discs import Discs, discs_of, widened
from fab.palette.reach import neighbours_of

STEP, WIDTH = 0.2, 0.8
SIDE = 31


def sheet() -> tuple[NDArray[np.float64], Discs]:
    """Return the vertices of a flat grid, 6 mm wide, and its discs."""
    grid = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    edges = np.concatenate(
        [np.column_stack([a.ravel(), b.ravel()]) for a, b in ((grid[1:], grid[:-1]), (grid[:, 1:], grid[:, :-1]))]
    )
    row, column = np.divmod(np.arange(SIDE * SIDE), SIDE)
    vertices = np.column_stack([column, row, np.zeros(SIDE * SIDE)]) * STEP
    graph = neighbours_of(edges, len(vertices))
    return vertices, discs_of(vertices, graph, np.full(len(vertices), STEP), WIDTH, 1.35)


def costs(wanted: NDArray[np.int64], contrast: float = 30.0) -> NDArray[np.float64]:
    return np.where(np.eye(2)[wanted] > 0, 0.0, contrast)


def laid_out(wanted: NDArray[np.int64], discs: Discs) -> NDArray[np.int64]:
    return widened(discs, wanted, costs(wanted), np.full(len(wanted), STEP**2))


def test_wide_halves_stay_as_they_are() -> None:
    vertices, discs = sheet()
    wanted = (vertices[:, 0] > 3.05).astype(np.int64)
    assert np.array_equal(laid_out(wanted, discs), wanted)


def test_a_hairline_goes_and_a_broad_stripe_becomes_as_wide_as_the_least_width() -> None:
    vertices, discs = sheet()
    hair, stripe = (np.abs(vertices[:, 0] - 3.0) < half for half in (0.1, 0.3))
    assert laid_out(hair.astype(np.int64), discs).sum() == 0
    made = laid_out(stripe.astype(np.int64), discs).reshape(SIDE, SIDE)
    assert made[:, 14:17].all()  # 3 points with half a step to either side are 0.8 mm
    assert made.sum() < 1.5 * 3 * SIDE


def test_the_slots_given_are_not_touched() -> None:
    vertices, discs = sheet()
    wanted = (np.abs(vertices[:, 0] - 3.0) < 0.1).astype(np.int64)
    before = wanted.copy()
    laid_out(wanted, discs)
    assert np.array_equal(wanted, before)
