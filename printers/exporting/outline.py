"""The outline of a bed, as slicers take it: corner points, with forbidden areas left outside."""

from __future__ import annotations

import math
from itertools import pairwise

from printers.profile import PointMm, Printer

ROUND_CORNERS = 72
"""What PrusaSlicer itself makes of a round bed."""

Cell = tuple[int, int]


def bed_outline(printer: Printer) -> tuple[PointMm, ...]:
    """Return the whole bed's corners in the machine's own coordinates, counter-clockwise from its lowest corner."""
    (x, y), (width, depth, _) = printer.bed_min_xy_mm, printer.build_volume_mm
    if printer.bed_shape == "rectangular":
        return (x, y), (x + width, y), (x + width, y + depth), (x, y + depth)
    turns = (2 * math.pi * step / ROUND_CORNERS for step in range(ROUND_CORNERS))
    middle = x + width / 2, y + depth / 2
    return tuple((middle[0] + width / 2 * math.cos(t), middle[1] + depth / 2 * math.sin(t)) for t in turns)


def free_outline(printer: Printer) -> tuple[PointMm, ...] | None:
    """Return the corners of the largest piece of the bed that is free, or None where no single outline can say it.

    Only for rectangular beds; a forbidden area counts as its bounding box. None when a forbidden area is an island,
    or when there is none at all.
    """
    if printer.bed_shape != "rectangular" or not printer.no_go_mm:
        return None
    boxes = [_box(area) for area in printer.no_go_mm]
    outline = bed_outline(printer)
    low, high = outline[0], outline[2]
    xs = _cuts(low[0], high[0], [x for box in boxes for x in (box[0], box[2])])
    ys = _cuts(low[1], high[1], [y for box in boxes for y in (box[1], box[3])])
    free = {
        (i, j)
        for i, (x0, x1) in enumerate(pairwise(xs))
        for j, (y0, y1) in enumerate(pairwise(ys))
        if not any(b[0] <= (x0 + x1) / 2 <= b[2] and b[1] <= (y0 + y1) / 2 <= b[3] for b in boxes)
    }
    pieces = _pieces(free)
    if not pieces:
        return None
    largest = max(pieces, key=lambda piece: sum((xs[i + 1] - xs[i]) * (ys[j + 1] - ys[j]) for i, j in piece))
    loops = _loops(largest)
    return tuple((xs[i], ys[j]) for i, j in loops[0]) if len(loops) == 1 else None


def _box(area: tuple[PointMm, ...]) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in area], [y for _, y in area]
    return min(xs), min(ys), max(xs), max(ys)


def _cuts(low: float, high: float, inner: list[float]) -> list[float]:
    return sorted({low, high, *(value for value in inner if low < value < high)})


def _pieces(cells: set[Cell]) -> list[set[Cell]]:
    """Return the cells in groups that join at their sides, in order of their lowest cell."""
    pieces: list[set[Cell]] = []
    left = set(cells)
    while left:
        group, front = set(), [min(left)]
        while front:
            i, j = front.pop()
            if (i, j) in left:
                left.remove((i, j))
                group.add((i, j))
                front += [(i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)]
        pieces.append(group)
    return pieces


def _loops(cells: set[Cell]) -> list[list[Cell]]:
    """Return the borders of a group of cells, counter-clockwise round it, only their corners kept."""
    after: dict[Cell, list[Cell]] = {}
    for i, j in sorted(cells):
        sides = (
            ((i, j - 1), (i, j), (i + 1, j)),
            ((i + 1, j), (i + 1, j), (i + 1, j + 1)),
            ((i, j + 1), (i + 1, j + 1), (i, j + 1)),
            ((i - 1, j), (i, j + 1), (i, j)),
        )
        for neighbour, start, end in sides:
            if neighbour not in cells:
                after.setdefault(start, []).append(end)
    loops = []
    while after:
        start = min(after)
        loop, at = [start], _step(after, start)
        while at != start:
            loop.append(at)
            at = _step(after, at)
        loops.append(_corners(loop))
    return loops


def _step(after: dict[Cell, list[Cell]], at: Cell) -> Cell:
    ends = after[at]
    end = ends.pop()
    if not ends:
        del after[at]
    return end


def _corners(loop: list[Cell]) -> list[Cell]:
    around = zip((loop[-1], *loop[:-1]), loop, (*loop[1:], loop[0]), strict=True)
    return [b for a, b, c in around if (b[0] - a[0]) * (c[1] - b[1]) != (b[1] - a[1]) * (c[0] - b[0])]
