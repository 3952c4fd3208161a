"""Which few colours stand for many: chosen freely, or among the filaments that one owns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fab.palette.lab import Lab, differences, pairwise

Weights = NDArray[np.float64]

_FINEST_BIN = 1.0  # L*, a*, b* units: below what an eye tells apart side by side
_MOST_BINS = 4000
_STARTS, _POLISHED = 32, 4
_ROUNDS = 40
_SETTLED = 1e-3
_POLISH_ROUNDS = 12

STRIKING = 25.0
"""CIEDE2000 from every colour of the palette beyond which a detail deserves one of its own."""
ALIKE = 12.0
"""CIEDE2000 within which the colours of a detail lie."""
SACRIFICE, SACRIFICE_SHARE = 0.5, 0.05
"""How much the mean CIEDE2000 may grow for a detail's sake: so much, and this share of itself."""


@dataclass(frozen=True, eq=False)
class Tally:
    """Different colours `lab` (n, 3) and how much surface has each, `area` (n,), summing to 1."""

    lab: Lab
    area: Weights

    @classmethod
    def of(cls, lab: Lab) -> Tally:
        """Return the colours (k, 3) of points spread evenly, in bins as small as few enough of them can be.

        Colours that are no numbers are left out; where there are no others it is white.
        """
        lab, size = lab[np.isfinite(lab).all(axis=1)], _FINEST_BIN
        lab = lab if len(lab) else np.array([[100.0, 0.0, 0.0]])
        while True:
            cell = np.round(lab / size).astype(np.int64) + 512
            cells, place = np.unique((cell[:, 0] << 20) + (cell[:, 1] << 10) + cell[:, 2], return_inverse=True)
            if len(cells) <= _MOST_BINS:
                break
            size *= 1.4
        total = np.bincount(place)
        means = np.stack([np.bincount(place, lab[:, axis]) for axis in range(3)], axis=1) / total[:, None]
        return cls(means, total / total.sum())


def choose_colours(tally: Tally, count: int, least_share: float = 0.0) -> Lab:
    """Return at most `count` colours (k, 3) that make the mean CIEDE2000 over the surface small.

    A detail that covers at least `least_share` of the surface and stands out gets a colour, in the place of the one
    that is missed least, unless much would be lost for it. The best of many k-means in CIELAB (Lloyd 1982, started as
    by Arthur & Vassilvitskii 2007 with a generator of its own), the centres of a few then moved to where the mean
    CIEDE2000 itself is least. Largest area first.
    """
    if len(tally.lab) <= count:
        return tally.lab[np.argsort(-tally.area, kind="stable")]
    tries = [_lloyd(tally, _spread(tally, count, np.random.default_rng(n))) for n in range(_STARTS)]
    tries.sort(key=lambda palette: mean_difference(tally, palette))
    best = min((_polish(tally, palette) for palette in tries[:_POLISHED]), key=lambda p: mean_difference(tally, p))
    allowed = mean_difference(tally, best) * (1 + SACRIFICE_SHARE) + SACRIFICE
    for _ in range(count):
        noticed = _notice_detail(tally, best, least_share, allowed)
        if noticed is None:
            break
        best = noticed
    slots = differences(tally.lab, best).argmin(axis=1)
    share = np.bincount(slots, tally.area, len(best))
    return best[np.argsort(-share, kind="stable")][: np.count_nonzero(share)]


def _notice_detail(tally: Tally, palette: Lab, least_share: float, allowed: float) -> Lab | None:
    """Return the palette with its least missed colour given up for a detail that stands out, None for none."""
    far = _unserved(tally, palette)
    if least_share <= 0 or not far.any():
        return None
    lab, area = tally.lab[far], tally.area[far]
    alike = differences(lab, lab) < ALIKE
    mass = alike @ area
    largest = int(mass.argmax())
    if mass[largest] < least_share:
        return None
    like = alike[largest]
    colour = (area[like] @ lab[like]) / area[like].sum()
    tries = [np.concatenate([palette[:k], colour[None], palette[k + 1 :]]) for k in range(len(palette))]
    best = _polish(tally, min(tries, key=lambda other: mean_difference(tally, other)))
    better = _unserved(tally, best) @ tally.area < far @ tally.area
    return best if better and mean_difference(tally, best) <= allowed else None


def _unserved(tally: Tally, palette: Lab) -> NDArray[np.bool_]:
    """Return (n,) which colours stand out from all of a palette's."""
    return np.asarray(differences(tally.lab, palette).min(axis=1) > STRIKING)


def mean_difference(tally: Tally, palette: Lab) -> float:
    """Return the mean CIEDE2000 between the colours of a surface and the nearest ones of a palette (k, 3)."""
    return float(differences(tally.lab, palette).min(axis=1) @ tally.area)


def choose_among(tally: Tally, owned: Lab, count: int) -> NDArray[np.int64]:
    """Return which of `owned` (f, 3), at most `count`, make the mean CIEDE2000 least, in ascending order.

    Greedy, then swaps as long as one helps (PAM, Kaufman & Rousseeuw 1990). What serves no surface is left out.
    """
    cost = differences(tally.lab, owned)
    chosen: list[int] = []
    nearest = np.full(len(tally.lab), np.inf)
    while len(chosen) < min(count, len(owned)):
        added = int((tally.area @ np.minimum(cost, nearest[:, None])).argmin())
        if chosen and tally.area @ (nearest - np.minimum(cost[:, added], nearest)) <= 0:
            break
        chosen.append(added)
        nearest = np.minimum(nearest, cost[:, added])
    _swap(cost, tally.area, chosen)
    return np.array(sorted(chosen), np.int64)


def _swap(cost: Weights, area: Weights, chosen: list[int]) -> None:
    """Exchange, in place, chosen columns of `cost` for others as long as the sum gets less."""
    improved = True
    while improved:
        improved = False
        for place in range(len(chosen)):
            others = cost[:, chosen[:place] + chosen[place + 1 :]].min(axis=1, initial=np.inf)
            totals = area @ np.minimum(cost, others[:, None])
            best = int(totals.argmin())
            if totals[best] < totals[chosen[place]] - 1e-9:
                chosen[place], improved = best, True


def _spread(tally: Tally, count: int, random: np.random.Generator) -> Lab:
    """Return `count` starting colours, each drawn by its squared distance from those before."""
    picked = [int(random.choice(len(tally.lab), p=tally.area))]
    squared = ((tally.lab - tally.lab[picked[0]]) ** 2).sum(axis=1)
    while len(picked) < count and (mass := squared * tally.area).sum() > 0:
        picked.append(int(random.choice(len(tally.lab), p=mass / mass.sum())))
        squared = np.minimum(squared, ((tally.lab - tally.lab[picked[-1]]) ** 2).sum(axis=1))
    return tally.lab[picked]


def _lloyd(tally: Tally, centres: Lab) -> Lab:
    for _ in range(_ROUNDS):
        squared = (centres**2).sum(axis=1) - 2 * tally.lab @ centres.T
        moved = _means(tally.lab, tally.area, squared.argmin(axis=1), centres)
        if np.abs(moved - centres).max() < _SETTLED:
            break
        centres = moved
    return centres


def _polish(tally: Tally, centres: Lab) -> Lab:
    """Return the centres moved to lessen the mean CIEDE2000: Weiszfeld's steps, its metric taken as locally flat."""
    best, least = centres, mean_difference(tally, centres)
    for _ in range(_POLISH_ROUNDS):
        slots = differences(tally.lab, centres).argmin(axis=1)
        centres = _nearer_to_all(tally.lab, tally.area, slots, centres)
        now = mean_difference(tally, centres)
        if now < least:
            best, least = centres, now
    return best


def fit_colours(lab: Lab, area: Weights, slots: NDArray[np.int64], palette: Lab) -> Lab:
    """Return the palette (k, 3) with each colour moved to where it differs least from what it covers.

    Points of `area` (n,) that should be `lab` (n, 3), NaN where that is not known, are painted with `slots` (n,). What
    stands out from its colour was painted over, around a detail that was widened, and does not wash that out.
    """
    served = pairwise(lab, palette[slots]) <= STRIKING  # false for NaN
    lab, area, slots = lab[served], area[served], slots[served]
    for _ in range(_POLISH_ROUNDS):
        palette = _nearer_to_all(lab, area, slots, palette)
    return palette


def _nearer_to_all(lab: Lab, area: Weights, slots: NDArray[np.int64], centres: Lab) -> Lab:
    """Return the centres after one of Weiszfeld's steps towards the least sum of CIEDE2000 to their points."""
    flat = np.linalg.norm(lab - centres[slots], axis=1)
    metric = np.divide(pairwise(lab, centres[slots]), flat, out=np.ones_like(flat), where=flat > 0)
    return _means(lab, area * metric / np.maximum(flat, 0.5), slots, centres)


def _means(lab: Lab, weight: Weights, slots: NDArray[np.int64], before: Lab) -> Lab:
    """Return the weighted mean of each slot's colours, `before` where it has none."""
    total = np.bincount(slots, weight, len(before))
    sums = np.stack([np.bincount(slots, weight * lab[:, axis], len(before)) for axis in range(3)], axis=1)
    return np.where(total[:, None] > 0, sums / np.maximum(total, 1e-300)[:, None], before)
