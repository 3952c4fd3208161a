"""Changes of filament counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from fab.palette.changes import count_changes


@pytest.mark.parametrize(
    ("layers", "changes"),
    [
        (["A", "A", "A"], 0),
        (["A", "A", "B", "B"], 1),
        (["AB", "AB", "AB"], 3),  # A B, B A, A B
        (["AB", "C", "AB"], 4),
        (["ABC", "ABC"], 4),
        (["A", "", "A"], 0),
        (["A", "", "B"], 1),
        (["AB", "B", "BC", "A"], 3),
    ],
)
def test_a_layer_starts_with_what_the_last_ended_with(layers: list[str], changes: int) -> None:
    table = np.array([[colour in layer for colour in "ABC"] for layer in layers])
    assert count_changes(table) == changes
