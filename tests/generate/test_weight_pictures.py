"""Pictures of view weights show the curve and the winners."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed: pip install figurine[sampling]")

from generate.weight_pictures import colour_of, draw_curve, draw_winners
from sampling.weights import ViewWeights

NAMES = ("front", "back")


def test_a_curve_lies_where_the_weight_is() -> None:
    weights = ViewWeights(np.array([1.0, 0.0]), np.array([[0.9, 0.1], [0.9, 0.1]]), NAMES)
    picture = np.asarray(draw_curve(weights))
    column = picture[40:, 300]
    rows = [int(np.flatnonzero((column == colour_of(view)).all(axis=1)).mean()) for view in range(2)]
    assert rows[0] < 0.2 * 336
    assert rows[1] > 0.8 * 336


def test_cells_have_the_colour_of_their_winner() -> None:
    grid = np.array([[x, y, z] for x in range(4) for y in range(4) for z in range(4)])
    front = (grid[:, 1] < 2).astype(np.float32)
    weights = ViewWeights(np.array([1.0]), np.stack([front, 1 - front])[None], NAMES, grid=grid, resolution=4)
    picture = np.asarray(draw_winners(weights))[:480]
    shares = [
        [(picture[:, half] == colour_of(view)).all(axis=2).sum() for view in range(2)]
        for half in (slice(0, 480), slice(480, 960))
    ]
    assert min(min(share) for share in shares) > 0  # the lid shows both, from either side
    alone = np.asarray(draw_winners(weights, front.astype(bool)))[:480]
    assert not (alone == colour_of(1)).all(axis=2).any()


def test_whole_views_have_no_places() -> None:
    with pytest.raises(ValueError, match="no places"):
        draw_winners(ViewWeights(np.array([1.0]), np.array([[1.0, 0.0]]), NAMES))
