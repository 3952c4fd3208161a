from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
import solids
from hypothesis import given, settings
from hypothesis import strategies as st

from fab.crossings import crossing_pairs
from fab.gate import merge_float32
from fab.predicates import orient2d, orient3d, zero_area

A = [(0.0, 0.0, 0.0), (4.0, 0.0, 0.0), (0.0, 4.0, 0.0)]


def crosses(first, second) -> bool:
    vertices, faces = merge_float32([*first, *second], [(0, 1, 2), (3, 4, 5)])
    return len(crossing_pairs(vertices, faces)) == 1


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param([(1, 1, -1), (1, 1, 1), (5, 5, 1)], True, id="pierced"),
        pytest.param([(1, 1, 1), (2, 1, 1), (1, 2, 1)], False, id="parallel"),
        pytest.param([(1, 1, 0), (1, 1, 1), (2, 1, 1)], True, id="corner on the inside"),
        pytest.param([(2, 2, 0), (5, 5, 1), (5, 5, 2)], True, id="corner on an edge"),
        pytest.param([(2, 0, -1), (2, 0, 1), (2, -3, 0)], True, id="edge on an edge"),
        pytest.param([(3, 3, -1), (3, 3, 1), (5, 5, 0)], False, id="past the edge"),
        pytest.param([(1, 1, 0), (2, 1, 0), (1, 2, 0)], True, id="inside, coplanar"),
        pytest.param([(-9, -9, 0), (20, -9, 0), (-9, 20, 0)], True, id="around, coplanar"),
        pytest.param([(5, 5, 0), (9, 5, 0), (5, 9, 0)], False, id="beside, coplanar"),
        pytest.param([(-1, 2, 0), (5, 2, 0), (2, -9, 0)], True, id="across, coplanar"),
        pytest.param([(2, 2, 0), (9, 2, 0), (2, 9, 0)], True, id="touching an edge, coplanar"),
        pytest.param([(0, 0, 0), (-4, 0, 0), (0, -4, 0)], False, id="one corner, coplanar, beside"),
        pytest.param([(0, 0, 0), (3, 1, 0), (1, 3, 0)], True, id="one corner, coplanar, overlapping"),
        pytest.param([(0, 0, 0), (4, 4, 1), (4, 4, -1)], True, id="one corner, pierced"),
        pytest.param([(0, 0, 0), (4, 4, 1), (4, 4, 2)], False, id="one corner, above"),
        pytest.param([(0, 0, 0), (2, 2, 0), (0, 0, 4)], True, id="one corner, edge lying in the face"),
        pytest.param([(0, 0, 0), (4, 0, 0), (0, 0, 4)], False, id="one edge, upright"),
        pytest.param([(0, 0, 0), (4, 0, 0), (0, -4, 0)], False, id="one edge, flat beside"),
        pytest.param([(0, 0, 0), (4, 0, 0), (1, 1, 0)], True, id="one edge, folded over"),
        pytest.param([(0, 0, 0), (0, 4, 0), (4, 0, 0)], True, id="the same, turned over"),
    ],
)
def test_two_triangles(other, expected: bool) -> None:
    rolled = [(other[k], other[(k + 1) % 3], other[(k + 2) % 3]) for k in range(3)]
    for second in rolled:
        for turn in (lambda p: p, lambda p: (p[1], p[2], p[0]), lambda p: (p[2], p[0], p[1])):
            first, moved = [turn(p) for p in A], [turn(p) for p in second]
            assert crosses(first, moved) is expected
            assert crosses(moved, first[::-1]) is expected


def test_the_smallest_step_of_float32_decides() -> None:
    tip = np.float32(1.0)
    above = np.nextafter(tip, np.float32(2.0))
    low = [(0, 0, 1), (4, 0, 1), (0, 4, 1)]
    assert crosses(low, [(1, 1, float(tip)), (1, 1, 3), (2, 1, 3)])
    assert not crosses(low, [(1, 1, float(above)), (1, 1, 3), (2, 1, 3)])


small = st.integers(-3, 3).map(float)
wide = st.floats(-1e6, 1e6, width=32)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.lists(small, min_size=12, max_size=12), st.lists(wide, min_size=12, max_size=12)))
def test_predicates_equal_rational_arithmetic(numbers: list[float]) -> None:
    points = np.array(numbers).reshape(4, 3)
    exact = [[Fraction(x) for x in row] for row in points.tolist()]
    a, b, c = ([exact[i][k] - exact[3][k] for k in range(3)] for i in range(3))
    volume = (
        a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0])
    )
    assert orient3d(points, 0, 1, 2, 3) == np.sign(volume)
    p, q = ([exact[i][k] - exact[2][k] for k in range(2)] for i in range(2))
    assert orient2d(points, 0, 1, 2, 0, 1) == np.sign(p[0] * q[1] - p[1] * q[0])


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 40))
def test_the_tree_misses_no_pair(seed: int, count: int) -> None:
    generator = np.random.default_rng(seed)
    points = generator.integers(0, 6, (3 * count, 3)).astype(np.float64)
    vertices, faces = merge_float32(points, np.arange(3 * count).reshape(-1, 3))
    found = {tuple(pair) for pair in crossing_pairs(vertices, faces).tolist()}
    flat = zero_area(vertices, faces)
    expected = {
        (i, j)
        for i, j in combinations(range(count), 2)
        if not (flat[i] or flat[j]) and len(crossing_pairs(vertices, faces[[i, j]]))
    }
    assert found == expected


def test_pairs_are_sorted_and_repeatable() -> None:
    mesh = solids.overlapping_balls()
    vertices, faces = merge_float32(mesh.vertices, mesh.faces)
    pairs = crossing_pairs(vertices, faces)
    assert pairs.tolist() == sorted(pairs.tolist())
    assert (pairs[:, 0] < pairs[:, 1]).all()
    assert np.array_equal(pairs, crossing_pairs(vertices, faces))


def test_coplanar_neighbours_on_a_slope_do_not_cross() -> None:
    sheet = solids.sheet(16.0, 16)
    slope = np.array([[0.75, 0.25, 0.5], [-0.25, 0.5, 1.0], [0.0, 0.0, 1.0]])
    vertices, faces = merge_float32(np.asarray(sheet.vertices) @ slope, sheet.faces)
    assert len(crossing_pairs(vertices, faces)) == 0


def test_agrees_with_pymeshlab(shared) -> None:
    """Whatever the judge's test selects is found, on meshes where only few faces touch."""
    pymeshlab = pytest.importorskip("pymeshlab")
    import trimesh

    for name in ("artist/Duck.glb", "artist/rabbit.obj", "generated/meshy_tavern.glb", "printable/octopie.stl"):
        mesh = trimesh.load(shared / "corpus" / name, force="mesh", process=False)
        vertices, faces = merge_float32(mesh.vertices, mesh.faces)
        faces = faces[~zero_area(vertices, faces)]
        meshes = pymeshlab.MeshSet()
        meshes.add_mesh(pymeshlab.Mesh(vertices, faces))
        meshes.compute_selection_by_self_intersections_per_face()
        theirs = np.flatnonzero(meshes.current_mesh().face_selection_array())
        assert np.isin(theirs, crossing_pairs(vertices, faces)).all(), name
