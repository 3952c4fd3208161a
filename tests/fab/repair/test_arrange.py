"""Closed meshes that run through themselves become the boundary of what they enclose, and move nowhere."""

import igl
import numpy as np
import pytest
import trimesh
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fab.gate import find_defects, merge_float32
from fab.repair.arrange import arrange
from fab.repair.record import Limits, Surface


def as_surface(*meshes):
    whole = trimesh.util.concatenate(meshes)
    return Surface(*merge_float32(whole.vertices, whole.faces))


def volume_of(surface):
    return trimesh.Trimesh(*surface, process=False).volume


def ball(x=0.0, y=0.0, z=0.0, radius=1.0):
    made = trimesh.creation.icosphere(3, radius)
    made.apply_translation([x, y, z])
    return made


def box(low, high):
    return trimesh.creation.box(bounds=[low, high])


def looped_tube(first=0, last=40):
    """A square tube along a path that crosses its own way, from one station to another, closed at both ends."""
    turn = np.linspace(-2.2, 4.4, 41)[first : last + 1]
    path = np.stack([np.sin(turn) * 3, np.sin(2 * turn) * 2, 0.2 * turn], axis=1)
    side = np.stack([np.cos(2 * turn) * 4, -np.cos(turn) * 3, 0 * turn], axis=1)
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    up = np.array([0.0, 0.0, 0.7])
    rings = np.stack(
        [path - 0.5 * side - up, path + 0.5 * side - up, path + 0.5 * side + up, path - 0.5 * side + up], 1
    )
    index = np.arange(4 * len(path)).reshape(-1, 4)
    p, q = index[:-1], np.roll(index[:-1], -1, axis=1)
    r, s = np.roll(index[1:], -1, axis=1), index[1:]
    sides = np.concatenate([np.stack([p, q, r], axis=2), np.stack([p, r, s], axis=2)]).reshape(-1, 3)
    ends = [index[0, [0, 2, 1]], index[0, [0, 3, 2]], index[-1, [0, 1, 2]], index[-1, [0, 2, 3]]]
    made = trimesh.Trimesh(rings.reshape(-1, 3), np.concatenate([sides, ends]), process=False)
    if made.volume < 0:
        made.invert()
    return made


def test_a_mesh_without_crossings_is_left_alone():
    surface = as_surface(ball(), ball(3.0))
    made = arrange(surface, Limits())
    assert made.surface is surface
    assert not made.note


def test_an_open_mesh_is_left_alone():
    open_ball = ball(0.9)
    open_ball.update_faces(np.arange(len(open_ball.faces)) > 0)
    surface = as_surface(ball(), open_ball)
    assert not arrange(surface, Limits()).note


def test_balls_that_overlap_become_one():
    parts = [ball(), ball(0.9, 0.13, 0.21), ball(0.4, 0.8, 0.1)]
    made = arrange(as_surface(*parts), Limits(detail_mm=1e-4)).surface
    assert find_defects(*made).none
    assert find_defects(*made).bodies == 1
    assert volume_of(made) == pytest.approx(trimesh.boolean.union(parts).volume, rel=1e-6)


def test_nothing_moves():
    given_ = as_surface(ball(), ball(0.9, 0.13, 0.21))
    made = arrange(given_, Limits(detail_mm=1e-4)).surface
    squared, _, _ = igl.point_mesh_squared_distance(made.vertices, given_.vertices, given_.faces)
    assert squared.max() < 1e-6**2


def test_a_tube_through_itself_keeps_its_outside():
    whole = as_surface(looped_tube())
    assert find_defects(*whole).crossings > 8
    assert find_defects(*whole).bodies == 1
    made = arrange(whole, Limits(detail_mm=1e-4)).surface
    assert find_defects(*made).none
    halves = [looped_tube(0, 20), looped_tube(20, 40)]
    assert sum(half.volume for half in halves) > 1.01 * volume_of(made)
    assert volume_of(made) == pytest.approx(trimesh.boolean.union(halves).volume, rel=1e-5)


def test_a_tangle_is_handed_back():
    rng = np.random.default_rng(0)
    points = rng.uniform(0, 1, (60, 3))
    corners = np.array([rng.permutation(60)[:3] for _ in range(400)])
    tangle = Surface(*merge_float32(points, np.concatenate([corners, corners[:, ::-1]])))
    made = arrange(tangle, Limits())
    assert made.surface is tangle or find_defects(*made.surface).none


def test_boxes_that_share_a_wall_become_one():
    made = arrange(as_surface(box([0, 0, 0], [1, 1, 1]), box([1, 0.25, 0.25], [2, 0.75, 0.75])), Limits()).surface
    assert find_defects(*made).none
    assert find_defects(*made).bodies == 1
    assert volume_of(made) == pytest.approx(1.25, rel=1e-5)


def test_a_cavity_that_nothing_reaches_stays():
    hollow = ball(radius=0.5)
    hollow.invert()
    made = arrange(as_surface(ball(), hollow, ball(1.6)), Limits(detail_mm=1e-4)).surface
    assert find_defects(*made).none
    union = trimesh.boolean.union([ball(), ball(1.6)]).volume
    assert volume_of(made) == pytest.approx(union - ball(radius=0.5).volume, rel=1e-6)


def test_the_same_bytes_again():
    surface = as_surface(looped_tube(), ball(1.1, 0.3, 0.2, 0.7))
    first, second = (arrange(surface, Limits()).surface for _ in range(2))
    assert first.vertices.tobytes() == second.vertices.tobytes()
    assert first.faces.tobytes() == second.faces.tobytes()


corners = st.tuples(*[st.integers(0, 4)] * 3)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.lists(st.tuples(corners, corners), min_size=2, max_size=5))
def test_boxes_on_a_lattice_enclose_what_their_cells_do(spans):
    """Walls that coincide, edges that touch, corners that meet: nothing here is in general position."""
    cells, boxes = np.zeros((5, 5, 5), np.bool_), []
    for first, second in spans:
        low, high = np.minimum(first, second), np.maximum(first, second) + 1
        cells[low[0] : high[0], low[1] : high[1], low[2] : high[2]] = True
        boxes.append(box(low.astype(float), high.astype(float)))
    surface = as_surface(*boxes)
    made = arrange(surface, Limits(gap_mm=1e-3, detail_mm=1e-3)).surface
    assert find_defects(*made).none or made is surface
    if find_defects(*made).none:
        assert volume_of(made) == pytest.approx(cells.sum(), abs=0.05)
