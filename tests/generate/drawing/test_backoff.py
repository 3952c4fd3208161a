"""How long to wait: within bounds, growing, and as long as a service says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from generate.drawing.backoff import Backoff, retry_after_s

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(("draw", "pauses"), [(0.0, [1, 2, 4, 8, 15]), (1.0, [2, 4, 8, 16, 30])])
def test_pauses_double_up_to_a_cap_between_half_and_whole(draw: float, pauses: list[float]) -> None:
    backoff = Backoff(draw=lambda: draw)
    assert [backoff.pause_s(failures, None) for failures in (1, 2, 3, 4, 5)] == pauses


def test_a_service_that_says_how_long_is_never_asked_earlier() -> None:
    for draw in (0.0, 0.5, 1.0):
        assert 20.0 <= Backoff(draw=lambda draw=draw: draw).pause_s(1, 20.0) <= 21.0


@pytest.mark.parametrize(
    ("failures", "billed", "asked_s", "over"),
    [(3, 0, None, False), (4, 0, None, True), (1, 2, None, True), (1, 1, 119.0, False), (1, 0, 121.0, True)],
)
def test_when_to_give_up(failures: int, billed: int, asked_s: float | None, over: bool) -> None:
    assert Backoff().is_over(failures, billed, asked_s) is over


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "20"}, 20.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "Sun, 22 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Sun, 22 Nov 2026 11:00:00 GMT"}, 0.0),
    ],
)
def test_retry_after_in_all_its_spellings(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers, NOW) == seconds
