"""Overhang angles of shapes whose slopes are known."""

from __future__ import annotations

import numpy as np
import pytest
import solids

from fab.measure.overhang import measure_overhang


@pytest.mark.parametrize("angle_deg", [10.0, 30.0, 45.0, 60.0, 80.0])
def test_slanted_face_of_a_wedge_leans_by_its_angle(angle_deg: float) -> None:
    mesh = solids.wedge(angle_deg, 20.0, 10.0)
    overhang = measure_overhang(np.asarray(mesh.vertices), np.asarray(mesh.faces))
    assert overhang.angle_deg.max() == pytest.approx(angle_deg)
    share = 10.0 * 20.0 / np.cos(np.radians(angle_deg)) / mesh.area
    assert overhang.share_beyond(angle_deg - 0.1) == pytest.approx(share)
    assert overhang.share_beyond(angle_deg) == 0.0


def test_box_on_the_bed_has_none_and_in_the_air_a_ceiling() -> None:
    mesh = solids.box()
    faces = np.asarray(mesh.faces)
    assert measure_overhang(np.asarray(mesh.vertices), faces).angle_deg.max() == 0.0
    lifted = measure_overhang(np.asarray(mesh.vertices) + [0.0, 0.0, 5.0], faces)
    assert lifted.angle_deg.max() == 90.0
    assert lifted.share_beyond(45.0) == pytest.approx(1.0 / 6.0)


def test_ball_leans_beyond_45_over_its_lower_cap() -> None:
    """A sphere's cap below 45° has (1 - cos 45°) / 2 of its area; the facets that touch the bed are off it."""
    mesh = solids.ball(10.0, 5)
    share = measure_overhang(np.asarray(mesh.vertices), np.asarray(mesh.faces)).share_beyond(45.0)
    assert share == pytest.approx((1.0 - np.cos(np.radians(45.0))) / 2.0, rel=0.02)
