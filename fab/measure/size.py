"""Size: whether a part stands in a build volume at any turn about Z, and how large it could be.

Part and bed are convex polygons seen from above. Where the part may be moved at one turn is the bed eroded by the part,
less what each no-go area, grown by the part, takes away: a few convex pieces, found by clipping with half-planes
(configuration space; Lozano-Pérez, "Spatial planning", IEEE Trans. Computers 1983). Exact for each turn tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fab.measure.stability import convex_polygon

Polygon = NDArray[np.float64]

TOUCHING_MM = 1e-4
"""A part may touch the edge of the bed: float32 noise must not push it off."""

TURN_STEP_DEG = 1.0
SCALE_TOLERANCE = 1e-3
_ELLIPSE_SIDES = 96


@dataclass(frozen=True, eq=False)
class Bed:
    """Where a part may stand: `outline_mm` (k, 2), convex, counter-clockwise; `no_go_mm` convex pieces."""

    outline_mm: Polygon
    no_go_mm: tuple[Polygon, ...]
    height_mm: float


def rectangle(low: tuple[float, float], size: tuple[float, float]) -> Polygon:
    """Return the (4, 2) corners, counter-clockwise, of a bed with its lowest corner at `low`."""
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    return np.asarray(np.array(low) + corners * np.array(size))


def ellipse(low: tuple[float, float], size: tuple[float, float]) -> Polygon:
    """Return a polygon (96, 2) inside the elliptic bed whose box starts at `low`; 0.05% short at most."""
    turns = np.linspace(0.0, 2.0 * np.pi, _ELLIPSE_SIDES, endpoint=False)
    circle = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    return np.asarray(np.array(low) + (circle + 1.0) / 2.0 * np.array(size))


def convex_pieces(polygon: Polygon) -> tuple[Polygon, ...]:
    """Return triangles that cover a simple polygon (k, 2), either way round."""
    from manifold3d import triangulate

    if _signed_area(polygon) < 0.0:
        polygon = polygon[::-1]
    return tuple(polygon[corners] for corners in triangulate([polygon.astype(np.float64)]))


def _signed_area(polygon: Polygon) -> float:
    x, y = polygon.T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2.0)


def find_turn(vertices: NDArray[np.float64], bed: Bed, scale: float = 1.0) -> float | None:
    """Return the first turn about Z, in degrees, at which the part fits, or None. `vertices` (n, 3) mm."""
    if np.ptp(vertices[:, 2]) * scale > bed.height_mm + TOUCHING_MM:
        return None
    return _find_turn(convex_polygon(vertices[:, :2]) * scale, bed)


def largest_scale(vertices: NDArray[np.float64], bed: Bed) -> float:
    """Return the factor, to within 0.1% and never above, at which the part just fits at its best turn."""
    low, high = 0.0, bed.height_mm / float(np.ptp(vertices[:, 2]))
    footprint = convex_polygon(vertices[:, :2])
    if _find_turn(footprint * high, bed) is not None:
        return high
    while high - low > SCALE_TOLERANCE * high:
        middle = (low + high) / 2.0
        if _find_turn(footprint * middle, bed) is None:
            high = middle
        else:
            low = middle
    return low


def _find_turn(footprint: Polygon, bed: Bed) -> float | None:
    for turn in np.arange(0.0, 360.0, TURN_STEP_DEG):
        if fits_upright(_turned(footprint, float(turn)), bed):
            return float(turn)
    return None


def _turned(polygon: Polygon, degrees: float) -> Polygon:
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.asarray(polygon @ np.array([[cos, sin], [-sin, cos]]))


def fits_upright(footprint: Polygon, bed: Bed) -> bool:
    """Return whether the convex `footprint` (k, 2) can be moved, without turning, to where it stands on the bed."""
    normals, offsets = _half_planes(bed.outline_mm)
    too_wide = _width(footprint, normals) > _width(bed.outline_mm, normals) + 2.0 * TOUCHING_MM
    if too_wide.any():  # most turns that do not fit end here, before any clipping
        return False
    free = _clip_all(_box_of_moves(footprint, bed), normals, offsets - _support(footprint, normals))
    return bool(len(free)) and _leaves_any(free, bed.no_go_mm, footprint)


def _box_of_moves(footprint: Polygon, bed: Bed) -> Polygon:
    """A box of moves larger than any that keeps the part on the bed."""
    low = bed.outline_mm.min(axis=0) - footprint.max(axis=0) - 1.0
    high = bed.outline_mm.max(axis=0) - footprint.min(axis=0) + 1.0
    return rectangle((low[0], low[1]), (high[0] - low[0], high[1] - low[1]))


def _leaves_any(piece: Polygon, no_go: tuple[Polygon, ...], footprint: Polygon) -> bool:
    """Return whether any of the moves `piece` keeps the footprint out of all no-go areas."""
    if not no_go:
        return True
    return any(_leaves_any(left, no_go[1:], footprint) for left in _outside(piece, no_go[0], footprint))


def _outside(piece: Polygon, no_go: Polygon, footprint: Polygon) -> Iterator[Polygon]:
    """Yield the convex parts of the moves `piece` that keep the footprint out of the convex no-go area.

    They share no more than their edges, and a piece that the area does not reach stays whole: several areas would
    otherwise cut the moves into more and more pieces.
    """
    mirrored = -footprint
    normals = np.concatenate([_half_planes(no_go)[0], _half_planes(mirrored)[0]])
    offsets = _support(no_go, normals) + _support(mirrored, normals)
    lowest = (piece @ normals.T).min(axis=0)
    if (lowest >= offsets - TOUCHING_MM).any():
        yield piece
        return
    for normal, offset in zip(normals, offsets, strict=True):
        outside = _clip(piece, -normal, -float(offset))
        if len(outside):
            yield outside
        piece = _clip(piece, normal, float(offset))
        if not len(piece):
            return


def _half_planes(polygon: Polygon) -> tuple[Polygon, NDArray[np.float64]]:
    """Return outward unit normals (k, 2) and offsets (k,) of a counter-clockwise polygon's sides."""
    along = np.roll(polygon, -1, axis=0) - polygon
    outward = np.stack([along[:, 1], -along[:, 0]], axis=1)
    normals = outward / np.maximum(np.linalg.norm(outward, axis=1), 1e-300)[:, None]
    return normals, (normals * polygon).sum(axis=1)


def _support(polygon: Polygon, directions: Polygon) -> NDArray[np.float64]:
    """Return how far the polygon reaches in each direction."""
    return np.asarray((directions @ polygon.T).max(axis=1))


def _width(polygon: Polygon, directions: Polygon) -> NDArray[np.float64]:
    return _support(polygon, directions) + _support(polygon, -directions)


def _clip_all(polygon: Polygon, normals: Polygon, offsets: NDArray[np.float64]) -> Polygon:
    for normal, offset in zip(normals, offsets, strict=True):
        polygon = _clip(polygon, normal, float(offset))
    return polygon


def _clip(polygon: Polygon, normal: Polygon, offset: float) -> Polygon:
    """Return the part of a convex polygon with normal · point <= offset (Sutherland, Hodgman 1974); touching is in."""
    beyond = polygon @ normal - (offset + TOUCHING_MM)
    inside = beyond <= 0.0
    if inside.all() or not inside.any():
        return polygon if inside.all() else polygon[:0]
    following = np.roll(polygon, -1, axis=0)
    beyond_following = np.roll(beyond, -1)
    crosses = inside != np.roll(inside, -1)
    share = np.where(crosses, beyond / np.where(crosses, beyond - beyond_following, 1.0), 0.0)
    cuts = polygon + share[:, None] * (following - polygon)
    kept = np.stack([inside, crosses], axis=1).ravel()
    return np.asarray(np.stack([polygon, cuts], axis=1).reshape(-1, 2)[kept])
