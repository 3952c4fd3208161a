"""One solid for each colour: closed, together the whole part, colours where they were."""

from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh
from painted_solids import banded, palette

from fab.errors import ExportFailed
from fab.export.split_colours import SKIN_MM, ColourSolid, split_colours
from fab.gate import find_defects
from fab.palette.record import Painted
from fab.solid import Solid

BALL = Solid(solids.ball(10.0, subdivisions=4), "ball")


def sectors() -> Painted:
    middle = BALL.vertices[BALL.faces].mean(axis=1)
    fifths = ((np.arctan2(middle[:, 1], middle[:, 0]) / (2 * np.pi) + 0.5) * 5).astype(np.int64)
    return Painted(BALL, fifths % 4, palette(4))


def speckled() -> Painted:
    return Painted(BALL, np.random.default_rng(0).integers(0, 3, len(BALL.faces)), palette(3))


PARTS = {
    "bands": lambda: banded(3),
    "sectors": sectors,
    "specks": speckled,
    "thin tube": lambda: banded(4, Solid(solids.tube(10.0, 9.2, 20.0).subdivide().subdivide(), "tube")),
    "cavity": lambda: banded(2, Solid(solids.hollow_ball(), "hollow")),
    "two bodies": lambda: banded(2, Solid(solids.two_parts(), "two")),
    "one colour": lambda: banded(1),
}


def volume(solid: ColourSolid) -> float:
    return float(trimesh.Trimesh(solid.vertices, solid.faces, process=False).volume)


@pytest.mark.parametrize("name", PARTS)
def test_each_is_a_solid_and_together_they_are_the_part(name: str) -> None:
    part = PARTS[name]()
    split = split_colours(part)
    assert [solid.slot for solid in split] == np.unique(part.slots).tolist()
    assert all(find_defects(solid.vertices, solid.faces).none for solid in split)
    assert min(volume(solid) for solid in split) > 0
    assert sum(volume(solid) for solid in split) == pytest.approx(part.solid.volume_mm3, rel=1e-6)


def test_a_colour_is_a_skin_of_its_own_faces() -> None:
    part = sectors()
    (body, *skins) = split_colours(part)
    area = np.bincount(part.slots, part.solid.mesh.area_faces)
    for solid in skins:
        assert volume(solid) == pytest.approx(area[solid.slot] * SKIN_MM * (1 - SKIN_MM / 10), rel=0.05)
        assert np.linalg.norm(solid.vertices - (0, 0, 10), axis=1).min() == pytest.approx(10 - SKIN_MM, abs=0.05)
    assert volume(body) > sum(map(volume, skins))


def test_colours_stay_on_their_faces() -> None:
    part = banded(3)
    for solid in split_colours(part):
        mine = part.solid.vertices[part.solid.faces[part.slots == solid.slot]].reshape(-1, 9)
        held = {row.tobytes() for row in solid.vertices[solid.faces].reshape(-1, 9)}
        assert all(row.tobytes() in held for row in mine)


def test_a_bodys_own_colour_fills_it() -> None:
    """Each of two bodies in one colour is that colour all through."""
    first, second = split_colours(banded(2, Solid(solids.two_parts(), "two")))
    assert volume(first) + volume(second) == pytest.approx(2000)


def test_a_colour_that_hangs_on_points_is_not_lost_in_silence() -> None:
    with pytest.raises(ExportFailed, match="use the 3MF"):
        split_colours(banded(4, Solid(solids.tube(10.0, 9.2, 20.0), "tube")))
