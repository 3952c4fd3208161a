"""Carving: outlines of known directions become one field, positive inside the figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from generate.backends.hull.branches import Branch, Bulge, Tube, bulge_of, paired, tube_of
from generate.backends.hull.doubt import Doubt, glimpse_of
from generate.backends.hull.frame import PAD, Outline
from generate.backends.hull.inflate import potential, squared_depth
from generate.backends.hull.plinth import Plinth, find_plinth

ROWS_COUPLED = 0.65
"""How much a row's profile follows the rows above and below it: enough to be smooth, little enough to reach its rim."""


LEAN = 0.6
"""Half the exponent of cross-sections where pictures disagree: well inside an ellipse, still through all four rims."""

DOUBT_BLUR = 3.0
"""Standard deviation, in voxels, by which disagreement is smoothed: an eye is no hollow."""


@dataclass(frozen=True, eq=False)
class Axis:
    """All that is known of the silhouette along one axis: `phi` as seen from `azimuth_deg`, and whose it is."""

    azimuth_deg: float
    phi: NDArray[np.float32]
    outlines: tuple[Outline, ...]


@dataclass(frozen=True, eq=False)
class Field:
    """(height, depth, right) float32, positive inside, nodes one voxel apart; depth grows away from the viewer."""

    values: NDArray[np.float32]

    def to_voxels(self, nodes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (n, 3) right, depth, height in voxels from (n, 3) indices in the order of `values`."""
        height, depth, right = nodes.T
        _, deep, wide = self.values.shape
        return np.stack([right - (wide - 1) / 2, depth - (deep - 1) / 2, height - PAD + 0.5], axis=1)


def inflated(axis: Axis) -> Field:
    """Return the field of a silhouette inflated to both sides of its plane; a plinth below it is taken to be round."""
    squared = squared_depth(axis.phi)
    plinth = find_plinth(axis.phi)
    half = int(np.ceil(max(np.sqrt(squared.max()), plinth.radius if plinth else 0.0))) + PAD
    depth = np.arange(-half, half + 1, dtype=np.float32)
    values = squared[:, None, :] - np.square(depth)[None, :, None]
    if plinth:
        values = np.maximum(values, _plate(plinth, axis.phi.shape, depth))
    return Field(_on_the_ground(values))


def _plate(plinth: Plinth, shape: tuple[int, ...], depth: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (rows, depth, columns) float32, positive inside the round plate."""
    column, row = np.arange(shape[1]) - plinth.centre, np.arange(shape[0]) - PAD + 0.5
    disc = plinth.radius**2 - np.square(column)[None, :] - np.square(depth)[:, None]
    edge = 2 * plinth.radius * (plinth.height - row)[:, None, None]
    return np.asarray(np.minimum(disc[None], edge), dtype=np.float32)


def rounded(axis: Axis, partner: Axis, power: float) -> Field:
    """Return the field that two silhouettes bound, its cross-sections superellipses of exponent 2·`power`.

    Where the pictures of the two axes disagree in colour the corner is taken to be empty: the exponent is smaller.
    A part that both silhouettes show, such as a tail, stands where it is in both, not behind the body's middle.
    """
    turn = np.radians(partner.azimuth_deg - axis.azimuth_deg)
    height, wide = axis.phi.shape
    reach = (partner.phi.shape[1] / 2 + abs(np.cos(turn)) * wide / 2) / abs(np.sin(turn))
    deep = 2 * int(np.ceil(reach)) + 1
    pairs = paired(axis.phi > 0, partner.phi > 0)
    bulges = [_bulge(axis, partner, pair) for pair in pairs]
    mine = _profile(_without([*(a for a, _ in pairs), *(bulge for bulge in bulges if bulge)], axis.phi))
    theirs = _profile(_without([b for _, b in pairs], partner.phi))
    tubes = [tube_of(a, b, mine, theirs, bulge) for (a, b), bulge in zip(pairs, bulges, strict=True)]
    columns = _columns_of(turn, deep, wide, partner.phi.shape[1])
    doubt = _doubt(axis, partner, (height, deep, wide))
    values = np.empty((height, deep, wide), np.float32)
    for row in range(height):
        other = np.interp(columns, np.arange(partner.phi.shape[1]), theirs[row])
        ridge = (np.argmax(mine[row]) - (wide - 1) / 2, _ridge_depth(mine[row], theirs[row], turn))
        empty = gaussian_filter(doubt.in_row(row, ridge), DOUBT_BLUR)
        full = _joined(mine[row][None, :], other, power)
        values[row] = full + empty * (_joined(mine[row][None, :], other, LEAN) - full)
        for tube in tubes:
            np.maximum(values[row], _section(tube, row, columns, power), out=values[row])
    field = Field(_on_the_ground(0.1 * height * values))  # about voxels, as outlines are
    return carved(carved(field, axis, axis.azimuth_deg), partner, axis.azimuth_deg)


def _bulge(axis: Axis, partner: Axis, pair: tuple[Branch, Branch]) -> Bulge | None:
    """Return what shows of a branch below its joint, if it parts from the body later in front than from the side."""
    frontal = abs(np.sin(np.radians(axis.azimuth_deg))) < 0.5
    if not frontal or pair[0].joint < pair[1].joint:
        return None
    bulge = bulge_of(pair[0], axis.phi > 0)
    return bulge if bulge.lowest < pair[0].joint else None


def _doubt(axis: Axis, partner: Axis, shape: tuple[int, int, int]) -> Doubt:
    """Return what the pictures of both axes say against the points of the field."""
    height, deep, wide = shape
    sides = [tuple(glimpse_of(o, height, axis.azimuth_deg) for o in side.outlines) for side in (axis, partner)]
    right, depth = np.meshgrid(np.arange(wide) - (wide - 1) / 2, np.arange(deep) - (deep - 1) / 2)
    return Doubt(sides[0], sides[1], right, depth)


def _ridge_depth(mine: NDArray[np.float32], theirs: NDArray[np.float32], turn: float) -> float:
    """Return the depth at which both ridges of a row cross."""
    right, seen = (float(np.argmax(profile)) - (len(profile) - 1) / 2 for profile in (mine, theirs))
    return float((seen - right * np.cos(turn)) / np.sin(turn))


def _joined(mine: NDArray[np.floating], theirs: NDArray[np.floating], power: float) -> NDArray[np.floating]:
    """Return (deep, wide) the field of one row from both profiles: 1 where both have their ridge, 0 on the surface."""
    return np.asarray(1 - (np.maximum(1 - mine, 0) ** power + np.maximum(1 - theirs, 0) ** power) ** (1 / power))


def _section(tube: Tube, row: int, columns: NDArray[np.float64], power: float) -> NDArray[np.floating]:
    """Return (deep, wide) the field of the tube in a row, far outside where it has none."""
    index = row - int(tube.rows[0])
    if not 0 <= index < len(tube.rows):
        return np.full(columns.shape, -4.0)
    (x, half_x), (y, half_y) = tube.mine[index], tube.theirs[index]
    right = np.arange(columns.shape[1])[None, :]
    return _joined(1 - ((right - x) / half_x) ** 2, 1 - ((columns - y) / half_y) ** 2, power)


def _without(branches: list[Branch | Bulge], phi: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the distances with the branches outside."""
    core = phi.copy()
    for branch in branches:
        core[branch.mask] = -1.0
    return core


def carved(field: Field, axis: Axis, azimuth_deg: float) -> Field:
    """Return the field cut by one more silhouette; `azimuth_deg` is where the field is seen from."""
    turn = np.radians(axis.azimuth_deg - azimuth_deg)
    height, deep, wide = field.values.shape
    columns = _columns_of(turn, deep, wide, axis.phi.shape[1])
    values = field.values.copy()
    for row in range(height):
        np.minimum(values[row], np.interp(columns, np.arange(axis.phi.shape[1]), axis.phi[row]), out=values[row])
    return Field(_on_the_ground(values))


def _profile(phi: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how far inside its row each node is: 1 on the row's ridge, 0 on the outline, negative outside.

    A plinth is round in itself, whatever stands on it.
    """
    u = potential(phi, upright=ROWS_COUPLED)
    ridge = u.max(axis=1, keepdims=True)
    profile = np.where(ridge > 1e-3, np.maximum(u / np.maximum(ridge, 1e-3), -4.0), -4.0)
    if plinth := find_plinth(phi):
        column = (np.arange(phi.shape[1]) - plinth.centre) / plinth.radius
        profile[PAD : PAD + plinth.height] = np.maximum(1 - np.square(column), -4.0)
    return profile.astype(np.float32)


def _columns_of(turn: float, deep: int, wide: int, columns: int) -> NDArray[np.float64]:
    """Return (deep, wide) fractional columns at which a view turned by `turn` radians sees each node."""
    depth = np.arange(deep)[:, None] - (deep - 1) / 2
    right = np.arange(wide)[None, :] - (wide - 1) / 2
    return np.asarray(right * np.cos(turn) + depth * np.sin(turn) + (columns - 1) / 2)


def _on_the_ground(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the field cut at the ground: the row below it mirrors the first row above, so that zero lies between."""
    values[PAD - 1] = -np.abs(values[PAD])
    values[: PAD - 1] = values[PAD - 1].min()
    return values
