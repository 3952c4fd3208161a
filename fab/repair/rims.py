"""Rims that face each other: where two skins of a hollow wall end at one opening, the wall is closed between them.

Capping both would close the cavity for good, and what was hollow would come back full.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fab.gate import label_shells, shell_volumes
from fab.repair.record import Surface
from fab.repair.winding import shell_boxes

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_FACING_COS = -0.7  # of the ways the two openings look
_BEHIND = 0.1  # of the opening's width: so far the inner rim may stand out before the outer one
_MOST = 4000  # rims on one side: more are shreds, not openings


def join_rims(surface: Surface, loops: list[Indices]) -> tuple[Indices, list[Indices]]:
    """Return the faces (k, 3) of walls between rims that face each other, and the rims that are left to cap.

    `loops` are as `find_loops` gives them. The outer of two rims bounds a skin that encloses a volume, the inner one
    bounds another skin inside that, turned inward; each is nearest to the other, and nearer than the opening is wide.
    """
    pairs = _find_pairs(surface, loops)
    walls = [_wall(surface.vertices, loops[i], loops[j]) for i, j in pairs]
    used = {k for pair in pairs for k in pair}
    left = [loop for k, loop in enumerate(loops) if k not in used]
    return np.concatenate([np.zeros((0, 3), np.int64), *walls]), left


class _Openings(NamedTuple):
    """Of each rim (k,): the shell, the middle (k, 3), the way (k, 3) a cap would face, and the width."""

    shell: Indices
    middle: Points
    ahead: Points
    width: Points


def _find_pairs(surface: Surface, loops: list[Indices]) -> list[tuple[int, int]]:
    count, labels = label_shells(surface.faces)
    if count < 2 or len(loops) < 2:
        return []
    openings = _measure(surface, loops, labels)
    fans = np.concatenate([np.stack([np.full(len(p) - 2, p[0]), p[1:-1], p[2:]], axis=1) for p in loops])
    owner = np.repeat(openings.shell, [len(loop) - 2 for loop in loops])
    volumes = shell_volumes(
        surface.vertices, np.concatenate([surface.faces, fans]), np.concatenate([labels, owner]), count
    )
    outer, inner = (np.flatnonzero(side[openings.shell]) for side in (volumes > 0, volumes < 0))
    if not 0 < len(outer) <= _MOST or not 0 < len(inner) <= _MOST:
        return []
    low, high = shell_boxes(surface, labels, count)
    fits = _facing(openings, outer, inner)
    a, b = openings.shell[outer][:, None], openings.shell[inner]
    fits &= (low[a] <= low[b]).all(axis=2) & (high[b] <= high[a]).all(axis=2)
    apart = np.linalg.norm(openings.middle[outer][:, None] - openings.middle[inner], axis=2)
    apart[~fits] = np.inf
    mutual = [(i, int(apart[i].argmin())) for i in np.flatnonzero(fits.any(axis=1))]
    pairs = [(int(outer[i]), int(inner[j])) for i, j in mutual if apart[:, j].argmin() == i]
    return [(i, j) for i, j in pairs if _near(surface.vertices, loops[i], loops[j], openings.width[[i, j]].max())]


def _measure(surface: Surface, loops: list[Indices], labels: Indices) -> _Openings:
    shell_of = np.zeros(len(surface.vertices), np.int64)
    shell_of[surface.faces] = labels[:, None]
    middle, ahead, width = [], [], []
    for loop in loops:
        points = surface.vertices[loop]
        centre = points.mean(axis=0)
        normal = np.cross(points - centre, np.roll(points, -1, axis=0) - centre).sum(axis=0)
        middle.append(centre)
        ahead.append(normal / max(float(np.linalg.norm(normal)), 1e-300))
        width.append(float(np.ptp(points, axis=0).max()))
    return _Openings(shell_of[[loop[0] for loop in loops]], np.array(middle), np.array(ahead), np.array(width))


def _facing(openings: _Openings, outer: Indices, inner: Indices) -> NDArray[np.bool_]:
    """(k, l) bool: the openings of which one looks out where the other looks in, not standing out before it."""
    cosine = openings.ahead[outer] @ openings.ahead[inner].T
    before = np.einsum("kld,kd->kl", openings.middle[outer][:, None] - openings.middle[inner], openings.ahead[outer])
    return np.asarray((cosine < _FACING_COS) & (before > -_BEHIND * openings.width[outer][:, None]), np.bool_)


def _near(vertices: Points, loop: Indices, other: Indices, reach: float) -> bool:
    """Whether no point of either rim is farther from the other than `reach`."""
    from scipy.spatial import cKDTree

    a, b = vertices[loop], vertices[other]
    return bool(max(cKDTree(a).query(b)[0].max(), cKDTree(b).query(a)[0].max()) <= reach)


def _wall(vertices: Points, outer: Indices, inner: Indices) -> Indices:
    """(k + l, 3): faces between two rims that run opposite ways, from the nearest two vertices on in step."""
    from scipy.spatial import cKDTree

    apart, nearest = cKDTree(vertices[inner]).query(vertices[outer])
    start = int(apart.argmin())
    there = np.roll(outer, -start)
    back = np.roll(inner[::-1], int(nearest[start]) + 1 - len(inner))
    ways = [np.cumsum(_steps(vertices[rim])) for rim in (there, back)]
    ends = [way / way[-1] for way in ways]
    faces, i, j = [], 0, 0
    while i < len(there) or j < len(back):
        a, b = there[i % len(there)], back[j % len(back)]
        if j == len(back) or (i < len(there) and ends[0][i] <= ends[1][j]):
            i += 1
            faces.append((a, there[i % len(there)], b))
        else:
            j += 1
            faces.append((back[j % len(back)], b, a))
    return np.array(faces, np.int64)


def _steps(points: Points) -> Points:
    return np.asarray(np.linalg.norm(np.roll(points, -1, axis=0) - points, axis=1) + 1e-300, np.float64)
