"""What is put down to a turn, and what to a limb or a crouch."""

from __future__ import annotations

import numpy as np
from drawings import figure

from generate.agreeing.agreement import agree
from generate.agreeing.turned import Difference, difference_of
from generate.silhouette import mirrored
from generate.views import View


def tower(*widths: int, offsets: tuple[int, ...] = (), heights: tuple[int, ...] = ()) -> View:
    image = np.zeros((420, 400, 4), np.uint8)
    row = 10
    for k, width in enumerate(widths):
        height = heights[k] if heights else 400 // len(widths)
        middle = 200 + (offsets[k] if offsets else 0)
        image[row : row + height, middle - width // 2 : middle + width // 2] = (200, 60, 60, 255)
        row += height
    return View(image, 0.0)


def difference(a: View, b: View) -> Difference:
    return difference_of(agree(a, mirrored(b)))


def test_equal_silhouettes_differ_nowhere() -> None:
    found = difference(tower(100, 60, 140), tower(100, 60, 140))
    assert (found.share, found.rows, found.moved) == (0.0, 0.0, 0.0)
    assert not found.is_turn


def test_outlines_that_move_at_every_height_are_a_turn() -> None:
    turned = tower(70, 130, 70, 150, 60, offsets=(30, -20, 25, -15, 10))
    found = difference(tower(110, 80, 120, 90, 120), turned)
    assert found.is_turn
    assert found.rows > 0.8
    assert found.rest > 0.3


def test_a_raised_arm_is_no_turn() -> None:
    found = difference(View(figure(raised_arm="left"), 0.0), View(figure(), 0.0))
    assert found.share > 0.02
    assert found.rest < 0.06
    assert not found.is_turn


def test_a_crouch_is_told() -> None:
    tall = tower(160, 60, 130, heights=(130, 130, 140))
    low = tower(160, 60, 130, heights=(180, 160, 60))
    found = difference(tall, low)
    assert found.is_crouch
    assert not found.is_turn
