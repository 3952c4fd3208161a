"""Inflation: how deep a silhouette probably is, from the Poisson equation on it.

∇²u = -c inside, u = 0 on the outline; the surface lies at depth ±sqrt(u), as sketch-based modelling inflates a drawing
(Sýkora et al., "Ink-and-Ray", ACM TOG 2014, eq. 1). For a strip of half width w and c = 2 that is a round tube of radius w.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.ndimage import distance_transform_edt
from scipy.sparse.linalg import spsolve

from generate.backends.hull.frame import PAD


def potential(phi: NDArray[np.float32], source: float = 2.0) -> NDArray[np.float32]:
    """Return (rows, columns) float32 u in voxels², zero exactly on the outline `phi` = 0 and negative outside.

    The ground (below the first row inside) lets no flux through: the figure keeps its depth down to where it stands.
    """
    inside = phi > 0
    solved = np.zeros(phi.shape, np.float64)
    solved[inside] = _solve(phi.astype(np.float64), inside, source)
    return _continued(solved, phi, inside)


def _solve(phi: NDArray[np.float64], inside: NDArray[np.bool_], source: float) -> NDArray[np.float64]:
    """Return u at the inside nodes; the outline is met between nodes (Gibou et al. 2002, symmetric second order)."""
    number = np.full(phi.shape, -1, np.int64)
    number[inside] = np.arange(np.count_nonzero(inside))
    diagonal = np.zeros(number.max() + 1)
    rows, columns = [], []
    for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
        there = np.roll(number, -step, axis=axis)[inside]
        phi_there = np.roll(phi, -step, axis=axis)[inside]
        here = np.arange(diagonal.size)
        joined = there >= 0
        rows.append(here[joined])
        columns.append(there[joined])
        reach = np.clip(phi[inside] / np.maximum(phi[inside] - phi_there, 1e-9), 0.05, 1.0)
        diagonal += np.where(joined, 1.0, 1.0 / reach)
        if axis == 0 and step == -1:
            ground = ~joined & (np.nonzero(inside)[0] == PAD)
            diagonal[ground] -= 1.0 / reach[ground]
    ones = -np.ones(sum(r.size for r in rows))
    laplacian = sparse.coo_matrix((ones, (np.concatenate(rows), np.concatenate(columns))), shape=(diagonal.size,) * 2)
    matrix = (laplacian + sparse.diags(diagonal)).tocsc()
    return np.asarray(spsolve(matrix, np.full(diagonal.size, source), permc_spec="MMD_AT_PLUS_A"))


def _continued(solved: NDArray[np.float64], phi: NDArray[np.float32], inside: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return u with its slope at the outline carried on outside, so that u = 0 exactly where phi = 0."""
    core = phi > 0.75
    if not core.any():
        core = inside
    slope = np.where(core, solved / np.maximum(phi, 0.25), 0.0)
    nearest = distance_transform_edt(~core, return_distances=False, return_indices=True)
    return np.where(core, solved, slope[tuple(nearest)] * phi).astype(np.float32)
