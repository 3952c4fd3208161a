"""Turns told from outlines: an ellipse whose outline is known from everywhere, then an example."""

from __future__ import annotations

import numpy as np
import pytest

from generate.agreeing.yaw import edges_of, estimate_turn, turned
from generate.views import View


def body(azimuth_deg: float, seen_from_deg: float) -> View:
    """Return a tower of three ellipses, each off the axis, as it looks from one side and is said to from another."""
    image = np.zeros((320, 400, 4), np.uint8)
    cos, sin = np.cos(np.radians(seen_from_deg)), np.sin(np.radians(seen_from_deg))
    for row, (x, y, width, depth) in ((20, (0, -30, 120, 60)), (110, (10, 0, 90, 150)), (200, (-20, 25, 160, 80))):
        middle, half = 200 + x * cos + y * sin, np.hypot(width * cos, depth * sin) / 2
        image[row : row + 90, round(middle - half) : round(middle + half)] = (90, 120, 60, 255)
    return View(image, azimuth_deg)


@pytest.mark.parametrize("angle_deg", [-48.0, -24.0, 0.0, 32.0, 56.0])
@pytest.mark.parametrize("side_deg", [90.0, 270.0])
def test_a_turn_of_ellipses_is_measured(angle_deg: float, side_deg: float) -> None:
    turn = estimate_turn(body(0.0, angle_deg), body(180.0, 180.0), body(side_deg, side_deg))
    assert turn.angle_deg == pytest.approx(angle_deg, abs=4.0)
    assert turn.misfit < 0.01
    assert turn.is_turn(looks_turned=False) == (angle_deg != 0.0)


def test_the_turned_one_of_the_two_is_told() -> None:
    front = estimate_turn(body(0.0, 40.0), body(180.0, 180.0), body(90.0, 90.0))
    back = estimate_turn(body(0.0, 0.0), body(180.0, 220.0), body(90.0, 90.0))
    assert front.first_is_turned
    assert not back.first_is_turned


def test_outlines_turn_as_the_support_of_an_ellipse_does() -> None:
    front, side = np.array([[-3.0, 3.0]]), np.array([[-4.0, 4.0]])
    np.testing.assert_allclose(turned(front, side, 90.0), side, atol=1e-12)
    np.testing.assert_allclose(turned(front, side, 0.0), front)
    half = np.hypot(3.0, 4.0) * np.sqrt(0.5)
    np.testing.assert_allclose(turned(front, side, 45.0), [[-half, half]])


def test_edges_are_in_heights() -> None:
    image = np.zeros((100, 100, 4), np.uint8)
    image[10:90, 30:70] = 255
    np.testing.assert_allclose(edges_of(View(image, 0.0)), np.tile([-0.25, 0.25], (128, 1)), atol=0.005)
