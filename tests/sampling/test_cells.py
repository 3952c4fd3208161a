"""Places of a state: order, tokens, neighbourhoods."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install figurine[sampling]")

from sampling.cells import Cells  # noqa: E402
from sampling.errors import BadConditions  # noqa: E402
from sampling.regions import label_regions, spread_labels  # noqa: E402


def test_rows_and_weights_of_a_dense_state_meet() -> None:
    cells = Cells.dense(2, 3)
    state = torch.arange(2 * 4 * 27.0).reshape(2, 4, 3, 3, 3)
    per_cell = torch.arange(54.0)
    torch.testing.assert_close(cells.rows(state * cells.spread(per_cell, state)), cells.rows(state) * per_cell[:, None])
    assert cells.rows(state)[27 + 9 + 3 + 1].tolist() == state[1, :, 1, 1, 1].tolist()
    assert cells.points[0].tolist() == pytest.approx([-2 / 3] * 3)


def test_weights_of_samples_are_spread_over_both_kinds_of_state() -> None:
    per_sample = torch.tensor([2.0, 3.0])
    assert Cells.dense(2, 2).spread(per_sample, torch.ones(2, 1, 2, 2, 2)).flatten().tolist() == [2, 3]
    sparse = Cells.sparse(torch.tensor([[0, 0, 0, 0], [0, 1, 0, 0], [1, 1, 1, 1]]), 2)
    assert sparse.spread(per_sample, torch.ones(3, 5)).flatten().tolist() == [2, 2, 3]
    assert sparse.sum_by_sample(torch.ones(1, 3)).tolist() == [[2, 1]]


def test_tokens_share_a_patch_in_raster_order() -> None:
    cells = Cells.sparse(torch.tensor([[0, 3, 3, 3], [0, 0, 0, 1], [0, 1, 1, 0], [1, 0, 0, 0]]), 4, patch=2)
    assert cells.token.tolist() == [1, 0, 0, 2]
    assert cells.to_tokens(torch.tensor([[5.0, 1.0, 3.0, 7.0]])).tolist() == [[2.0, 5.0, 7.0]]
    assert cells.from_tokens(torch.tensor([[2.0, 5.0, 7.0]])).tolist() == [[5.0, 2.0, 2.0, 7.0]]


def test_smoothing_is_a_mean_over_the_neighbours_that_are_there() -> None:
    cells = Cells.sparse(torch.tensor([[0, 0, 0, 0], [0, 0, 0, 1], [0, 3, 3, 3], [1, 0, 0, 0]]), 4)
    assert cells.smooth(torch.tensor([[1.0, 3.0, 7.0, 9.0]])).tolist() == [[2.0, 2.0, 7.0, 9.0]]


def test_regions_are_told_apart_and_reach_the_nearest_cells() -> None:
    mask = torch.zeros(2, 1, 6, 6, 6, dtype=torch.bool)
    mask[0, 0, 0, 0, 0] = mask[0, 0, 1, 1, 1] = True  # joined at a corner
    mask[0, 0, 5, 5, 5] = True
    labels = label_regions(mask)
    assert labels[0, 0, 0, 0, 0] == labels[0, 0, 1, 1, 1] != labels[0, 0, 5, 5, 5]
    assert not labels[1].any()
    spread = spread_labels(labels)
    assert spread[0, 0, 2, 2, 2] == labels[0, 0, 0, 0, 0]
    assert spread[0, 0, 4, 4, 4] == labels[0, 0, 5, 5, 5]
    assert not spread[1].any()


def test_other_shapes_are_refused() -> None:
    with pytest.raises(BadConditions, match="cells must be"):
        Cells(torch.zeros(3, 2), torch.zeros(3), 1, 4)
