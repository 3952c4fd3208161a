"""Volumes in words."""

from __future__ import annotations

import pytest

from fab.millilitres import in_ml


@pytest.mark.parametrize(
    ("millilitres", "said"),
    [(0.0, "under 0.01 ml"), (0.01, "0.01 ml"), (3.612, "3.61 ml"), (9.99, "9.99 ml"), (11.31, "11 ml")],
)
def test_a_volume_is_said_with_the_digits_that_matter(millilitres: float, said: str) -> None:
    assert in_ml(millilitres) == said
