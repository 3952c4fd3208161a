from __future__ import annotations

import numpy as np
import pytest
import solids

from fab.gate import find_defects
from fab.repair import Limits, repair
from fab.repair.collapse import collapse_edges
from fab.repair.deviation import largest_deviation
from fab.repair.simplify import simplify
from fab.repair.weld import read_arrays


def surface_of(mesh):
    return read_arrays(mesh.vertices, mesh.faces).surface


def test_a_part_within_the_budget_stays_as_it_is() -> None:
    surface = surface_of(solids.ball())
    assert simplify(surface, Limits(max_faces=len(surface.faces))).surface is surface


def test_faces_come_down_to_the_budget_within_the_deviation() -> None:
    surface = surface_of(solids.rippled_ball())
    made = simplify(surface, Limits(max_faces=12_000, detail_mm=0.05))
    assert len(made.surface.faces) <= 12_000
    assert find_defects(*made.surface).none
    assert largest_deviation(surface, made.surface) < 0.05
    assert made.findings == ()


def test_what_cannot_come_down_within_the_deviation_is_told() -> None:
    surface = surface_of(solids.rippled_ball(4))
    made = simplify(surface, Limits(max_faces=500, detail_mm=0.01))
    assert find_defects(*made.surface).none
    assert largest_deviation(surface, made.surface) < 0.01
    (finding,) = made.findings
    assert (finding.code, finding.measured) == ("faces-over-budget", len(made.surface.faces))


def test_a_tolerance_wider_than_what_counts_as_lost_is_used() -> None:
    made = repair(solids.ball(), Limits(max_faces=100, detail_mm=2.0))
    assert len(made.solid.faces) <= 100
    assert 0.2 < made.max_deviation_mm < 2.0


def test_why_edges_stay_is_told_apart() -> None:
    surface = surface_of(solids.ball())
    free, held = np.zeros(len(surface.vertices), np.bool_), surface.vertices[:, 2] > -99
    fine, coarse = (collapse_edges(surface, 4, deviation, free) for deviation in (1e-3, 1e4))
    assert (fine.far, fine.turning, fine.held) == (1920, 0, 0)
    assert coarse.far == 0
    assert coarse.turning == 1.5 * len(coarse.surface.faces)
    assert collapse_edges(surface, 4, 1.0, held).held == 1920


def test_flat_faces_go_without_a_trace() -> None:
    mesh = solids.box(20.0, 20.0, 20.0).subdivide_to_size(1.0)
    made = repair(solids.mesh_of(mesh.vertices, mesh.faces), Limits(max_faces=200, detail_mm=1e-4))
    assert len(made.solid.faces) <= 200
    assert made.solid.volume_mm3 == pytest.approx(8000.0, rel=1e-6)
    assert made.max_deviation_mm < 1e-4
    assert made.steps[-1].name == "simplify"
    assert made.steps[-1].moved_mm < 1e-4


@pytest.mark.parametrize("name", ["torus", "hollow_ball", "bow_tie", "two_parts", "tube"])
def test_what_hangs_together_stays_so(name: str) -> None:
    mesh = getattr(solids, name)()
    made = repair(mesh, Limits(max_faces=100, detail_mm=0.5, keep_cavities=True)).solid.mesh
    assert made.body_count == mesh.body_count
    assert made.euler_number == surface_euler(mesh)
    assert made.volume == pytest.approx(mesh.volume, rel=0.1)


def surface_euler(mesh) -> int:
    vertices, faces = surface_of(mesh)
    return solids.mesh_of(vertices, faces).euler_number


def test_locked_vertices_stay() -> None:
    surface = surface_of(solids.rippled_ball(4))
    locked = surface.vertices[:, 2] > 0
    made = collapse_edges(surface, 500, 1.0, locked).surface
    kept = {tuple(p) for p in made.vertices}
    assert all(tuple(p) in kept for p in surface.vertices[locked])
    assert len(made.faces) < 0.6 * len(surface.faces)


def test_thin_sheets_do_not_run_into_one_another() -> None:
    """Two wavy skins 0.2 mm apart, simplified by a deviation that would let them meet."""
    ball = solids.rippled_ball(4)
    mesh = solids.joined(ball, solids.inverted(solids.mesh_of(np.asarray(ball.vertices) * 0.995, ball.faces)))
    made = repair(mesh, Limits(max_faces=2_000, detail_mm=0.12, keep_cavities=True))
    assert len(made.solid.faces) < 0.8 * len(mesh.faces)
    assert made.solid.mesh.body_count == 2
