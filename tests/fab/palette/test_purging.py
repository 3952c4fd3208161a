"""What a change of filament costs on the printers that there are presets of."""

from __future__ import annotations

import pytest

import printers
from fab.palette.purging import ANY_FEEDER, purge_of


@pytest.mark.parametrize(
    ("name", "grams"),
    [("prusa-xl-5t", 0.0186), ("bambu-lab-a1", 0.403), ("prusa-mk4s", 0.1922), ("snapmaker-u1", 0.0186)],
)
def test_feeders_are_told_apart(name: str, grams: float) -> None:
    assert purge_of(printers.get(name)).grams == pytest.approx(grams)


def test_unknown_feeders_are_taken_for_the_usual_one() -> None:
    assert purge_of(printers.get("fdm-0.4")) == ANY_FEEDER
