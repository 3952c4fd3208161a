"""What one change of filament costs on a printer, in grams and seconds."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from printers.profile import Printer

PLA_G_PER_MM3 = 1.24e-3

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Purge(BaseModel):
    """Volume thrown away and time taken by one change, and who says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    purged_mm3: Positive
    seconds: Positive
    source: str

    @property
    def grams(self) -> float:
        """Waste of one change."""
        return self.purged_mm3 * PLA_G_PER_MM3


class _Kind(Purge):
    """What feeders cost that have one of `words` in their name."""

    words: tuple[str, ...]


ANY_FEEDER = Purge(purged_mm3=325.0, seconds=63.0, source="assumed to be those of an AMS: no feeder is named")
"""What is assumed where nothing is known of a printer."""


def purge_of(printer: Printer) -> Purge:
    """Return what a change of filament costs on a printer, by what feeds its colours."""
    feeder = printer.colour_feeder or ""
    named = (kind for kind in _kinds() if any(word.casefold() in feeder.casefold() for word in kind.words))
    kind = next(named, None)
    return Purge(**kind.model_dump(exclude={"words"})) if kind is not None else ANY_FEEDER


@cache
def _kinds() -> tuple[_Kind, ...]:
    text = files("fab.palette").joinpath("purging.toml").read_text(encoding="utf-8")
    return tuple(_Kind.model_validate(entry) for entry in tomllib.loads(text)["kind"])
