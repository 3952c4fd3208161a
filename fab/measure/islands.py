"""Islands: material that starts in the air, found layer by layer as a resin printer would meet it.

An island is a connected piece of one layer with nothing under it. It stays one until it joins what stands on the bed,
or another island; until then nothing but a support holds it.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.disjoint import find_root, unite
from fab.measure.joined_rows import unite_rows
from fab.measure.layers import Layers

HELD = -1
"""A piece that is connected to the bed, or to an island that has been counted."""
_NONE, _SEVERAL = -2, -3

SLIT_MM = 0.1
"""Slits narrower than this along a row, or one fine row wide, are filled: PrusaSlicer closes what is under 0.098 mm."""


@dataclass(frozen=True, eq=False)
class Islands:
    """Where material starts in the air, by layer and then by place; empty arrays without any.

    `layer` (i,) where each begins; `point_mm` (i, 3) on the underside of its first section, inside it; `first_mm2` (i,)
    that section's area and `most_mm2` (i,) the largest area it has before it joins; `joins_at` (i,) the layer where it
    does, or -1 where it never does.
    """

    layer: NDArray[np.int64]
    point_mm: NDArray[np.float64]
    first_mm2: NDArray[np.float64]
    most_mm2: NDArray[np.float64]
    joins_at: NDArray[np.int64]

    def of_at_least(self, area_mm2: float) -> Islands:
        """Return those that grow to so much area before they join."""
        kept = self.most_mm2 >= area_mm2
        return Islands(*(values[kept] for values in vars(self).values()))


def find_islands(layers: Layers) -> Islands:
    """Return the islands of a sliced solid: pieces of a layer under which the layer below has nothing.

    Pieces of one layer are connected across neighbouring rows that come within a row's distance of each other, and
    across slits that are narrower than `SLIT_MM`.
    """
    spans, starts = layers.spans, layers.starts
    table = _follow(starts, spans, layers.count, layers.rows, layers.row_mm)
    layer, run, end = (table[:, column].astype(np.int64) for column in (0, 1, 4))
    row = np.searchsorted(starts, run, side="right") - 1 - layer * layers.rows
    place = [spans[run].mean(axis=1), layers.first_row_mm + row * layers.row_mm, layer * layers.layer_mm]
    areas = table[:, 2] * layers.row_mm, table[:, 3] * layers.row_mm
    return Islands(layer, np.stack(place, axis=1), *areas, end)


@njit(cache=True)
def _follow(starts, spans, count, rows, row_mm):  # type: ignore[no-untyped-def]
    """Return for each island (i, 5): layer, its longest first run, first and largest length of runs, last layer."""
    parent = np.arange(len(spans))
    length = np.zeros(len(spans))  # of the runs of a piece, at its root
    below = np.full(len(spans), _NONE)  # what a piece stands on, at its root
    state = np.full(len(spans), HELD)  # the island a piece belongs to, at its root
    table, islands = np.empty((64, 5)), 0
    pairs = np.empty((1024, 2), np.int64)
    for layer in range(count):
        first, last = starts[layer * rows], starts[(layer + 1) * rows]
        unite_rows(parent, spans, starts, layer * rows, rows, 1, row_mm)
        if 2.0 * row_mm <= SLIT_MM:
            unite_rows(parent, spans, starts, layer * rows, rows, 2, 0.0)
        _unite_slits(parent, spans, starts, layer * rows, rows)
        for run in range(first, last):
            length[find_root(parent, run)] += spans[run, 1] - spans[run, 0]
        if layer:
            pairs, met = _lying_on(spans, starts, layer, rows, pairs)
            _look_below(parent, pairs[:met], state, table, below)
            _end_islands(parent, pairs[:met], layer, state, table, below)
        for run in range(first, last):
            if find_root(parent, run) != run:
                continue
            if layer and below[run] == _NONE:
                if islands == len(table):
                    table = np.concatenate((table, np.empty_like(table)))
                table[islands, 0], table[islands, 1] = layer, run
                table[islands, 2] = table[islands, 3] = length[run]
                table[islands, 4] = -1
                state[run] = islands
                islands += 1
            elif below[run] >= 0 and table[below[run], 4] < 0:
                state[run] = below[run]
                table[below[run], 3] = max(table[below[run], 3], length[run])
        for run in range(first, last):  # the longest run is the place to name
            root = find_root(parent, run)
            island = state[root]
            if island >= 0 and table[island, 0] == layer:
                longest = int(table[island, 1])
                if spans[run, 1] - spans[run, 0] > spans[longest, 1] - spans[longest, 0]:
                    table[island, 1] = run
    return table[:islands]


@njit(cache=True)
def _unite_slits(parent, spans, starts, first_cell, rows):  # type: ignore[no-untyped-def]
    """Unite the runs of one row that are less than a slit apart."""
    for cell in range(first_cell, first_cell + rows):
        for run in range(starts[cell] + 1, starts[cell + 1]):
            if spans[run, 0] - spans[run - 1, 1] < SLIT_MM:
                unite(parent, run - 1, run)


@njit(cache=True)
def _lying_on(spans, starts, layer, rows, pairs):  # type: ignore[no-untyped-def]
    """Return `pairs` (p, 2) filled, and enlarged if need be, with runs of a layer and runs under them, and how many."""
    count = 0
    for row in range(rows):
        here, stop = starts[layer * rows + row], starts[layer * rows + row + 1]
        under, end = starts[(layer - 1) * rows + row], starts[(layer - 1) * rows + row + 1]
        while here < stop and under < end:
            if spans[here, 0] < spans[under, 1] and spans[under, 0] < spans[here, 1]:
                if count == len(pairs):
                    pairs = np.concatenate((pairs, np.empty_like(pairs)))
                pairs[count] = here, under
                count += 1
            if spans[here, 1] < spans[under, 1]:
                here += 1
            else:
                under += 1
    return pairs, count


@njit(cache=True)
def _look_below(parent, pairs, state, table, below):  # type: ignore[no-untyped-def]
    for here, under in pairs:
        root, found = find_root(parent, here), state[find_root(parent, under)]
        if found >= 0 and table[found, 4] >= 0:
            found = HELD
        if below[root] == _NONE:
            below[root] = found
        elif below[root] != found:
            below[root] = _SEVERAL


@njit(cache=True)
def _end_islands(parent, pairs, layer, state, table, below):  # type: ignore[no-untyped-def]
    """Note for each island that joins something in this layer that it ends here."""
    for here, under in pairs:
        found = state[find_root(parent, under)]
        if found >= 0 and table[found, 4] < 0 and below[find_root(parent, here)] == _SEVERAL:
            table[found, 4] = layer
