"""Beads on rods of known diameter: bridged where they are small, a body of its own where they are not."""

from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh

from fab.measure.beads import find_beads
from fab.measure.thin_regions import ThinRegion, find_thin_regions
from fab.measure.walls import measure_walls

LIMIT_MM = 0.5


def beaded_rod(rod: float, bead: float) -> trimesh.Trimesh:
    """A rod, 8 mm long, that stands on a block and has a bead at 2 mm and one at 5 mm."""
    block = solids.box(8.0, 8.0, 6.0)
    links = [trimesh.creation.cylinder(rod / 2.0, 9.0, sections=48).apply_translation([4.0, 4.0, 9.5])]
    links += [trimesh.creation.icosphere(3, bead / 2.0).apply_translation([4.0, 4.0, 6.0 + z]) for z in (2.0, 5.0)]
    return trimesh.boolean.union([block, *links], engine="manifold")


def thin(mesh: trimesh.Trimesh) -> list[ThinRegion]:
    walls = measure_walls(np.asarray(mesh.vertices, float), np.asarray(mesh.faces, np.int64), 2.0 * LIMIT_MM)
    return find_thin_regions(walls, LIMIT_MM)


def test_rod_with_beads_is_one_rod_of_the_rod_s_diameter_and_whole_length() -> None:
    (region,) = thin(beaded_rod(0.4, 0.8))
    assert region.form.is_rod and region.form.is_free
    assert region.thickness_mm == pytest.approx(0.4, rel=0.02)
    assert region.form.length_mm == pytest.approx(8.0, abs=0.8)
    assert region.clears_at_mm == pytest.approx(0.4, rel=0.02)


def test_rod_with_beads_that_is_thick_enough_has_none() -> None:
    assert thin(beaded_rod(0.52, 0.8)) == []


def test_large_ball_on_a_rod_is_no_bead_and_parts_it() -> None:
    lengths = [region.form.length_mm for region in thin(beaded_rod(0.4, 1.8))]
    assert len(lengths) > 0
    assert max(lengths) < 4.0


def test_small_held_patches_are_beads_and_floors_and_bodies_are_not() -> None:
    """Four strips of four faces without a common corner: a bead, one that nothing opposes, one too large, one too
    thick."""
    strip = np.array([(0, 1, 2), (1, 3, 2), (2, 3, 4), (3, 5, 4)])
    faces = np.concatenate([strip, strip + 6, strip + 12, strip + 18, [[0, 6, 12]]])
    members = np.arange(17) == 16
    area = np.repeat([0.2, 0.2, 0.9, 0.2, 1.0], [4, 4, 4, 4, 1])
    opposed_mm = np.repeat([0.7, np.inf, 0.7, 1.1, 0.3], [4, 4, 4, 4, 1])
    opposed_mm[0] = np.inf
    beads = find_beads(faces, members, area, opposed_mm, LIMIT_MM)
    assert beads.tolist() == [True] * 4 + [False] * 13
