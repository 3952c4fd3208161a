"""The picture of where two views disagree."""

from __future__ import annotations

import numpy as np
from drawings import figure

from generate.agreeing.disagreement import BOTH, FIRST, SECOND, draw_disagreement, overlaid
from generate.pictures import picture_in
from generate.views import View, Views


def counts(picture: np.ndarray) -> dict[tuple[int, ...], int]:
    return {colour: int(np.all(picture == colour, axis=2).sum()) for colour in (BOTH, FIRST, SECOND)}


def test_equal_outlines_are_all_grey() -> None:
    found = counts(overlaid(View(figure(tail="right"), 0.0), View(figure(tail="left"), 180.0)))
    assert found[BOTH] > 10_000
    assert found[FIRST] + found[SECOND] < 120


def test_what_only_one_view_has_takes_its_colour() -> None:
    picture = overlaid(View(figure(tail="right"), 0.0), View(figure(), 180.0))
    red = np.all(picture == FIRST, axis=2)
    assert red.sum() > 300
    assert np.flatnonzero(red.any(axis=0)).mean() > 0.6 * picture.shape[1]
    assert counts(picture)[SECOND] < 120


def test_a_row_for_each_pair_and_nothing_without_one() -> None:
    views = tuple(View(figure(), azimuth) for azimuth in (0.0, 90.0, 180.0, 270.0))
    one, two = (draw_disagreement(Views(items)) for items in ((views[0], views[2]), views))
    assert one is not None
    assert two is not None
    assert picture_in(two).shape[1] == picture_in(one).shape[1]
    assert picture_in(two).shape[0] > 1.9 * picture_in(one).shape[0]
    assert draw_disagreement(Views(views[:2])) is None
