"""What a picture costs: a dated table in `prices.toml`, an estimate before it is drawn, the bill after."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict

CHARACTERS_PER_TOKEN = 3.0
"""Of English text; on the low side, so that an estimate errs upwards."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rates(_Record):
    """US dollars per million tokens."""

    text_in: float
    image_in: float
    image_out: float


class ModelPrice(_Record):
    """One model's row of the table."""

    usd_per_million: Rates
    picture_usd: dict[str, dict[str, float]]
    reference_tokens: int
    fidelity: Literal["ask", "always", "low"]
    transparent: bool
    source: str
    note: str = ""


class PriceTable(_Record):
    """All rows, and the day their sources were read."""

    read_on: date
    default_model: str
    models: dict[str, ModelPrice]


@dataclass(frozen=True)
class Usage:
    """The tokens that an answer says it used."""

    text_in: int
    image_in: int
    image_out: int


@dataclass(frozen=True)
class Estimate:
    """What one picture may cost at most; `is_known` is false where it had to be taken from the dearest known model."""

    usd: float
    is_known: bool


@cache
def price_table() -> PriceTable:
    """Return the table that ships with this version."""
    return PriceTable.model_validate(
        tomllib.loads((files("generate.drawing") / "prices.toml").read_text(encoding="utf-8"))
    )


def price_of(model: str) -> ModelPrice | None:
    """Return the row of a model or of one of its dated snapshots, or None where the table has none."""
    models = price_table().models
    return models.get(model) or models.get(re.sub(r"-\d{4}-\d{2}-\d{2}$", "", model))


def estimate(model: str, quality: str, size: str, prompt: str, references: int, partial_images: int = 0) -> Estimate:
    """Return what one picture may cost at most.

    A partial picture adds 100 output tokens. For a model, quality or size without a price it is what the dearest known
    picture would cost.
    """
    row = price_of(model)
    drawn = row.picture_usd.get(quality, {}).get(size) if row is not None else None
    if row is None or drawn is None:
        dearest = max(price_table().models.values(), key=lambda known: max(known.picture_usd["high"].values()))
        drawn = max(dearest.picture_usd["high"].values())
        return Estimate(drawn + _sent_usd(dearest, prompt, references, partial_images), False)
    return Estimate(drawn + _sent_usd(row, prompt, references, partial_images), True)


def bill(model: str, usage: Usage) -> float | None:
    """Return what these tokens cost, or None where the model's rates are unknown."""
    row = price_of(model)
    if row is None:
        return None
    rates = row.usd_per_million
    tokens_usd = usage.text_in * rates.text_in + usage.image_in * rates.image_in + usage.image_out * rates.image_out
    return tokens_usd / 1e6


def _sent_usd(row: ModelPrice, prompt: str, references: int, partial_images: int) -> float:
    rates = row.usd_per_million
    text = len(prompt) / CHARACTERS_PER_TOKEN * rates.text_in
    return (text + references * row.reference_tokens * rates.image_in + 100 * partial_images * rates.image_out) / 1e6
