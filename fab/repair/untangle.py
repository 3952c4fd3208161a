"""A skin drawn onto a surface, freed of faces that cross: where they do, vertices go back towards their cells' middles.

In the middles of their cells vertices hardly ever make faces cross; those that do all the same are named, so that
whoever laid the skin can lay a simpler one there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.crossings import crossing_pairs
from fab.predicates import zero_area

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_RETREATS = (0.7, 0.4)  # how much of its way a vertex that makes faces cross keeps, in turn; after that, none
_ROUNDS = 40


def untangle(placed: Points, safe: Points, faces: Indices) -> tuple[Points, Indices]:
    """Return points (n, 3) of float32 values between `safe` and `placed`, and the vertices of which faces still cross.

    Those lie with all their neighbours where `safe` has them; mostly there are none. Nothing is said of faces that
    cross only once they are merged: points that fall together count as crossing.
    """
    share = np.ones(len(placed))
    points, asked = _between(placed, safe, share), np.ones(len(faces), np.bool_)
    for number in range(_ROUNDS):
        bad = bad_corners(points, faces, asked)
        held = bad[share[bad] == 0]
        loose = np.union1d(bad, faces[_touch(faces, held)])
        loose = loose[share[loose] > 0]
        if not len(loose):
            return points, bad
        share[loose] *= _RETREATS[number] if number < len(_RETREATS) else 0.0
        points = _between(placed, safe, share)
        asked = _touch(faces, np.union1d(bad, loose))
    return points, bad_corners(points, faces, asked)


def bad_corners(points: Points, faces: Indices, asked: NDArray[np.bool_]) -> Indices:
    """Return the vertices of faces that have no area, or cross a face of which one of the two is `asked` (m,)."""
    crossing = crossing_pairs(points, faces, None if asked.all() else asked).reshape(-1)
    return np.unique(faces[np.concatenate([crossing, np.flatnonzero(asked)[zero_area(points, faces[asked])]])])


def _between(placed: Points, safe: Points, share: Points) -> Points:
    return (safe + share[:, None] * (placed - safe)).astype(np.float32).astype(np.float64) + 0.0


def _touch(faces: Indices, vertices: Indices) -> NDArray[np.bool_]:
    """(m,): the faces that have one of the vertices."""
    chosen = np.zeros(int(faces.max()) + 1, np.bool_)
    chosen[vertices] = True
    return np.asarray(chosen[faces].any(axis=1), np.bool_)
