from __future__ import annotations

import numpy as np
import solids

from fab.gate import find_defects
from fab.repair.patch import recut_crossings
from fab.repair.record import Limits, Surface
from fab.repair.weld import read_arrays


def surface_of(mesh) -> Surface:
    return read_arrays(mesh.vertices, mesh.faces).surface


def dented_ball() -> Surface:
    """A ball two neighbouring vertices of which changed places, one of them pushed in a little."""
    mesh = solids.ball(10.0, 5)
    vertices = np.array(mesh.vertices)
    one, two = mesh.faces[100][:2]
    vertices[[one, two]] = vertices[[two, one]]
    vertices[one] += 0.01 * (np.array([0.0, 0.0, 10.0]) - vertices[one])
    return surface_of(solids.mesh_of(vertices, mesh.faces))


def test_a_fold_is_cut_anew() -> None:
    surface = dented_ball()
    assert find_defects(*surface).crossings > 0
    made = recut_crossings(surface, Limits())
    assert find_defects(*made.surface).none
    assert len(made.surface.faces) > 0.98 * len(surface.faces)


def test_overlapping_shells_are_not_its_business() -> None:
    surface = surface_of(solids.overlapping_balls())
    assert recut_crossings(surface, Limits()).note == ""
