"""Inflation: how deep a silhouette probably is, from the Poisson equation on it.

∇²u = -2 inside, u = 0 on the outline; the surface lies at depth ±sqrt(u), as sketch-based modelling inflates a drawing
(Sýkora et al., "Ink-and-Ray", ACM TOG 2014, section 4). A strip of half width w becomes a round tube of radius w.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.ndimage import distance_transform_edt, gaussian_filter
from scipy.sparse.linalg import spsolve

from generate.backends.hull.frame import PAD

DEEPER = 1.2
"""How much deeper than round a body is taken to be: animals are longer than they are wide."""


def squared_depth(phi: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (rows, columns) float32 squared half depth in voxels², zero exactly where `phi` is.

    A tube has the same depth as width; a disc, which Poisson's equation alone makes flat by sqrt(2), becomes a ball.
    """
    u = potential(phi)
    return np.asarray(DEEPER**2 * u * _roundness(phi, u), dtype=np.float32)


def potential(phi: NDArray[np.float32], upright: float = 1.0) -> NDArray[np.float32]:
    """Return (rows, columns) float32 u in voxels², zero exactly on the outline `phi` = 0 and negative outside.

    The ground (below the first row inside) lets no flux through: the figure keeps its depth down to where it stands.
    `upright` is how strongly rows act on each other; 0 would solve each row alone.
    """
    inside = phi > 0
    solved = np.zeros(phi.shape, np.float64)
    solved[inside] = _solve(phi.astype(np.float64), inside, upright)
    return _continued(solved, phi, inside)


def _roundness(phi: NDArray[np.float32], u: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return by how much u falls short of the squared inscribed radius: 1 in a tube, 2 in a disc, smooth between."""
    radius = np.maximum(phi, 0.0).astype(np.float64)
    slope = np.hypot(*np.gradient(radius))
    weight = np.where((slope < 0.75) & (radius > 1.5), radius, 0.0)
    reach = 0.04 * (len(phi) - 2 * PAD)
    short = gaussian_filter(weight * radius**2 / np.maximum(u, 0.5), reach)
    return np.clip(np.where(phi > 0, short / np.maximum(gaussian_filter(weight, reach), 1e-9), 1.0), 1.0, 2.0)


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
