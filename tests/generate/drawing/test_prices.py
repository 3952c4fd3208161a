"""Prices: a dated table with sources, estimates that err upwards, bills by tokens."""

from __future__ import annotations

from datetime import date

import pytest

from generate.drawing.prices import Usage, bill, estimate, price_of, price_table


def test_every_row_has_a_source_and_the_table_a_day() -> None:
    table = price_table()
    assert table.read_on >= date(2026, 11, 1)
    assert all(row.source.count("http") or "as gpt" in row.source for row in table.models.values())
    assert table.default_model in table.models


@pytest.mark.parametrize("model", sorted(price_table().models))
def test_every_model_has_a_price_for_the_usual_pictures(model: str) -> None:
    for quality in ("low", "medium", "high"):
        for size in ("1024x1024", "1024x1536", "1536x1024"):
            assert estimate(model, quality, size, "a cat", 1).is_known
    costs = [estimate(model, quality, "1024x1536", "a cat", 1).usd for quality in ("low", "medium", "high")]
    assert costs == sorted(costs)


def test_tokens_of_gpt_image_2_agree_with_its_price_of_a_picture() -> None:
    row = price_of("gpt-image-2")
    assert row is not None
    for quality, size, tokens in (
        ("high", "1024x1024", 7024),
        ("high", "1024x1536", 5488),
        ("medium", "1024x1536", 1372),
    ):
        assert row.picture_usd[quality][size] == pytest.approx(tokens * row.usd_per_million.image_out / 1e6, abs=1e-3)


def test_an_estimate_grows_with_what_is_sent_and_shown() -> None:
    def usd(prompt: str = "a", references: int = 1, partials: int = 0) -> float:
        return estimate("gpt-image-2", "medium", "1024x1536", prompt, references, partials).usd

    assert usd(references=2) - usd() == pytest.approx(6240 * 8 / 1e6)
    assert usd(partials=1) - usd() == pytest.approx(100 * 30 / 1e6)
    assert usd("a" * 301) - usd() == pytest.approx(100 * 5 / 1e6)


def test_a_bill_is_tokens_times_rates() -> None:
    assert bill("gpt-image-1.5", Usage(1_000_000, 0, 0)) == pytest.approx(5.0)
    assert bill("gpt-image-1.5", Usage(0, 1_000_000, 500_000)) == pytest.approx(8.0 + 16.0)
    assert bill("something-else", Usage(1, 1, 1)) is None


@pytest.mark.parametrize(
    ("model", "quality", "size"),
    [("something-else", "low", "1024x1536"), ("gpt-image-2", "max", "1024x1536"), ("gpt-image-2", "low", "64x64")],
)
def test_what_has_no_price_is_counted_as_the_dearest(model: str, quality: str, size: str) -> None:
    unknown = estimate(model, quality, size, "a cat", 1)
    assert not unknown.is_known
    assert unknown.usd >= max(estimate(name, "high", "1024x1536", "a cat", 1).usd for name in price_table().models)


def test_a_dated_snapshot_costs_what_its_model_costs() -> None:
    assert price_of("gpt-image-2-2026-04-21") == price_of("gpt-image-2")
    assert price_of("gpt-image-2-mini") is None
