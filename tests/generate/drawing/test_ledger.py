"""Dollars and pictures: booked before, settled after, never beyond what was allowed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from generate.drawing.ledger import Ledger
from generate.errors import LimitReached


def test_what_is_booked_counts_against_the_budget_until_it_is_settled() -> None:
    ledger = Ledger(budget_usd=0.25)
    ledger.book(0.10)
    ledger.book(0.10)
    with pytest.raises(LimitReached, match=r"\$0\.20 of the budget of \$0\.25"):
        ledger.book(0.10)
    ledger.settle(0.10, 0.0)
    ledger.book(0.10)
    assert (ledger.requests, ledger.pictures, ledger.spent_usd) == (3, 0, 0.0)


def test_the_budget_may_be_used_up_to_the_cent() -> None:
    ledger = Ledger(budget_usd=0.3)
    for _ in range(3):
        ledger.book(0.1)
        ledger.settle(0.1, 0.1)
    assert ledger.spent_usd == pytest.approx(0.3)
    with pytest.raises(LimitReached):
        ledger.book(0.01)


def test_a_refused_request_is_no_picture() -> None:
    ledger = Ledger(max_pictures=1)
    ledger.book(0.1)
    ledger.settle(0.1, 0.0)
    ledger.book(0.1)
    ledger.settle(0.1, 0.05)
    with pytest.raises(LimitReached, match="--max-requests"):
        ledger.book(0.1)
    assert (ledger.requests, ledger.pictures) == (2, 1)


def test_threads_together_never_pass_the_limit() -> None:
    ledger = Ledger(budget_usd=100.0, max_pictures=5)

    def draw(_: int) -> bool:
        try:
            ledger.book(0.1)
        except LimitReached:
            return False
        ledger.settle(0.1, 0.1)
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(draw, range(40))) == 5
    assert ledger.spent_usd == pytest.approx(0.5)
