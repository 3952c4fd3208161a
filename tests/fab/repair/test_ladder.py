from __future__ import annotations

import numpy as np
import pytest
import solids
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invariants import assert_same_shape, assert_solid

from fab.errors import EmptyModel
from fab.repair import Limits, Repair, mend, repair
from fab.solid import NotSolid


@pytest.mark.parametrize("name", ["box", "ball", "torus", "tube", "two_parts", "bow_tie"])
def test_a_solid_comes_back_as_it_was(name: str) -> None:
    mesh = getattr(solids, name)()
    made = repair(solids.unmerged(mesh))
    assert made.steps == ()
    assert len(made.solid.faces) == len(mesh.faces)
    assert made.max_deviation_mm < 1e-4
    assert made.volume_change == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize(
    ("name", "volume"),
    [
        ("open_box", 1000.0),
        ("flipped_patch", 1000.0),
        ("inside_out_box", 1000.0),
        ("fin", 1000.0),
        ("coincident_faces", 1000.0),
        ("sliver_box", 1000.0),
        ("edge_contact", 2000.0),
    ],
)
def test_defects_are_mended(name: str, volume: float) -> None:
    made = repair(getattr(solids, name)())
    assert_solid(made.solid)
    assert made.solid.volume_mm3 == pytest.approx(volume, rel=0.005)
    assert made.steps[-1].after.none


@pytest.mark.parametrize(
    ("name", "codes", "steps"),
    [
        ("open_box", ["hole-capped"], ["holes"]),
        ("flipped_patch", [], ["winding"]),
        ("edge_contact", [], ["crowded edges"]),
        ("same_way_balls", [], ["nesting"]),
        ("coincident_faces", [], ["doubled faces"]),
        ("double_shell", ["cavity-filled"], ["cavities"]),
        ("two_parts", [], []),
    ],
)
def test_a_defect_is_found_and_mended_by_one_step(name: str, codes: list[str], steps: list[str]) -> None:
    made = repair(getattr(solids, name)())
    assert [finding.code for finding in made.findings] == codes
    assert [step.name for step in made.steps] == steps


def test_small_holes_are_closed() -> None:
    mesh = solids.holed_ball(5)
    made = repair(mesh)
    assert_solid(made.solid)
    assert len(made.solid.faces) == len(solids.ball().faces)
    assert_same_shape(made.solid, solids.ball(), 1e-4)


def test_overlapping_bodies_become_one() -> None:
    made = repair(solids.overlapping_balls(10.0))
    assert_solid(made.solid)
    assert made.solid.mesh.body_count == 1
    lens = np.pi * (4 * 10 + 10) * (2 * 10 - 10) ** 2 / 12  # of two balls of radius 10, 10 apart
    assert made.solid.volume_mm3 == pytest.approx(2 * 4 / 3 * np.pi * 1000 - lens, rel=0.02)
    assert made.max_deviation_mm < 0.05


def test_overlap_keeps_a_cavity_elsewhere() -> None:
    mesh = solids.joined(solids.hollow_ball(10.0, 5.0), solids.moved(solids.ball(4.0), x=11.0, z=6.0))
    made = repair(mesh, Limits(keep_cavities=True))
    assert_solid(made.solid)
    assert made.solid.mesh.body_count == 2
    assert made.solid.volume_mm3 < solids.ball(10.0).volume


def test_parts_that_touch_nothing_stay_apart_and_unchanged() -> None:
    mesh = solids.joined(solids.overlapping_balls(10.0), solids.moved(solids.torus(), x=60.0))
    made = repair(mesh)
    assert made.solid.mesh.body_count == 2
    torus = solids.torus()
    inside = made.solid.vertices[:, 0] > 40.0
    assert int(inside.sum()) == len(torus.vertices)


def test_a_buried_shell_goes_and_a_cavity_stays() -> None:
    assert repair(solids.same_way_balls()).solid.mesh.body_count == 1
    keep = Limits(keep_cavities=True)
    assert repair(solids.hollow_ball(), keep).solid.mesh.body_count == 2
    assert repair(solids.inverted(solids.hollow_ball()), keep).solid.volume_mm3 == pytest.approx(
        repair(solids.hollow_ball(), keep).solid.volume_mm3, rel=1e-5
    )


def test_a_thin_wall_is_not_welded_shut() -> None:
    made = repair(solids.unmerged(solids.plate(30.0, 0.005)))
    assert made.solid.extents_mm[2] == pytest.approx(0.005)


def test_rims_closer_than_the_weld_are_sewn() -> None:
    raw = solids.unmerged(solids.ball())
    shaken = np.asarray(raw.vertices) + np.random.default_rng(0).uniform(-0.003, 0.003, raw.vertices.shape)
    made = repair(solids.mesh_of(shaken, raw.faces))
    assert_solid(made.solid)
    assert len(made.solid.faces) == len(raw.faces)


def test_bad_vertices_and_indices_are_dropped() -> None:
    assert_solid(repair(solids.nan_vertex()).solid)
    made = mend(*solids.index_out_of_range())
    assert_solid(solids.mesh_of(made.vertices, made.faces))


@pytest.mark.parametrize("name", ["sheet", "folded_faces"])
def test_flat_models_are_empty(name: str) -> None:
    with pytest.raises(EmptyModel):
        repair(getattr(solids, name)())


def test_nothing_is_empty() -> None:
    with pytest.raises(EmptyModel):
        mend(np.zeros((0, 3)), np.zeros((0, 3)))


def test_to_input_undoes_the_placement() -> None:
    mesh = solids.moved(solids.open_box(), 3.0, -4.0, 7.5)
    made = repair(mesh)
    back = made.solid.vertices @ made.to_input[:3, :3].T + made.to_input[:3, 3]
    assert np.allclose(np.sort(back, axis=0), np.sort(mesh.vertices, axis=0), atol=1e-5)


@pytest.mark.parametrize("scale", [1e-3, 1e3])
def test_mend_keeps_frame_and_unit(scale: float) -> None:
    mesh = solids.overlapping_balls(10.0)
    vertices = (np.asarray(mesh.vertices) + (5.0, 5.0, -20.0)) * scale
    made = mend(vertices, mesh.faces, Limits().scaled(scale))
    assert_solid(solids.mesh_of(made.vertices, made.faces))
    assert np.allclose(made.vertices.min(axis=0), vertices.min(axis=0), atol=1e-3 * scale)
    assert np.allclose(made.vertices.max(axis=0), vertices.max(axis=0), atol=1e-3 * scale)


def test_limits_scale() -> None:
    assert Limits(hole_mm=4.0).scaled(0.5).hole_mm == 2.0
    assert Limits(rewrap_cells=99).scaled(0.5).rewrap_cells == 99


def test_the_same_input_gives_the_same_bytes() -> None:
    first, second = (repair(solids.overlapping_balls()).solid for _ in range(2))
    assert first.vertices.tobytes() == second.vertices.tobytes()
    assert first.faces.tobytes() == second.faces.tobytes()


def test_progress_is_told() -> None:
    told: list[tuple[int, int, str]] = []
    repair(solids.open_box(), on_progress=lambda done, total, note: told.append((done, total, note)))
    assert told
    assert all(0 <= done < total and note for done, total, note in told)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32 - 1), st.integers(1, 24), st.sampled_from([3, 8, 1000]))
def test_soups_end_as_a_solid_or_an_error_of_ours(seed: int, count: int, lattice: int) -> None:
    generator = np.random.default_rng(seed)
    vertices = generator.integers(0, lattice, (3 * count, 3)).astype(np.float64)
    faces = generator.integers(0, 3 * count, (count, 3))
    try:
        made = repair(solids.mesh_of(vertices, faces), Limits(rewrap_cells=24))
    except (NotSolid, EmptyModel):
        return
    assert isinstance(made, Repair)
    assert_solid(made.solid)
