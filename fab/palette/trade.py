"""Colour traded for changes of filament: which borders to give up first, and what each number of colours costs.

A border costs what changes it causes: a horizontal band next to none, a vertical border one a layer. Regions are
given the colour of a neighbour, or a whole colour that of another, whichever loses least for each change it saves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fab.palette.changes import count_changes
from fab.palette.layers import LayerAmounts, enough

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

MOST_REGIONS = 400
"""Regions tried one by one, the largest first; smaller ones go with their colour."""


@dataclass(frozen=True, eq=False)
class Trade:
    """Regions (r) and their colours: `slots` (r,) the colour that each has, `loss` (r, k) CIEDE2000 · mm² if it had
    each, `neighbours` (p, 2) the pairs that touch, and `amounts` (layers, r) what layers show of them."""

    slots: Indices
    loss: Points
    neighbours: Indices
    amounts: LayerAmounts

    @property
    def changes(self) -> int:
        """Changes of filament of the print."""
        return count_changes(self.amounts.of_colours(self.slots, self.loss.shape[1]).printed)

    @property
    def total_loss(self) -> float:
        """CIEDE2000 · mm² over the whole surface."""
        return float(self.loss[np.arange(len(self.slots)), self.slots].sum())

    @property
    def colours(self) -> Indices:
        """The colours in use, ascending."""
        return np.unique(self.slots)


def within_changes(trade: Trade, most: int) -> Trade:
    """Return the regions' colours changed until there are at most `most` changes, cheapest border first."""
    while (changes := trade.changes) > most:
        trade = _cheapest_step(trade, changes)
    return trade


def with_fewer_colours(trade: Trade) -> Trade:
    """Return the trade with one colour less: the one missed least, its regions each in the next best."""
    return min(_without_each(trade), key=lambda other: other.total_loss)


def _cheapest_step(trade: Trade, changes: int) -> Trade:
    """Return the step that loses least for each change it saves; giving up a colour where no single step saves any."""
    lost = trade.total_loss
    best, price = None, np.inf
    steps = _steps_of_regions(trade)
    saved = changes - _changes_after(trade, steps)
    useful = np.flatnonzero(saved > 0)
    if len(useful):
        region, slot = steps[useful].T
        asked = (trade.loss[region, slot] - trade.loss[region, trade.slots[region]]) / saved[useful]
        first = int(asked.argmin())
        best, price = _recoloured(trade, int(region[first]), int(slot[first])), float(asked[first])
    for other in _without_each(trade):
        saved_so = changes - other.changes
        if saved_so > 0 and (each := (other.total_loss - lost) / saved_so) < price:
            best, price = other, each
    return best if best is not None else with_fewer_colours(trade)


def _steps_of_regions(trade: Trade) -> Indices:
    """Return (s, 2) regions and the colour of a neighbour that they could have."""
    pairs = np.concatenate([trade.neighbours, trade.neighbours[:, ::-1]])
    steps = np.unique(np.column_stack([pairs[:, 0], trade.slots[pairs[:, 1]]]), axis=0)
    steps = steps[trade.slots[steps[:, 0]] != steps[:, 1]]
    large = np.argsort(-trade.amounts.outline.sum(axis=0), kind="stable")[:MOST_REGIONS]
    return np.asarray(steps[np.isin(steps[:, 0], large)])


def _changes_after(trade: Trade, steps: Indices) -> Indices:
    """Return (s,) the changes of filament after each of the steps alone."""
    colours = trade.amounts.of_colours(trade.slots, trade.loss.shape[1])
    before = colours.printed
    counts = np.empty(len(steps), np.int64)
    for i, (region, slot) in enumerate(steps.tolist()):
        old = trade.slots[region]
        printed = before.copy()
        for column, sign in ((old, -1), (slot, 1)):
            outline = colours.outline[:, column] + sign * trade.amounts.outline[:, region]
            flat = colours.flat[:, column] + sign * trade.amounts.flat[:, region]
            printed[:, column] = enough(outline, flat)
        counts[i] = count_changes(printed)
    return counts


def _without_each(trade: Trade) -> list[Trade]:
    """Return the trades with one colour given up, each region of it in the next best of those left."""
    colours = trade.colours
    if len(colours) < 2:
        return []
    without = []
    for gone in colours:
        left = colours[colours != gone]
        mine = np.flatnonzero(trade.slots == gone)
        slots = trade.slots.copy()
        slots[mine] = left[trade.loss[np.ix_(mine, left)].argmin(axis=1)]
        without.append(replace(trade, slots=slots))
    return without


def _recoloured(trade: Trade, region: int, slot: int) -> Trade:
    slots = trade.slots.copy()
    slots[region] = slot
    return replace(trade, slots=slots)
