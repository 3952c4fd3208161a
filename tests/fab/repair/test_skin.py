from __future__ import annotations

import numpy as np
import pytest

from fab.gate import list_edges
from fab.repair.skin import lay_skin

from .test_occupied import dense, occupied, scattered


@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.8])
def test_any_set_of_nodes_has_a_manifold_skin(share: float) -> None:
    skin, held = lay_skin(occupied(scattered(share)))
    faces = np.concatenate([skin.quads[:, [0, 1, 2]], skin.quads[:, [0, 2, 3]]])
    edges = list_edges(faces)
    assert (edges.turns == 0).all()
    sides = np.sort(np.stack([skin.quads, np.roll(skin.quads, -1, axis=1)], axis=-1).reshape(-1, 2), axis=1)
    assert (np.unique(sides, axis=0, return_counts=True)[1] == 2).all()
    # With every vertex in the middle of its cell the skin goes round unit cubes.
    a, b, c = (skin.cells[faces[:, k]] + 0.5 for k in range(3))
    assert np.einsum("ij,ij->", a, np.cross(b, c)) / 6 == pytest.approx(dense(held).sum())
