from __future__ import annotations

import numpy as np
import solids

from fab.visible import visible_sides


def sides(mesh: object) -> np.ndarray:
    return visible_sides(np.asarray(mesh.vertices, float), np.asarray(mesh.faces))  # type: ignore[attr-defined]


def test_a_closed_box_shows_its_fronts() -> None:
    assert np.array_equal(sides(solids.box()), [(True, False)] * 12)
    assert np.array_equal(sides(solids.inside_out_box()), [(False, True)] * 12)


def test_what_is_inside_is_hidden_whichever_way_it_faces() -> None:
    for shape in (solids.hollow_ball(), solids.same_way_balls()):
        seen = sides(shape)
        assert seen[:1280, 0].all()
        assert not seen[:, 1].any()
        assert not seen[1280:].any()


def test_an_open_sheet_shows_both_sides() -> None:
    sheet = solids.mesh_of([(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0.1)], [(0, 1, 2), (0, 2, 3)])
    assert sides(sheet).all()


def test_a_large_face_half_covered_is_seen() -> None:
    """A box stands on the middle of a plate's two large top faces and covers their centres."""
    plate = solids.plate(30, 1)
    cover = solids.moved(solids.box(16, 16, 10), 7, 7, 1.001)
    assert sides(solids.joined(plate, cover))[:12, 0].all()


def test_faces_without_area_or_numbers_are_never_seen() -> None:
    assert not sides(solids.mesh_of(np.zeros((3, 3)), [(0, 1, 2)])).any()
    broken = solids.nan_vertex()
    bad = (broken.faces == 7).any(axis=1)
    seen = sides(broken).any(axis=1)
    assert not seen[bad].any()
    assert seen[~bad].all()


def test_size_and_place_do_not_matter() -> None:
    far = solids.moved(
        solids.mesh_of(np.asarray(solids.hollow_ball().vertices) * 1e-3, solids.hollow_ball().faces), 1e3
    )
    assert np.array_equal(sides(far), sides(solids.hollow_ball()))
