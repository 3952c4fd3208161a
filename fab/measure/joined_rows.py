"""Runs of a layer joined where neighbouring rows of it touch: disjoint sets. Compiled."""

from __future__ import annotations

from numba import njit

from fab.disjoint import unite


@njit(cache=True)
def unite_rows(parent, spans, starts, first_cell, rows, apart, reach):  # type: ignore[no-untyped-def]
    """Unite the runs of one layer that come within `reach` along x of each other in rows `apart` rows apart."""
    for cell in range(first_cell, first_cell + rows - apart):
        here, stop = starts[cell], starts[cell + 1]
        there, end = starts[cell + apart], starts[cell + apart + 1]
        while here < stop and there < end:
            if spans[here, 0] < spans[there, 1] + reach and spans[there, 0] < spans[here, 1] + reach:
                unite(parent, here, there)
            if spans[here, 1] < spans[there, 1]:
                here += 1
            else:
                there += 1
