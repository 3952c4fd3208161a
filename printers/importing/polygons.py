"""Bed outlines and forbidden areas: corner points in, a size and rectangles out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

Point = tuple[float, float]
Polygon = tuple[Point, ...]

SMALLEST_AREA_MM2 = 1e-6


class Bed(NamedTuple):
    """A bed: size along x and y, lowest corner, shape, and whether the outline is only its bounding box."""

    size_mm: Point
    min_xy_mm: Point
    shape: Literal["rectangular", "elliptic"]
    is_bounding_box: bool


def bed_of(points: Sequence[Point]) -> Bed | None:
    """Return the bed that an outline encloses, or None when it encloses nothing."""
    outline = open_ring(points)
    if len(outline) < 3 or area_mm2(outline) < SMALLEST_AREA_MM2:
        return None
    low = min(x for x, _ in outline), min(y for _, y in outline)
    size = max(x for x, _ in outline) - low[0], max(y for _, y in outline) - low[1]
    filled = area_mm2(outline) / (size[0] * size[1])
    # A ring of n corners on an ellipse fills n/2 sin(2π/n) of its half axes' product, π of it when n is large.
    ring = len(outline) / 8 * math.sin(2 * math.pi / len(outline))
    if len(outline) >= 8 and abs(filled - ring) < 0.01:
        return Bed(size, low, "elliptic", False)
    return Bed(size, low, "rectangular", filled < 0.999)


def split_areas(points: Sequence[Point]) -> tuple[Polygon, ...]:
    """Return the forbidden areas that one list of points stands for.

    Slicers of the Bambu family take every four points as one rectangle, and makers fill up with repeated points; a
    list that cannot be read that way is one polygon. `["0x0"]` and other lists without area mean none.
    """
    fours = [tuple(points[i : i + 4]) for i in range(0, len(points) - 3, 4)]
    rectangles = [four for four in fours if area_mm2(four) >= SMALLEST_AREA_MM2]
    if rectangles and all(map(_is_rectangle, rectangles)) and len(points) - 4 * len(fours) <= 1:
        return tuple(rectangles)
    whole = open_ring(points)
    return (whole,) if area_mm2(whole) >= SMALLEST_AREA_MM2 else ()


def open_ring(points: Sequence[Point]) -> Polygon:
    """Return the corners without those that repeat the one before, the last before the first included."""
    kept: list[Point] = []
    for point in points:
        if not kept or point != kept[-1]:
            kept.append(point)
    while len(kept) > 1 and kept[-1] == kept[0]:
        kept.pop()
    return tuple(kept)


def area_mm2(points: Sequence[Point]) -> float:
    """Return the enclosed area, whichever way the corners run."""
    turned = zip(points, (*points[1:], *points[:1]), strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in turned)) / 2


def _is_rectangle(corners: Sequence[Point]) -> bool:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    closes = math.isclose(ax + cx, bx + dx, abs_tol=1e-6) and math.isclose(ay + cy, by + dy, abs_tol=1e-6)
    return closes and abs((bx - ax) * (cx - bx) + (by - ay) * (cy - by)) < 1e-6
