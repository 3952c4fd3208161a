"""Colours laid out so that each place lies in a disc of its own colour as wide as the least width, at the least cost.

Starting from the colours that one would like best, whole discs and single points change colour as long as that lessens
what the colours cost plus a price for places that no such disc serves; the price is raised step by step (iterated
conditional modes, Besag: On the Statistical Analysis of Dirty Pictures, 1986, with moves as large as the constraint).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Points = NDArray[np.float64]
Indices = NDArray[np.int64]
Rows = NDArray[np.int32]
Graph = tuple[Indices, Indices]

PRICES = (2.0, 4.0, 7.0, 10.0, 14.0, 20.0, 28.0, 40.0, 80.0)
"""CIEDE2000 that a place costs which no disc serves, one after the other: the slower they rise, the less is lost."""
FIRM_PRICES = (20.0, 40.0, 80.0)
"""The same where most is in its place already: low prices would let small details go."""
ROUNDS = 3
"""How often all discs are tried at each price, at most."""
CLOSEST = 0.18
"""How near to each other the middles of discs lie, in least widths: denser surfaces have no more of them."""


LEAST_WON = 1e-9
"""CIEDE2000 times mm² below which a change is none."""


class Discs(NamedTuple):
    """Discs around some vertices, `middles` (d,). In compressed rows: `held` the vertices of each disc and at the ends
    of edges across its rim, `holding` the discs that hold each vertex; `served` the vertices that each serves, which
    lie near enough to it, `serving` the discs that serve each vertex."""

    middles: Indices
    held_from: Indices
    held: Rows
    holding_from: Indices
    holding: Rows
    served_from: Indices
    served: Rows
    serving_from: Indices
    serving: Rows


class _State(NamedTuple):
    """`slots` (n,), whether each disc is of one colour, by how many of these of its own colour each vertex is served,
    and whether something changed since a disc was tried."""

    slots: Indices
    plain: NDArray[np.bool_]
    times: Indices
    stale: NDArray[np.bool_]


class _Move(NamedTuple):
    """Vertices that change colour, what they get and had; the discs that this touches, `marked` (d,) on the way."""

    vertices: Indices
    gets: Indices
    had: Indices
    discs: Indices
    marked: NDArray[np.bool_]


def discs_of(vertices: Points, graph: Graph, spacing: Points, width_mm: float, corner: float) -> Discs:
    """Return the discs of a surface; each serves what lies within `corner` radii and the vertex's `spacing` (n,)."""
    cells = np.floor(vertices / (CLOSEST * width_mm)).astype(np.int64)
    _, first = np.unique(cells, axis=0, return_index=True)
    middles, radius = np.sort(first).astype(np.int64), width_mm / 2
    held_from, held = _walked(vertices, *graph, middles, np.full(len(vertices), radius), True)
    served_from, served = _walked(vertices, *graph, middles, corner * radius + spacing, False)
    holding_from, holding = _turned(held_from, held, len(vertices))
    serving_from, serving = _turned(served_from, served, len(vertices))
    return Discs(middles, held_from, held, holding_from, holding, served_from, served, serving_from, serving)


def widened(discs: Discs, slots: Indices, cost: Points, area: Points, prices: tuple[float, ...] = PRICES) -> Indices:
    """Return the slots (n,) after the changes; `cost` (n, k) CIEDE2000 of each colour, `area` (n,) at each vertex."""
    state, move = _begun(discs, slots)
    cost = np.ascontiguousarray(cost)
    for price in prices:
        _mark_unserved(discs, state, area)
        for _ in range(ROUNDS):
            if _try_all(discs, state, move, cost, area, price) == 0:
                break
    return state.slots


def _begun(discs: Discs, slots: Indices) -> tuple[_State, _Move]:
    """Return the state with these slots, and room for moves."""
    count, size = len(discs.middles), len(slots)
    state = _State(
        slots.astype(np.int64), np.zeros(count, np.bool_), np.zeros(size, np.int64), np.ones(count, np.bool_)
    )
    _count_all(discs, state)
    vertices, gets, had = (np.zeros(size, np.int64) for _ in range(3))
    return state, _Move(vertices, gets, had, np.zeros(count, np.int64), np.zeros(count, np.bool_))


def _turned(starts: Indices, members: Rows, count: int) -> tuple[Indices, Rows]:
    """Return in which rows each of `count` members stands, in compressed rows too."""
    order = np.argsort(members, kind="stable")
    row = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
    return np.concatenate([[0], np.cumsum(np.bincount(members, minlength=count))]), row[order]


@njit(cache=True)
def _walked(
    vertices: Points, starts: Indices, others: Indices, middles: Indices, limit: Points, half: bool
) -> tuple[Indices, Rows]:
    """Return the vertices that each middle reaches along edges, no farther than their `limit`: measured to the vertex,
    or with `half` to the middle of the edge that leads there, where a border would cross it."""
    mark = np.full(len(vertices), -1, np.int64)
    first = np.zeros(len(middles) + 1, np.int64)
    found, size = np.empty(16 * len(middles), np.int32), 0
    for row in range(len(middles)):
        middle = middles[row]
        mark[middle] = row
        done, found, size = size, _grown(found, size), size + 1
        found[done] = middle
        while done < size:
            v = found[done]
            done += 1
            for j in range(starts[v], starts[v + 1]):
                w = others[j]
                if mark[w] == row:
                    continue
                squared = 0.0
                for axis in range(3):
                    to = (vertices[w, axis] + vertices[v, axis]) / 2 if half else vertices[w, axis]
                    squared += (to - vertices[middle, axis]) ** 2
                if squared <= limit[w] ** 2:
                    mark[w] = row
                    found = _grown(found, size)
                    found[size] = w
                    size += 1
        first[row + 1] = size
    return first, found[:size].copy()


@njit(cache=True)
def _grown(found: Rows, size: int) -> Rows:
    """Return the array, twice as long where it is full."""
    if size < len(found):
        return found
    longer = np.empty(2 * len(found) + 1, np.int32)
    longer[:size] = found
    return longer


@njit(cache=True)
def _count_all(discs: Discs, state: _State) -> None:
    """Set which discs are of one colour, and by how many each vertex is served."""
    for disc in range(len(discs.middles)):
        state.plain[disc] = _is_plain(discs, state, disc)
    for v in range(len(state.slots)):
        state.times[v] = _times(discs, state, v)


@njit(cache=True)
def _mark_unserved(discs: Discs, state: _State, area: Points) -> None:
    """Mark the discs that a higher price concerns: where all is served, what was too dear has become no cheaper."""
    for disc in range(len(discs.middles)):
        if not state.stale[disc]:
            state.stale[disc] = _unserved(discs, state, area, disc) > 0.0


@njit(cache=True)
def _try_all(discs: Discs, state: _State, move: _Move, cost: Points, area: Points, price: float) -> int:
    """Return how many changes were made, each disc and its middle having been tried in each colour that is near."""
    made = 0
    near = np.zeros(cost.shape[1], np.bool_)
    for disc in range(len(discs.middles)):
        if not state.stale[disc]:
            continue
        state.stale[disc] = False
        near[:] = False
        for j in range(discs.held_from[disc], discs.held_from[disc + 1]):
            near[state.slots[discs.held[j]]] = True
        near[np.argmin(cost[discs.middles[disc]])] = True
        for colour in range(len(near)):
            if near[colour]:
                limit = price * _unserved(discs, state, area, disc)
                made += _try(discs, state, move, cost, area, price, _whole(discs, state, move, disc, colour), limit)
                made += _try(discs, state, move, cost, area, price, _single(discs, state, move, disc, colour), limit)
    return made


@njit(cache=True)
def _try(
    discs: Discs, state: _State, move: _Move, cost: Points, area: Points, price: float, count: int, limit: float
) -> int:
    """Make the move of `count` vertices where it lessens the sum, and return 1, else 0; it cannot win over `limit`."""
    extra = 0.0
    for i in range(count):
        v = move.vertices[i]
        extra += area[v] * (cost[v, move.gets[i]] - cost[v, move.had[i]])
    if count == 0 or extra >= limit - LEAST_WON:
        return 0
    if extra + price * _change(discs, state, move, area, move.gets, count) < -LEAST_WON:
        for i in range(count):
            v = move.vertices[i]
            for j in range(discs.serving_from[v], discs.serving_from[v + 1]):
                state.stale[discs.serving[j]] = True
        return 1
    _change(discs, state, move, area, move.had, count)
    return 0


@njit(cache=True)
def _whole(discs: Discs, state: _State, move: _Move, disc: int, colour: int) -> int:
    """Set the move that makes a disc of one colour, and return how many vertices change."""
    count = 0
    for j in range(discs.held_from[disc], discs.held_from[disc + 1]):
        v = discs.held[j]
        if state.slots[v] != colour:
            move.vertices[count], move.gets[count], move.had[count] = v, colour, state.slots[v]
            count += 1
    return count


@njit(cache=True)
def _single(discs: Discs, state: _State, move: _Move, disc: int, colour: int) -> int:
    """Set the move that gives the middle of a disc a colour, and return how many vertices change."""
    v = discs.middles[disc]
    move.vertices[0], move.gets[0], move.had[0] = v, colour, state.slots[v]
    return int(state.slots[v] != colour)


@njit(cache=True)
def _change(discs: Discs, state: _State, move: _Move, area: Points, colours: Indices, count: int) -> float:
    """Give the vertices of a move their `colours`, and return how much more area no disc serves for it."""
    touched, lost = 0, 0.0
    for i in range(count):
        v = move.vertices[i]
        for j in range(discs.holding_from[v], discs.holding_from[v + 1]):
            disc = discs.holding[j]
            if not move.marked[disc]:
                move.marked[disc] = True
                move.discs[touched] = disc
                touched += 1
                if state.plain[disc]:
                    lost += _serve(discs, state, area, disc, -1)
                    state.plain[disc] = False
    for i in range(count):
        v = move.vertices[i]
        state.slots[v] = colours[i]
        before, now = state.times[v], _times(discs, state, v)
        lost += area[v] * (int(now == 0) - int(before == 0))
        state.times[v] = now
    for i in range(touched):
        disc = move.discs[i]
        move.marked[disc] = False
        if _is_plain(discs, state, disc):
            state.plain[disc] = True
            lost += _serve(discs, state, area, disc, 1)
    return lost


@njit(cache=True)
def _serve(discs: Discs, state: _State, area: Points, disc: int, sign: int) -> float:
    """Count a disc, or with -1 no more, for what it serves of its colour; return how much more area none serves."""
    lost = 0.0
    colour = state.slots[discs.middles[disc]]
    for j in range(discs.served_from[disc], discs.served_from[disc + 1]):
        v = discs.served[j]
        if state.slots[v] == colour:
            if state.times[v] == 0:
                lost -= area[v]
            state.times[v] += sign
            if state.times[v] == 0:
                lost += area[v]
    return lost


@njit(cache=True)
def _times(discs: Discs, state: _State, v: int) -> int:
    """Return by how many discs of its colour a vertex is served."""
    times = 0
    for j in range(discs.serving_from[v], discs.serving_from[v + 1]):
        disc = discs.serving[j]
        times += int(state.plain[disc] and state.slots[discs.middles[disc]] == state.slots[v])
    return times


@njit(cache=True)
def _is_plain(discs: Discs, state: _State, disc: int) -> bool:
    """Tell whether a disc is of one colour."""
    colour = state.slots[discs.middles[disc]]
    others = 0
    for j in range(discs.held_from[disc], discs.held_from[disc + 1]):
        others += int(state.slots[discs.held[j]] != colour)
    return others == 0


@njit(cache=True)
def _unserved(discs: Discs, state: _State, area: Points, disc: int) -> float:
    """Return how much of the area that a disc could serve none does."""
    total = 0.0
    for j in range(discs.served_from[disc], discs.served_from[disc + 1]):
        if state.times[discs.served[j]] == 0:
            total += area[discs.served[j]]
    return total
