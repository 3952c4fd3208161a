"""What is drawn inside out is kept where slicers would print it, or told."""

from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh

from fab.findings import Severity
from fab.gate import find_defects
from fab.repair import Limits, mend
from fab.repair.inside_out import find_thick, tell_lost
from fab.repair.record import Surface

OUTLINE = [(0, 0), (30, 0), (30, 20), (0, 20), (-12, 4), (-12, 16)]  # its last sides cross at (-6, 12) and turn a lobe


def bow_prism() -> solids.Mesh:
    """A prism 10 high over an outline that crosses itself: a body of 690 mm² and a lobe of 53 that is inside out."""
    count = len(OUTLINE)
    flat = np.array(OUTLINE, np.float64)
    points = np.concatenate([np.c_[flat, np.zeros(count)], np.c_[flat, np.full(count, 10.0)]])
    low = np.arange(count)
    high = np.roll(low, -1)
    sides = [np.c_[low, high, count + high], np.c_[low, count + high, count + low]]
    fan = np.c_[np.zeros(count - 2, np.int64), low[1:-1], low[2:]]
    return solids.mesh_of(points, np.concatenate([*sides, fan[:, ::-1], count + fan]))


def test_a_lobe_that_is_inside_out_stays_as_material() -> None:
    mesh = bow_prism()
    made = mend(mesh.vertices, mesh.faces)
    assert find_defects(made.vertices, made.faces).none
    shape = trimesh.Trimesh(made.vertices, made.faces, process=False)
    cross = 12 * 20 / (12 + 20)  # how far left of x = -12 + 12 the sides meet, by similar triangles
    lobe = 12 * (12 - cross) / 2
    assert shape.volume == pytest.approx(mesh.volume + 2 * 10 * lobe, rel=2e-3)
    assert shape.bounds[0, 0] == pytest.approx(-12.0, abs=0.02)
    assert made.findings == ()


def test_slivers_are_told_from_pockets() -> None:
    sliver = solids.moved(solids.box(5.0, 5.0, 0.004), x=20.0)
    both = solids.joined(solids.box(), sliver)
    surface = Surface(np.asarray(both.vertices, np.float64), np.asarray(both.faces, np.int64))
    assert find_thick(surface, Limits()).tolist() == [True] * 12 + [False] * 12


def test_what_is_lost_is_told_in_ml() -> None:
    box = solids.box()
    surface = Surface(np.asarray(box.vertices, np.float64), np.asarray(box.faces, np.int64))
    (finding,) = tell_lost(surface, Limits())
    assert (finding.code, finding.severity, finding.unit) == ("inside-out-removed", Severity.WARN, "ml")
    assert finding.measured == pytest.approx(1.0)
    assert tell_lost(Surface.empty(), Limits()) == ()
