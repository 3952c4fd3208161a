from __future__ import annotations

import numpy as np
import pytest
import solids

from fab.errors import FabError
from fab.gate import find_defects, label_shells, list_edges, merge_float32, shell_volumes
from fab.solid import Defects


def defects_of(mesh) -> Defects:
    return find_defects(*merge_float32(mesh.vertices, mesh.faces))


SOLID = {
    "box": 1, "plate": 1, "wedge": 1, "ball": 1, "cylinder": 1, "cone": 1, "torus": 1, "tube": 1,
    "hollow_ball": 2, "two_parts": 2, "bow_tie": 2,
}  # fmt: skip


@pytest.mark.parametrize(("name", "bodies"), SOLID.items())
def test_solids_have_no_defects(name: str, bodies: int) -> None:
    assert defects_of(getattr(solids, name)()) == Defects(bodies=bodies)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("open_box", Defects(open_edges=4, bodies=1)),
        ("holed_ball", Defects(open_edges=3, bodies=1)),
        ("flipped_patch", Defects(flipped_edges=4, bodies=1)),
        ("inside_out_box", Defects(misnested=1, bodies=1)),
        ("edge_contact", Defects(nonmanifold_edges=1, bodies=1)),
        ("fin", Defects(nonmanifold_edges=1, open_edges=2, bodies=1)),
        ("same_way_balls", Defects(misnested=1, bodies=2)),
        ("coincident_faces", Defects(nonmanifold_edges=3, crossings=2, bodies=1)),
        ("folded_faces", Defects(crossings=4, misnested=1, bodies=1)),
        ("sliver_box", Defects(degenerate_faces=1, crossings=3, bodies=1)),
        ("sheet", Defects(open_edges=16, bodies=1)),
        ("moebius", Defects(open_edges=80, flipped_edges=1, bodies=1)),
        ("nan_vertex", Defects(degenerate_faces=6, bodies=1)),
    ],
)
def test_defects_are_counted(name: str, expected: Defects) -> None:
    assert defects_of(getattr(solids, name)()) == expected


def test_overlapping_balls_cross() -> None:
    defects = defects_of(solids.overlapping_balls())
    assert defects.crossings > 0
    assert defects.open_edges == defects.nonmanifold_edges == 0


def test_soup_is_open_everywhere() -> None:
    assert defects_of(solids.soup(50)).open_edges == 150


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e5])
@pytest.mark.parametrize("name", ["fin", "hollow_ball", "same_way_balls", "overlapping_balls"])
def test_defects_do_not_depend_on_scale(name: str, scale: float) -> None:
    mesh = getattr(solids, name)()
    scaled = solids.mesh_of(np.asarray(mesh.vertices) * scale, mesh.faces)
    # Powers of ten do not survive float32 exactly, so only counts that rounding cannot change are compared.
    ours, theirs = defects_of(mesh), defects_of(scaled)
    assert (ours.open_edges, ours.nonmanifold_edges, ours.misnested, ours.bodies) == (
        theirs.open_edges, theirs.nonmanifold_edges, theirs.misnested, theirs.bodies)  # fmt: skip
    assert (ours.crossings > 0) == (theirs.crossings > 0)


def test_a_part_in_a_cavity_is_nested_well() -> None:
    mesh = solids.joined(solids.hollow_ball(10.0, 8.0), solids.ball(3.0, centre=(0.0, 0.0, 10.0)))
    assert defects_of(mesh) == Defects(bodies=3)


def test_a_cavity_outside_everything_is_misnested() -> None:
    mesh = solids.joined(solids.box(), solids.moved(solids.inside_out_box(), x=20.0))
    assert defects_of(mesh) == Defects(bodies=2, misnested=1)


def test_merge_keeps_faces_and_drops_unused_vertices() -> None:
    raw = solids.unmerged(solids.box())
    vertices, faces = merge_float32(np.concatenate([raw.vertices, [[99.0, 0.0, 0.0]]]), raw.faces)
    assert vertices.shape == (8, 3)
    assert np.array_equal(vertices[faces], np.asarray(raw.vertices)[np.asarray(raw.faces)])
    assert np.array_equal(vertices, vertices.astype(np.float32))


def test_merge_is_stable() -> None:
    once = merge_float32(solids.ball().vertices / 3, solids.ball().faces)
    twice = merge_float32(*once)
    assert all(np.array_equal(a, b) for a, b in zip(once, twice, strict=True))


def test_merge_joins_the_two_zeros() -> None:
    vertices = [(0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (-0.0, 0.0, -0.0), (0.0, 0.0, 1.0)]
    assert len(merge_float32(vertices, [(0, 1, 2), (3, 1, 4)])[0]) == 4


def test_merge_refuses_indices_out_of_range() -> None:
    with pytest.raises(FabError, match="99"):
        merge_float32(*solids.index_out_of_range())


def test_merge_refuses_quads() -> None:
    with pytest.raises(FabError, match=r"\(1, 4\)"):
        merge_float32(np.zeros((4, 3)), [(0, 1, 2, 3)])


def test_nothing_has_no_bodies() -> None:
    defects = find_defects(np.zeros((0, 3)), np.zeros((0, 3), np.int64))
    assert defects == Defects()
    assert not defects.none


def test_edges_and_shells() -> None:
    faces = np.asarray(solids.two_parts().faces, np.int64)
    edges = list_edges(faces)
    assert len(edges.corners) == 36
    assert (edges.uses == 2).all()
    assert (edges.turns == 0).all()
    count, labels = label_shells(faces)
    assert count == 2
    assert labels.tolist() == [0] * 12 + [1] * 12
    volumes = shell_volumes(np.asarray(solids.two_parts().vertices), faces, labels, count)
    assert volumes == pytest.approx([1000.0, 1000.0])
