"""Values that spread over a surface as heat does: what makes borders smooth and forgets single odd points.

One implicit step of the heat equation, (M + t L) u = M u0, with cotangent weights (Crane, Weischedel, Wardetzky:
Geodesics in Heat, 2013, section 3.2), those of obtuse pairs raised to 0 so that no value leaves the range it came from.
A Gaussian of standard deviation s spreads in t = s² / 2.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fab.gate import face_areas
from fab.palette.canvas import Canvas

_ROUNDS = 30
_ENOUGH = 1e-3


class Diffusion:
    """The surface of a canvas, ready to spread values over it."""

    def __init__(self, canvas: Canvas) -> None:
        self._mass, self._stiffness = _matrices(canvas)

    def spread(self, values: NDArray[np.float64], sigma_mm: float) -> NDArray[np.float64]:
        """Return (n, k) values spread by about `sigma_mm`, by conjugate gradients from where they are."""
        time = sigma_mm**2 / 2
        scale = self._mass + time * self._stiffness.diagonal()
        found = values.copy()
        rest = -time * (self._stiffness @ found)  # M values - (M + t L) values
        step = rest / scale[:, None]
        along, power = step.copy(), np.einsum("nk,nk->k", rest, step)
        enough = _ENOUGH**2 * np.maximum(np.einsum("nk,nk->k", values * self._mass[:, None], values), 1e-300)
        for _ in range(_ROUNDS):
            if (power <= enough).all():
                break
            pushed = self._mass[:, None] * along + time * (self._stiffness @ along)
            length = power / np.maximum(np.einsum("nk,nk->k", along, pushed), 1e-300)
            found += along * length
            rest -= pushed * length
            step = rest / scale[:, None]
            before, power = power, np.einsum("nk,nk->k", rest, step)
            along = step + along * (power / np.maximum(before, 1e-300))
        return found


def _matrices(canvas: Canvas) -> tuple[NDArray[np.float64], Any]:
    """Return the masses (n,) and the stiffness (n, n)."""
    from scipy.sparse import coo_matrix, diags

    count, faces = len(canvas.vertices), canvas.faces
    corners = canvas.vertices[faces]
    doubled = 2 * face_areas(canvas.vertices, faces)
    rows, columns, weights = [], [], []
    for k in range(3):
        a, b = corners[:, (k + 1) % 3] - corners[:, k], corners[:, (k + 2) % 3] - corners[:, k]
        rows.append(faces[:, (k + 1) % 3])
        columns.append(faces[:, (k + 2) % 3])
        weights.append(np.einsum("mk,mk->m", a, b) / np.maximum(doubled, 1e-12) / 2)
    half = coo_matrix((np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns))), (count, count))
    joint = (half + half.T).tocsr()
    joint.data = np.clip(joint.data, 0.0, 1e3)
    stiffness = (diags(np.asarray(joint.sum(axis=1)).reshape(-1)) - joint).tocsr()
    mass = np.bincount(faces.reshape(-1), np.repeat(doubled / 6, 3), count)
    return np.maximum(mass, 1e-9), stiffness
