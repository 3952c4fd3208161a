"""Snap: a surface in float64 brought to float32 values without faces that cross.

Rounding turns slivers over, so points nearer than a small reach become one first, and what still crosses is cut free
and rounded again, with more reach each time. Any vertices of a closed surface may be made one: it stays closed.
Source: iterated snap rounding, Halperin & Packer (2002), with arrangements of faces in place of those of segments.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from fab.crossings import crossing_pairs
from fab.gate import find_defects, list_edges, merge_float32
from fab.predicates import zero_area
from fab.repair.degenerate import flip_needles
from fab.repair.nonmanifold import part_edges
from fab.repair.patch import recut_crossings
from fab.repair.record import Limits, Surface
from fab.repair.weld import cancel_doubled, drop_pointed

Points = NDArray[np.float64]
Indices = NDArray[np.int64]
CutFree = Callable[[Surface, Indices], Surface | None]

_LEAST_REACH = 2.0**-23  # of the size: about the step between float32 values there
_ROUNDS = 24
_PATIENCE = 5  # rounds that may pass without fewer faces crossing
_TANGLED = 4  # times as many pairs as after the first round, or after edges were parted, do not come undone
_GROWTH = 2  # more faces than this many times the first are a tangle that rounding only makes worse


def snap(made: Surface, limits: Limits, cut_free: CutFree, merge: float = 0.0, stray: float = np.inf) -> Surface | None:
    """Return the closed surface as a solid with float32 values, or None where no reach up to `detail_mm` makes one.

    The reach begins at `merge`, and a spot that is cut anew moves by `stray` at most, both over `detail_mm`.
    """
    reach, most = _LEAST_REACH * float(np.abs(made.vertices).max()), _GROWTH * len(made.faces) + 1000
    reach = max(reach, merge * limits.detail_mm)
    crossing: list[int] = []
    tangle = 0
    for number in range(_ROUNDS):
        surface, changed = _round(made, min(reach, limits.detail_mm))
        if not 0 < len(surface.faces) <= most:
            return None
        pairs = crossing_pairs(*surface, changed)
        if not len(pairs):
            pairs = crossing_pairs(*surface)
        recut = recut_crossings(surface, limits, pairs, stray * limits.detail_mm)
        if recut.note:
            surface, pairs = recut.surface, crossing_pairs(*recut.surface)
        crowded = not len(pairs) and bool((list_edges(surface.faces).uses > 2).any())
        if crowded:
            surface = Surface(*merge_float32(*part_edges(surface, limits).surface))
            pairs = crossing_pairs(*surface)
        if not len(pairs) and find_defects(*surface).none:
            return surface
        if crowded or not crossing:  # edges parted just now may well cross more than all did before
            tangle = max(tangle, _TANGLED * len(pairs))
        if not crowded:
            crossing.append(len(pairs))
            stuck = len(crossing) > _PATIENCE and len(pairs) >= min(crossing[:-_PATIENCE])
            if stuck or len(pairs) > tangle:
                return None
        freed = cut_free(surface, pairs)
        if freed is None or not len(freed.faces):
            return None
        made = freed
        reach *= 2.0 if number % 3 == 2 else 1.0
    return None


def _round(made: Surface, reach: float) -> tuple[Surface, NDArray[np.bool_]]:
    """Return the surface at float32 with points nearer than `reach` made one, and (m,) which faces that has changed.

    Faces that cancel go, and needles are turned away.
    """
    rounded = made.vertices.astype(np.float32).astype(np.float64)
    moving = (rounded != made.vertices).any(axis=1)  # a vertex of the input stands on float32 values and stays there
    target = _nearest(made.vertices, moving, reach)
    joined = cancel_doubled(drop_pointed(Surface(*merge_float32(rounded, target[made.faces]))))
    changed = _are_among(joined.vertices, rounded[target[moving]])
    changed[joined.faces[zero_area(*joined)]] = True
    changed[joined.faces[changed[joined.faces].any(axis=1)]] = True  # a needle's neighbours, which it is turned into
    turned = flip_needles(joined, Limits()).surface
    changed = _are_among(turned.vertices, joined.vertices[changed])
    return turned, np.asarray(changed[turned.faces].any(axis=1), np.bool_)


def _are_among(points: Points, others: Points) -> NDArray[np.bool_]:
    """(n,) bool: which points equal one of the others."""
    row = np.dtype((np.void, 24))
    rows, wanted = (np.ascontiguousarray(p + 0.0).view(row).reshape(-1) for p in (points, others))
    return np.isin(rows, wanted)


def _nearest(points: Points, moving: NDArray[np.bool_], reach: float) -> Indices:
    """(n,) int64: for each moving point the nearest within reach that stays, or else the first that moves."""
    from scipy.spatial import cKDTree

    target = np.arange(len(points))
    movers = np.flatnonzero(moving)
    if not len(movers):
        return target
    pairs = cKDTree(points[movers]).query_pairs(reach, output_type="ndarray")
    pairs = np.sort(movers[pairs], axis=1)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    for low, high in pairs.tolist():
        if target[low] == low and target[high] == high:
            target[high] = low
    stayers = np.flatnonzero(~moving)
    if len(stayers):
        distance, place = cKDTree(points[stayers]).query(points[movers], distance_upper_bound=reach)
        near = np.isfinite(distance)
        target[movers[near]] = stayers[place[near]]
    return target[target]
