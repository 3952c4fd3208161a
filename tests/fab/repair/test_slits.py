from __future__ import annotations

import numpy as np
import pytest
import solids
from invariants import assert_solid

from fab.gate import find_defects, merge_float32
from fab.halfedges import is_cycle
from fab.repair import Limits, mend
from fab.repair.record import Surface
from fab.repair.slits import _bridge, bridge_slits

from .patches import patched_ball

LIMITS = Limits()


def surface_of(vertices: np.ndarray, faces: np.ndarray) -> Surface:
    return Surface(*merge_float32(vertices, faces))


@pytest.mark.parametrize("kind", [{"slip": 0.0003}, {"slip": 0.002}, {"slip": 0.0, "gap": 0.03}])
def test_patches_stay_where_they_lie(kind: dict[str, float]) -> None:
    given = surface_of(*patched_ball(**kind))
    mending = bridge_slits(given, LIMITS)
    assert find_defects(*mending.surface).none
    places, kept = ({tuple(v) for v in s.vertices.tolist()} for s in (given, mending.surface))
    assert len(places & kept) > 0.8 * len(places)  # the others lie under patches
    assert mending.added is not None
    assert len(mending.added.faces) > 0


def test_the_ladder_bridges_and_lays_no_new_skin() -> None:
    given = patched_ball(slip=0.002, patches=150, subdivisions=4)
    mended = mend(*given)
    assert "slits" in {step.name for step in mended.steps}
    assert not {"patches", "rewrap"} & {step.name for step in mended.steps}
    made = solids.mesh_of(mended.vertices, mended.faces)
    assert_solid(made)
    assert made.volume == pytest.approx(4180.0, rel=0.005)
    assert len(made.faces) < 3 * len(given[1])


def test_rims_with_other_vertices_are_bridged() -> None:
    """Halves of a ball, cut at the equator, whose rims have 40 and 31 vertices."""
    given = surface_of(*_halves(40, 31, apart=0.2))
    strips = _bridge(given, 1.0)
    made = solids.mesh_of(given.vertices, np.concatenate([given.faces, strips]))
    assert is_cycle(np.asarray(made.faces))
    assert_solid(made)
    assert len(strips) == 40 + 31


def test_slits_out_of_reach_stay() -> None:
    assert not len(_bridge(surface_of(*_halves(40, 31, apart=1.1)), 1.0))


def test_one_open_vessel_is_left_alone() -> None:
    box = solids.open_box()
    assert not bridge_slits(surface_of(box.vertices, box.faces), LIMITS).note


def _halves(upper: int, lower: int, apart: float) -> tuple[np.ndarray, np.ndarray]:
    parts = [_dome(upper), _dome(lower) * [1, 1, -1]]
    faces = [_dome_faces(upper), _dome_faces(lower)[:, ::-1] + len(parts[0])]
    parts[0][:, 2] += apart
    return np.concatenate(parts), np.concatenate(faces)


def _dome(count: int, rings: int = 8) -> np.ndarray:
    height = np.linspace(0, np.pi / 2, rings + 1)[:-1]
    turn = 2 * np.pi * np.arange(count) / count
    ring = np.stack([np.cos(turn), np.sin(turn), np.zeros(count)], axis=1)
    points = [np.cos(h) * ring + [0, 0, np.sin(h)] for h in height]
    return 10.0 * np.concatenate([*points, [[0, 0, 1]]])


def _dome_faces(count: int, rings: int = 8) -> np.ndarray:
    step = np.arange(count)
    on = (step + 1) % count
    faces = []
    for r in range(rings - 1):
        a, b, c, d = r * count + step, r * count + on, (r + 1) * count + on, (r + 1) * count + step
        faces += [np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)]
    top = (rings - 1) * count
    faces.append(np.stack([top + step, top + on, np.full(count, rings * count)], axis=1))
    return np.concatenate(faces)
