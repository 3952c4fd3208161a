"""Colour traded for changes: level bands are kept, upright borders go first."""

from __future__ import annotations

import numpy as np

from fab.palette.cost import costs_down_to_one
from fab.palette.layers import LayerAmounts
from fab.palette.purging import ANY_FEEDER
from fab.palette.trade import Trade, with_fewer_colours, within_changes

LAYERS = 100


def figure() -> Trade:
    """A body of colour 0, a hat of colour 1 above layer 70, and a stripe of colour 2 up its front."""
    outline = np.zeros((LAYERS, 3))
    outline[:70, 0] = outline[70:, 1] = outline[:70, 2] = 10.0
    loss = np.array([[0.0, 5000.0, 4000.0], [6000.0, 0.0, 6000.0], [900.0, 1000.0, 0.0]])
    neighbours = np.array([[0, 1], [0, 2]])
    return Trade(np.arange(3), loss, neighbours, LayerAmounts(outline, np.zeros_like(outline)))


def test_the_upright_border_costs_one_change_a_layer() -> None:
    assert figure().changes == 70 + 1


def test_cheapest_border_goes_first() -> None:
    kept = within_changes(figure(), 10)
    assert kept.changes == 1
    assert kept.slots.tolist() == [0, 1, 0]
    assert kept.total_loss == 900.0
    assert within_changes(figure(), 71).slots.tolist() == [0, 1, 2]


def test_no_changes_at_all_leave_one_colour() -> None:
    kept = within_changes(figure(), 0)
    assert kept.changes == 0
    assert len(kept.colours) == 1


def test_costs_are_told_down_to_one_colour() -> None:
    rows = costs_down_to_one(figure(), 1000.0, ANY_FEEDER)
    assert [(row.colours, row.changes, row.difference) for row in rows[:2]] == [(3, 71, 0.0), (2, 1, 0.9)]
    assert (rows[-1].colours, rows[-1].changes, rows[-1].waste_g) == (1, 0, 0.0)
    assert rows[0].waste_g == round(71 * 0.403, 1)
    assert rows[0].added_hours == round(71 * 63 / 3600, 2)
    assert with_fewer_colours(figure()).colours.tolist() == [0, 1]
