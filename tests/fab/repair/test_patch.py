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
    """A ball one vertex of which was drawn over its neighbours, so that the faces round it dive and come out again."""
    mesh = solids.ball(10.0, 5, centre=(0.0, 0.0, 0.0))
    vertices = np.array(mesh.vertices)
    corner, beside = mesh.faces[100][:2]
    vertices[corner] += 2.7 * (vertices[beside] - vertices[corner])
    vertices[corner] *= 10.02 / np.linalg.norm(vertices[corner])
    return surface_of(solids.mesh_of(vertices, mesh.faces))


def test_a_fold_is_cut_anew() -> None:
    surface = dented_ball()
    before = find_defects(*surface).crossings
    assert before > 0
    made = recut_crossings(surface, Limits())
    assert find_defects(*made.surface).crossings < before
    assert len(made.surface.faces) > 0.98 * len(surface.faces)


def test_overlapping_shells_are_not_its_business() -> None:
    surface = surface_of(solids.overlapping_balls())
    assert recut_crossings(surface, Limits()).note == ""
