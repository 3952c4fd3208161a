from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fab.gate import label_shells, unique_rows
from fab.halves import first_equal


@settings(deadline=None)
@given(st.lists(st.tuples(*[st.integers(-2, 2)] * 3), min_size=1, max_size=60))
def test_rows_are_led_by_the_first_that_equals_them(rows: list[tuple[int, int, int]]) -> None:
    points = np.array(rows, np.float64) / 3
    assert first_equal(points).tolist() == [rows.index(row) for row in rows]


def test_a_row_with_nan_equals_none_and_zeros_have_no_sign() -> None:
    nan = [np.nan, 0.0, 0.0]
    first, place = unique_rows(np.array([nan, [0.0, 0.0, 0.0], nan, [-0.0, 0.0, 0.0]]))
    assert first.tolist() == [0, 1, 2]
    assert place.tolist() == [0, 1, 2, 1]


def test_shells_are_numbered_by_their_lowest_face() -> None:
    """Two strips whose faces take turns, the second joined only by its last face."""
    faces = np.array([(0, 1, 2), (10, 11, 12), (1, 3, 2), (13, 14, 15), (2, 3, 4), (12, 11, 13), (11, 14, 13)])
    count, labels = label_shells(faces)
    assert count == 2
    assert labels.tolist() == [0, 1, 0, 1, 0, 1, 1]
