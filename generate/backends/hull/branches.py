"""Branches: parts of two silhouettes that are one part of the figure, told by the height of their tips.

Two silhouettes by themselves allow a tail seen beside the body in front and behind the body from the side in two
places at once: behind the body's middle, and beside it. But pictures taken level show a tip at the same height from
all sides, so a part whose tip stands at one height in both pictures, and no other does, is the same part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter1d, label

from generate.backends.hull.frame import PAD

SAME_TIP_SHARE = 0.015
"""Tips this close in height, as a share of it, are the same."""

LEAST_SHARE = 0.04
"""A branch is at least this long, as a share of the height."""


@dataclass(frozen=True, eq=False)
class Branch:
    """A part of a silhouette that ends in a tip above: (rows, columns) bool, and the rows it has, joint to tip."""

    mask: NDArray[np.bool_]
    joint: int
    tip: int


@dataclass(frozen=True, eq=False)
class Bulge:
    """What still shows of a branch below its joint: (rows, columns) bool, its lowest row and if it is on the right."""

    mask: NDArray[np.bool_]
    lowest: int
    on_right: bool


@dataclass(frozen=True, eq=False)
class Tube:
    """A part that two silhouettes show: rows, and per row the centre and half width as each of them sees it."""

    rows: NDArray[np.int64]
    mine: NDArray[np.float64]
    theirs: NDArray[np.float64]


def branches_of(inside: NDArray[np.bool_]) -> list[Branch]:
    """Return the branches of a silhouette (row 0 lowest), its main body, which has the highest tip, left out.

    From the top down, the parts above a row join where they meet; the one of the lower tip is a branch that ends there.
    """
    found: list[Branch] = []
    least = LEAST_SHARE * len(inside)
    above = np.zeros(inside.shape[1], np.int64)
    parts: dict[int, tuple[int, NDArray[np.bool_]]] = {}
    fresh = 0
    for row in range(len(inside) - 1, -1, -1):
        runs, count = label(inside[row])
        now = np.zeros_like(above)
        for run in range(1, count + 1):
            here = runs == run
            met = sorted(set(above[here].tolist()) - {0}, key=lambda part: -parts[part][0])
            if not met:
                fresh += 1
                parts[fresh] = (row, np.zeros_like(inside))
                met = [fresh]
            for part in met[1:]:
                tip, mask = parts.pop(part)
                if tip - row >= least:
                    found.append(Branch(mask.copy(), row + 1, tip))
                parts[met[0]][1][mask] = True
                now[now == part] = met[0]
                above[above == part] = met[0]
            parts[met[0]][1][row, here] = True
            now[here] = met[0]
        above = now
    return found


def paired(mine: NDArray[np.bool_], theirs: NDArray[np.bool_]) -> list[tuple[Branch, Branch]]:
    """Return the branches of two silhouettes that are surely the same part: no other tip is as high in either."""
    reach = SAME_TIP_SHARE * len(mine)
    ours, others = branches_of(mine), branches_of(theirs)
    tops = [int(np.flatnonzero(inside.any(axis=1))[-1]) for inside in (mine, theirs)]
    tips = [[b.tip for b in ours] + [tops[0]], [b.tip for b in others] + [tops[1]]]
    pairs = []
    for a in ours:
        for b in others:
            near = [sum(abs(tip - x) <= reach for tip in side for x in (a.tip,)) for side in tips]
            if abs(a.tip - b.tip) <= reach and near == [1, 1]:
                pairs.append((a, b))
    return pairs


def bulge_of(branch: Branch, inside: NDArray[np.bool_]) -> Bulge:
    """Return what shows of a branch below its joint, in a silhouette from the front or the back.

    Bodies are as wide on the left as on the right: where the silhouette goes on to be wider on the side of the branch,
    and less and less so, that is the branch, passing behind or before the body. One that ends in a step is no such.
    """
    thick = 2 * float(distance_transform_edt(branch.mask).max())
    mask, nothing = np.zeros_like(inside), Bulge(np.zeros_like(inside), branch.joint, on_right=True)
    beside = np.flatnonzero(inside[branch.joint] & ~branch.mask[branch.joint])
    if not beside.size:
        return nothing
    twice_axis = beside[0] + beside[-1]
    on_right = bool(np.flatnonzero(branch.mask[branch.joint])[0] > beside[-1])
    for row in range(branch.joint - 1, PAD - 1, -1):
        columns = np.flatnonzero(inside[row])
        counterpart = twice_axis - (columns[0] if on_right else columns[-1])
        wider = columns[columns > counterpart] if on_right else columns[columns < counterpart]
        if not 1 <= wider.size <= 2 * thick:
            tapers = np.count_nonzero(mask[row + 1]) <= 0.25 * thick and wider.size == 0
            return Bulge(mask, row + 1, on_right) if tapers else nothing
        mask[row, wider] = True
    return nothing


def tube_of(a: Branch, b: Branch, mine: NDArray[np.float32], theirs: NDArray[np.float32], bulge: Bulge | None) -> Tube:
    """Return the tube that two branches of one part bound; `mine` and `theirs` are the profiles of their silhouettes.

    The one that parts from its body higher up runs down to the body's ridge, where the tube meets the body, and on its
    way keeps to the outline: it was at the outline when it was last seen. The other keeps its place below its joint.
    `bulge` is what the first still shows below its joint.
    """
    radius = max(float(_thickness(a, b, np.array([max(a.joint, b.joint)]))[0]), 2.0)
    late, profile = (a, mine) if a.joint >= b.joint else (b, theirs)
    last = bulge.lowest if bulge else late.joint
    at_last = _edges(bulge, np.array([last]), radius)[0] if bulge else _ends(late, np.array([last]))[0][0]
    way = abs(at_last - float(np.argmax(profile[last]))) / radius
    lowest = max(min(a.joint, b.joint, last - int(np.ceil(way)) - 1), PAD)
    rows = np.arange(lowest, max(a.tip, b.tip) + 1)
    thickness = _thickness(a, b, rows)
    sides = []
    for branch in (a, b):
        centre, half = _ends(branch, rows)
        seen = ~np.isnan(centre)
        if branch is late:
            hidden = rows < last
            ridge = float(np.argmax(profile[lowest]))
            centre[hidden] = _way_down(profile, rows[hidden], thickness[hidden], (ridge, at_last))
            if bulge:
                shows = (rows >= last) & (rows < branch.joint)
                centre[shows] = _edges(bulge, rows[shows], thickness[shows])
        centre = np.interp(rows, rows[~np.isnan(centre)], centre[~np.isnan(centre)])
        kept = np.interp(rows, rows[seen], half[seen])
        unseen = thickness * _slant(centre) if branch is late else np.maximum(kept, thickness)
        half = np.where(seen, half, unseen)
        if bulge:  # outlines cut what is too wide; steps between what is seen and guessed would show
            centre, half = (gaussian_filter1d(values, 2.0, mode="nearest") for values in (centre, half))
        sides.append(np.stack([centre, half], axis=1))
    return Tube(rows, sides[0], sides[1])


def _edges(bulge: Bulge, rows: NDArray[np.int64], radius: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Return the centre per row of a tube that touches the outer edge of the bulge from within."""
    if bulge.on_right:
        edge = bulge.mask.shape[1] - 0.5 - bulge.mask[rows][:, ::-1].argmax(axis=1)
    else:
        edge = bulge.mask[rows].argmax(axis=1) - 0.5
    inward = radius * (_slant(gaussian_filter1d(edge, 3.0, mode="nearest")) if len(rows) > 1 else 1.0)
    return np.asarray(edge - inward if bulge.on_right else edge + inward)


def _slant(centre: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much wider than the tube a level cut through it is, where the tube leans over."""
    return np.asarray(np.hypot(1.0, np.gradient(centre)))


def _way_down(
    profile: NDArray[np.float32], rows: NDArray[np.int64], radius: NDArray[np.float64], ends: tuple[float, float]
) -> NDArray[np.float64]:
    """Return the centre of a tube per row between the body's ridge (below) and where its branch parts from the body."""
    share = (np.arange(len(rows)) + 0.5) / len(rows)
    straight = ends[0] + share * (ends[1] - ends[0])
    inside = profile[rows] > 0
    if ends[1] > ends[0]:
        edge = inside.shape[1] - 1 - inside[:, ::-1].argmax(axis=1) - radius
        beside = np.maximum(edge, straight)
    else:
        beside = np.minimum(inside.argmax(axis=1) + radius, straight)
    close = np.clip(2.0 * share, 0.0, 1.0)
    return np.asarray(gaussian_filter1d(close * beside + (1 - close) * straight, 2.0, mode="nearest"))


def _thickness(a: Branch, b: Branch, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the inscribed radius per row of whichever branch is seen on more rows, kept where it is not seen."""
    longer = min((a, b), key=lambda branch: branch.joint)
    radius = distance_transform_edt(longer.mask).max(axis=1)
    radius[: longer.joint] = radius[longer.joint + 2 : longer.joint + 8].max()
    return np.asarray(gaussian_filter1d(np.maximum(radius, 1.0), 2.0, mode="nearest")[rows] + 0.5)


def _ends(branch: Branch, rows: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the centre and half width of the branch per row, NaN where it has none."""
    centre, half = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    for index, row in enumerate(rows):
        columns = np.flatnonzero(branch.mask[row])
        if columns.size:
            centre[index] = (columns[0] + columns[-1]) / 2
            half[index] = (columns[-1] - columns[0] + 1) / 2 + 0.5
    return centre, half
