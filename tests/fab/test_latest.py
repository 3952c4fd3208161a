from __future__ import annotations

import numpy as np

from fab.latest import Latest


def test_an_equal_question_is_answered_once() -> None:
    asked: list[int] = []

    def total(values: np.ndarray) -> int:
        asked.append(len(values))
        return int(values.sum())

    latest = Latest(total)
    first = np.arange(4)
    assert [latest(first), latest(first.copy()), latest(np.arange(5)), latest(first)] == [6, 6, 10, 6]
    assert asked == [4, 5]


def test_what_is_written_to_after_it_was_asked_is_another_question() -> None:
    latest = Latest(lambda values: int(values.sum()))
    values = np.arange(4)
    assert latest(values) == 6
    values[0] = 10
    assert latest(values) == 16


def test_the_oldest_answer_is_forgotten() -> None:
    asked: list[int] = []

    def first(values: np.ndarray) -> int:
        asked.append(int(values[0]))
        return int(values[0])

    latest = Latest(first, kept=2)
    for number in (1, 2, 3, 1):
        assert latest(np.array([number])) == number
    assert asked == [1, 2, 3, 1]
