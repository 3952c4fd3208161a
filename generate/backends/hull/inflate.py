"""Inflation: how deep a silhouette probably is, from the Poisson equation on it.

∇²u = -2 inside, u = 0 on the outline; the surface lies at depth ±sqrt(u), as sketch-based modelling inflates a drawing
(Sýkora et al., "Ink-and-Ray", ACM TOG 2014, section 4). A strip of half width w becomes a round tube of radius w.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.ndimage import distance_transform_edt
from scipy.sparse.linalg import spsolve

from generate.backends.hull.frame import PAD

DEEPER = 1.2
"""How much deeper than round a body is taken to be: animals are longer than they are wide."""

DEEPEST = 1.4
"""How much deeper than round, before that, a limb may get to keep up with the body that it is a part of."""

FEET_DEEPEST = 3.5
"""The same at the ground: feet and haunches reach further to front and back than to the sides."""

STIFF_SHARE = 0.3
"""How far, in voxels² per voxel of height, a depth wanted in one place reaches into its surroundings."""

FEET_SHARE = 0.1
"""How far up, as a share of the height, feet reach."""

GAP_SHARE = 0.1
"""Gaps narrower than this share of the height (between legs, under an arm) do not make the body less deep."""


def squared_depth(phi: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (rows, columns) float32 squared half depth in voxels², zero exactly where `phi` is.

    A tube has the same depth as width; a disc, which Poisson's equation alone makes flat by sqrt(2), becomes a ball.
    Parts with but a narrow gap between them are as deep as if it were not there, within `DEEPEST`.
    """
    u = potential(phi)
    return np.asarray(DEEPER**2 * u * _lift(phi, u), dtype=np.float32)


def potential(phi: NDArray[np.float32], upright: float = 1.0) -> NDArray[np.float32]:
    """Return (rows, columns) float32 u in voxels², zero exactly on the outline `phi` = 0 and negative outside.

    The ground (below the first row inside) lets no flux through: the figure keeps its depth down to where it stands.
    `upright` is how strongly rows act on each other; 0 would solve each row alone.
    """
    inside = phi > 0
    solved = np.zeros(phi.shape, np.float64)
    solved[inside] = _solve(phi.astype(np.float64), inside, upright)
    return _continued(solved, phi, inside)


def _lift(phi: NDArray[np.float32], u: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the smooth factor that lifts u to the depth wanted along the ridges of the silhouette."""
    whole = _without_gaps(phi)
    ridge, radius = _ridge(phi)
    body = potential(whole).astype(np.float64)
    body *= _spread(np.square(np.maximum(whole, 0)) / np.maximum(body, 0.5), _ridge(whole)[0], whole > 0)
    near_ground = np.exp(-np.square((np.arange(len(phi)) - PAD) / (FEET_SHARE * len(phi))))[:, None]
    deepest = DEEPEST + (FEET_DEEPEST - DEEPEST) * near_ground
    wanted = np.clip(_carried_down(body), radius**2, (deepest * radius) ** 2)
    return _spread(wanted / np.maximum(u, 0.5), ridge * (1 + 8 * near_ground), phi > 0)


def _carried_down(squared: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the squared depth made to shrink only slowly towards the ground, so that the figure stands on feet."""
    carried = squared.copy()
    tall = len(squared) - 2 * PAD
    keep = 0.5 ** (1 / (0.25 * tall))
    for row in range(PAD + int(0.3 * tall), PAD - 1, -1):
        np.maximum(carried[row], keep * carried[row + 1], out=carried[row])
    return carried


def _without_gaps(phi: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the distances of the silhouette with its narrow gaps closed; the ground mirrors it."""
    tall = len(phi) - 2 * PAD
    reach = GAP_SHARE * tall / 2
    wide = np.pad(phi[PAD:-PAD] > 0, ((0, 0), (tall, tall)))
    mirrored = np.concatenate([wide[::-1], wide, np.zeros_like(wide)])
    grown = distance_transform_edt(~mirrored) <= reach
    closed = distance_transform_edt(grown) > reach
    distance = distance_transform_edt(closed) - distance_transform_edt(~closed)
    inner = distance[tall - PAD : 2 * tall + PAD, tall : tall + phi.shape[1]]
    return np.asarray(np.maximum(phi, inner - 0.5 * np.sign(inner)), dtype=np.float32)


def _ridge(phi: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how much each node counts as the middle of its part, and the inscribed radius there."""
    radius = np.maximum(phi, 0.0).astype(np.float64)
    slope = np.hypot(*np.gradient(radius))
    return np.where((slope < 0.75) & (radius > 1.5), 1.0, 0.0), radius


def _spread(factor: NDArray[np.floating], ridge: NDArray[np.float64], inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the factor found on the ridges, spread smoothly within the silhouette (a screened Laplace equation)."""
    stiff = STIFF_SHARE * (len(inside) - 2 * PAD)
    weight = ridge[inside] + 1e-6
    data = np.where(ridge > 0, np.clip(factor, 0.5, 8.0), 1.0)[inside]
    joined, count = _neighbours(inside)
    matrix = (sparse.diags(weight + stiff * count) - stiff * joined).tocsc()
    spread = np.ones(inside.shape)
    spread[inside] = spsolve(matrix, weight * data, permc_spec="MMD_AT_PLUS_A")
    return spread


def _neighbours(inside: NDArray[np.bool_]) -> tuple[sparse.csr_matrix, NDArray[np.float64]]:
    """Return (n, n) which inside nodes are next to each other, and (n,) how many neighbours each has."""
    number = np.full(inside.shape, -1, np.int64)
    number[inside] = np.arange(np.count_nonzero(inside))
    pairs = [(number[1:], number[:-1]), (number[:, 1:], number[:, :-1])]
    a, b = (np.concatenate([pair[side].ravel() for pair in pairs]) for side in (0, 1))
    both = (a >= 0) & (b >= 0)
    upper = sparse.coo_matrix((np.ones(np.count_nonzero(both)), (a[both], b[both])), shape=(number.max() + 1,) * 2)
    joined = (upper + upper.T).tocsr()
    return joined, np.asarray(joined.sum(axis=1)).ravel()


def _solve(phi: NDArray[np.float64], inside: NDArray[np.bool_], upright: float) -> NDArray[np.float64]:
    """Return u at the inside nodes; the outline is met between nodes (Gibou et al. 2002, symmetric second order)."""
    number = np.full(phi.shape, -1, np.int64)
    number[inside] = np.arange(np.count_nonzero(inside))
    diagonal = np.zeros(number.max() + 1)
    rows, columns, weights = [], [], []
    for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
        there = np.roll(number, -step, axis=axis)[inside]
        phi_there = np.roll(phi, -step, axis=axis)[inside]
        here = np.arange(diagonal.size)
        joined = there >= 0
        coupling = upright if axis == 0 else 1.0
        weights.append(np.full(np.count_nonzero(joined), -coupling))
        rows.append(here[joined])
        columns.append(there[joined])
        reach = np.clip(phi[inside] / np.maximum(phi[inside] - phi_there, 1e-9), 0.05, 1.0)
        diagonal += coupling * np.where(joined, 1.0, 1.0 / reach)
        if axis == 0 and step == -1:
            ground = ~joined & (np.nonzero(inside)[0] == PAD)
            diagonal[ground] -= coupling / reach[ground]
    across = (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns)))
    matrix = (sparse.coo_matrix(across, shape=(diagonal.size,) * 2) + sparse.diags(diagonal)).tocsc()
    return np.asarray(spsolve(matrix, np.full(diagonal.size, 2.0), permc_spec="MMD_AT_PLUS_A"))


def _continued(solved: NDArray[np.float64], phi: NDArray[np.float32], inside: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return u with its slope at the outline carried on outside, so that u = 0 exactly where phi = 0."""
    core = phi > 0.75
    if not core.any():
        core = inside
    slope = np.where(core, solved / np.maximum(phi, 0.25), 0.0)
    nearest = distance_transform_edt(~core, return_distances=False, return_indices=True)
    return np.where(core, solved, slope[tuple(nearest)] * phi).astype(np.float32)
