"""Spread: colours known on some vertices of a mesh, carried smoothly to the others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

TOLERANCE = 0.5
"""Largest error, in steps of 255, left in a carried colour (as the root mean square of the residual)."""

MOST_ROUNDS = 1000

Floats = NDArray[np.float64]


def filled(values: Floats, known: NDArray[np.bool_], faces: NDArray[np.int64]) -> Floats:
    """Return (n, 3) values with the unknown ones harmonic: each the mean of its neighbours."""
    if known.all() or not known.any():
        return values
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    edges = edges[~known[edges].all(axis=1)]
    half = sparse.coo_matrix((np.ones(len(edges)), edges.T), shape=(len(values),) * 2).tocsr()
    unknown = np.flatnonzero(~known)
    rows = (half + half.T)[unknown]
    degree = np.asarray(rows.sum(axis=1)).ravel()
    matrix = (sparse.diags(degree) - rows[:, unknown]).tocsr()
    carried = values.copy()
    carried[unknown] = _solved(matrix, rows[:, known] @ values[known], values[known].mean(axis=0))
    return carried


def _solved(matrix: sparse.csr_matrix, wanted: Floats, start: Floats) -> Floats:
    """Return (n, c) the solution for all columns at once: conjugate gradients scaled by the diagonal."""
    scale = 1.0 / matrix.diagonal()[:, None]
    solved = np.tile(start, (len(wanted), 1))
    left = wanted - matrix @ solved
    scaled = scale * left
    step, power = scaled.copy(), np.einsum("nc,nc->c", left, scaled)
    enough = TOLERANCE**2 * 1e-4 * len(wanted)
    for _ in range(MOST_ROUNDS):
        if power.max() <= enough:
            break
        pushed = matrix @ step
        along = power / np.maximum(np.einsum("nc,nc->c", step, pushed), 1e-30)
        solved += along * step
        left -= along * pushed
        scaled = scale * left
        before, power = power, np.einsum("nc,nc->c", left, scaled)
        step = scaled + power / np.maximum(before, 1e-30) * step
    return solved
