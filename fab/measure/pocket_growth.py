"""Which gaps between the runs of layers are shut in while a part grows: compiled.

Gap g lies between the runs g and g + 1 of one row. Bodies of gaps are disjoint sets; at its root a body carries whether
it reaches the outside or the bed, the sum of its lengths and the largest sum of one layer, and the gap to name it by.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from fab.disjoint import find_root, unite

OUTSIDE, ON_BED = 1, 2
_CAVITY, _CUP, _BELL = 0.0, 1.0, 2.0


@njit(cache=True)
def follow_gaps(starts, spans, count, rows, way_out):  # type: ignore[no-untyped-def]
    """Return for each pocket (p, 5): kind, sum of its gaps, its largest layer's, the first gap, the last layer."""
    parent, flags = np.arange(len(spans)), np.zeros(len(spans), np.uint8)
    sums, place = np.zeros((len(spans), 3)), np.arange(len(spans))
    table, found = np.empty((16, 5)), 0
    for layer in range(count):
        begin = layer * rows
        _join_layer(parent, flags, spans, starts, begin, rows)
        if layer == 0:
            for gap in range(starts[begin], starts[begin + rows]):
                flags[find_root(parent, gap)] |= ON_BED
        _choose_places(parent, place, spans, starts, begin, rows)
        if layer > 0:
            for row in range(begin, begin + rows):
                table, found = _open(parent, flags, sums, place, spans, starts, row, rows, way_out, table, found)
            for row in range(begin, begin + rows):
                table, found = _meet(parent, flags, sums, place, spans, starts, row, rows, way_out, table, found)
        _measure(parent, flags, sums, spans, starts, begin, rows)
    for row in range((count - 1) * rows, count * rows):  # above the last layer all is open
        for gap in range(starts[row], starts[row + 1] - 1):
            table, found = _release(find_root(parent, gap), count - 1, flags, sums, place, table, found)
    top = np.zeros(len(spans))
    for row in range(count * rows):
        for gap in range(starts[row], starts[row + 1] - 1):
            top[find_root(parent, gap)] = row // rows
    for root in range(len(spans)):
        if parent[root] == root and sums[root, 0] > 0.0 and not flags[root] & OUTSIDE:
            kind = _BELL if flags[root] & ON_BED else _CAVITY
            table, found = _note(table, found, kind, root, top[root], sums, place)
    return table[:found]


@njit(cache=True)
def _join_layer(parent, flags, spans, starts, begin, rows):  # type: ignore[no-untyped-def]
    """Unite the gaps of a layer that face each other in neighbouring rows; those that face the outside are outside."""
    for row in range(begin, begin + rows):
        for other in (row - 1, row + 1):
            beyond = not begin <= other < begin + rows or starts[other] == starts[other + 1]
            there, end = (0, 0) if beyond else (starts[other], starts[other + 1])
            for gap in range(starts[row], starts[row + 1] - 1):
                low, high = spans[gap, 1], spans[gap + 1, 0]
                if beyond or low < spans[starts[other], 0] or high > spans[end - 1, 1]:
                    flags[find_root(parent, gap)] |= OUTSIDE
                if other > row:
                    while there < end - 1 and spans[there + 1, 0] <= low:
                        there += 1
                    facing = there
                    while facing < end - 1 and spans[facing, 1] < high:
                        _unite_bodies(parent, flags, gap, facing)
                        facing += 1


@njit(cache=True)
def _unite_bodies(parent, flags, a, b):  # type: ignore[no-untyped-def]
    a, b = find_root(parent, a), find_root(parent, b)
    flags[unite(parent, a, b)] = flags[a] | flags[b]


@njit(cache=True)
def _choose_places(parent, place, spans, starts, begin, rows):  # type: ignore[no-untyped-def]
    """Let the longest gap of a piece stand for it, before it meets what lies below."""
    for row in range(begin, begin + rows):
        for gap in range(starts[row], starts[row + 1] - 1):
            root = find_root(parent, gap)
            longest = place[root]
            if spans[gap + 1, 0] - spans[gap, 1] > spans[longest + 1, 0] - spans[longest, 1]:
                place[root] = gap


@njit(cache=True)
def _open(parent, flags, sums, place, spans, starts, row, rows, way_out, table, found):  # type: ignore[no-untyped-def]
    """Open what lies above or below the outside of the neighbouring layer: beyond the first and last run of a row."""
    under = row - rows
    for gap in range(starts[row], starts[row + 1] - 1):
        if _leaves(spans, starts, gap, under, way_out):
            flags[find_root(parent, gap)] |= OUTSIDE
    for gap in range(starts[under], starts[under + 1] - 1):
        if _leaves(spans, starts, gap, row, way_out):
            table, found = _release(find_root(parent, gap), row // rows - 1, flags, sums, place, table, found)
    return table, found


@njit(cache=True, inline="always")
def _leaves(spans, starts, gap, row, way_out):  # type: ignore[no-untyped-def]
    """Whether a gap reaches past the runs of a row in another layer."""
    if starts[row] == starts[row + 1]:
        return True
    low, high = spans[gap, 1], spans[gap + 1, 0]
    first, last = spans[starts[row], 0], spans[starts[row + 1] - 1, 1]
    return min(high, first) - low > way_out or high - max(low, last) > way_out


@njit(cache=True)
def _meet(parent, flags, sums, place, spans, starts, row, rows, way_out, table, found):  # type: ignore[no-untyped-def]
    """Unite the gaps of a row with those below; a body outside opens what it meets."""
    here, stop = starts[row], starts[row + 1] - 1
    under, end = starts[row - rows], starts[row - rows + 1] - 1
    while here < stop and under < end:
        if min(spans[here + 1, 0], spans[under + 1, 0]) - max(spans[here, 1], spans[under, 1]) > way_out:
            a, b = find_root(parent, here), find_root(parent, under)
            if a != b:
                if flags[a] & OUTSIDE != flags[b] & OUTSIDE:
                    shut = b if flags[a] & OUTSIDE else a
                    table, found = _release(shut, row // rows - 1, flags, sums, place, table, found)
                root = unite(parent, a, b)
                flags[root] = flags[a] | flags[b]
                sums[root, 0] = sums[a, 0] + sums[b, 0]
                sums[root, 1] = max(sums[a, 1], sums[b, 1])
        if spans[here + 1, 0] < spans[under + 1, 0]:
            here += 1
        else:
            under += 1
    return table, found


@njit(cache=True)
def _release(root, last, flags, sums, place, table, found):  # type: ignore[no-untyped-def]
    """Note a body that was shut in up to the layer `last`, and open it."""
    if not flags[root] & OUTSIDE:
        if sums[root, 0] > 0.0:
            table, found = _note(table, found, _BELL if flags[root] & ON_BED else _CUP, root, last, sums, place)
        flags[root] |= OUTSIDE
        sums[root] = 0.0
    return table, found


@njit(cache=True)
def _note(table, found, kind, root, last, sums, place):  # type: ignore[no-untyped-def]
    if found == len(table):
        table = np.concatenate((table, np.empty_like(table)))
    table[found, 0], table[found, 1], table[found, 2] = kind, sums[root, 0], sums[root, 1]
    table[found, 3], table[found, 4] = place[root], last
    return table, found + 1


@njit(cache=True)
def _measure(parent, flags, sums, spans, starts, begin, rows):  # type: ignore[no-untyped-def]
    """Add a layer's gaps to the bodies that are still shut in; the last column of `sums` is this layer's alone."""
    for row in range(begin, begin + rows):
        for gap in range(starts[row], starts[row + 1] - 1):
            root = find_root(parent, gap)
            if not flags[root] & OUTSIDE:
                sums[root, 0] += spans[gap + 1, 0] - spans[gap, 1]
                sums[root, 2] += spans[gap + 1, 0] - spans[gap, 1]
    for gap in range(starts[begin], starts[begin + rows]):
        root = find_root(parent, gap)
        sums[root, 1] = max(sums[root, 1], sums[root, 2])
        sums[root, 2] = 0.0
