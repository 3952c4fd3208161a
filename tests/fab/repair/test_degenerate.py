from __future__ import annotations

import numpy as np
import solids

from fab.gate import find_defects
from fab.repair.degenerate import drop_flat_shells, flip_needles
from fab.repair.record import Limits
from fab.repair.weld import read_arrays


def test_a_t_junction_becomes_a_vertex() -> None:
    mesh = solids.sliver_box()
    made = flip_needles(read_arrays(mesh.vertices, mesh.faces).surface, Limits()).surface
    assert find_defects(*made).none
    assert len(made.faces) == len(mesh.faces)


def test_crumbs_without_volume_go() -> None:
    flat = solids.folded_faces()
    crumb = solids.mesh_of(np.asarray(flat.vertices) + (30.0, 0.0, 3.0), flat.faces)
    mesh = solids.joined(solids.box(), crumb)
    made = drop_flat_shells(read_arrays(mesh.vertices, mesh.faces).surface, Limits())
    assert len(made.surface.faces) == 12
    assert "1 crumbs" in made.note
