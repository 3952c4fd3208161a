from __future__ import annotations

import numpy as np
import pytest
import solids

from fab.errors import EmptyModel
from fab.findings import Severity
from fab.gate import find_defects
from fab.repair import mend
from fab.repair.record import Limits, Surface
from fab.repair.weld import drop_doubled, read_arrays, sew_rims


def surface_of(mesh) -> Surface:
    return read_arrays(mesh.vertices, mesh.faces).surface


def test_bad_corners_are_counted() -> None:
    assert len(read_arrays(*solids.index_out_of_range()).surface.faces) == 11
    assert len(surface_of(solids.nan_vertex()).faces) == 6


def test_a_wall_without_thickness_between_two_boxes_goes() -> None:
    joint = solids.merged(solids.joined(solids.box(), solids.moved(solids.box(), x=10.0)))
    mending = drop_doubled(surface_of(joint), Limits())
    made = mending.surface
    assert len(made.faces) == 20
    assert find_defects(*made).none
    assert len(mending.removed.faces) == 2
    assert mending.findings == ()  # it lies within the material


def test_a_sheet_in_the_open_is_told_when_it_goes() -> None:
    flag = solids.mesh_of([[10, 5, 5], [14, 5, 5], [10, 5, 9]], [[0, 1, 2], [0, 2, 1]])
    mending = drop_doubled(surface_of(solids.merged(solids.joined(solids.box(), flag))), Limits())
    assert len(mending.removed.faces) == 1
    (finding,) = mending.findings
    assert (finding.code, finding.unit, finding.severity) == ("sheet-removed", "mm²", Severity.WARN)
    assert finding.measured == pytest.approx(8.0)


def test_a_sheet_with_two_sides_keeps_one() -> None:
    ball = solids.open_box()
    made = drop_doubled(surface_of(solids.joined(ball, solids.inverted(ball))), Limits()).surface
    assert len(made.faces) == len(ball.faces)


def test_sewing_leaves_a_closed_mesh_alone() -> None:
    surface = surface_of(solids.plate(30.0, 0.001))
    assert sew_rims(surface, Limits()).surface is surface


def test_sewing_never_reaches_over_a_third_of_an_edge() -> None:
    mesh = solids.open_box()
    tiny = solids.mesh_of(np.asarray(mesh.vertices) * 1e-3, mesh.faces)
    assert sew_rims(surface_of(tiny), Limits()).note == ""


def test_loose_triangles_are_refused_at_once() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(EmptyModel, match="100 loose triangles"):
        mend(rng.random((300, 3)), np.arange(300).reshape(-1, 3))


def test_sheets_of_a_thin_wall_are_not_sewn_together_though_every_edge_is_open() -> None:
    """Two loose sheets 0.015 mm apart, no two faces joined, corners shaken by 0.001: each sheet is sewn to itself."""
    sheet = solids.sheet()
    other = solids.moved(solids.inverted(sheet), z=0.015)
    raw = solids.unmerged(solids.joined(sheet, other))
    shaken = np.asarray(raw.vertices) + np.random.default_rng(0).uniform(-5e-4, 5e-4, raw.vertices.shape)
    made = sew_rims(surface_of(solids.mesh_of(shaken, raw.faces)), Limits()).surface
    assert len(made.faces) == len(raw.faces)
    inner = (np.abs(made.vertices[:, :2] - 5.0) < 4.9).all(axis=1)
    assert np.ptp(made.vertices[inner][:, 2]) > 0.013
    assert inner.sum() == 2 * 9
