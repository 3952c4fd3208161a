"""Colours along the outlines: a four-coloured column whose sides are known."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from generate.agreeing.rim import FAR, Rims, colour_difference, handedness, rims_of, swap_gain
from generate.views import View

RED, GREEN, BLUE, YELLOW = (200, 40, 40), (40, 160, 60), (40, 60, 190), (220, 200, 60)
COLUMN = {"front": (RED, GREEN), "left": (GREEN, BLUE), "back": (BLUE, YELLOW), "right": (YELLOW, RED)}
"""The colours of the picture's left and right half from each side: the four edges of a square column."""


def seen(left: tuple[int, int, int], right: tuple[int, int, int], light: float = 1.0) -> Rims:
    image = np.zeros((200, 160, 4), np.uint8)
    image[20:180, 40:80], image[20:180, 80:120] = (*left, 255), (*right, 255)
    image[..., :3] = np.rint(np.clip(image[..., :3] * light, 0, 255))
    return rims_of(View(image, 0.0))


VIEWS = {name: seen(*colours) for name, colours in COLUMN.items()}


def around(front: str, left: str, back: str, right: str) -> list[tuple[Rims, Rims]]:
    names = (front, left, back, right, front)
    return [(VIEWS[a], VIEWS[b]) for a, b in pairwise(names)]


def test_rims_are_the_colours_at_the_outline() -> None:
    rims = VIEWS["front"]
    assert np.ptp(rims.left[5:-5], axis=0).max() < 1.0
    assert np.linalg.norm(rims.left[64] - rims.right[64]) > 60.0


def test_the_sides_of_a_column_fit_as_said_and_not_swapped() -> None:
    assert swap_gain(around("front", "left", "back", "right")) < -10.0
    assert swap_gain(around("front", "right", "back", "left")) > 10.0


def test_a_lone_side_tells_too() -> None:
    assert swap_gain([(VIEWS["front"], VIEWS["left"]), (VIEWS["left"], VIEWS["back"])]) < -10.0
    assert swap_gain([(VIEWS["front"], VIEWS["right"]), (VIEWS["right"], VIEWS["back"])]) > 10.0


def test_one_colour_all_round_tells_nothing() -> None:
    grey = seen((90, 90, 90), (90, 90, 90))
    assert swap_gain([(grey, grey)]) == 0.0
    assert handedness(grey, grey) is None


def test_a_hint_of_colour_tells_no_swap() -> None:
    pale, hint = seen((90, 90, 90), (96, 90, 88)), seen((96, 90, 88), (90, 90, 90))
    assert swap_gain([(pale, hint)]) == 0.0


def test_opposite_views_of_a_two_coloured_figure() -> None:
    front, back = seen(RED, BLUE), seen(BLUE, RED)
    assert handedness(front, back) == pytest.approx(1.0, abs=0.01)
    assert handedness(front, front) == pytest.approx(-1.0, abs=0.01)


def test_light_from_the_same_side_of_the_picture_is_no_mirror_image() -> None:
    lit = seen((220, 150, 60), (150, 102, 41))
    assert handedness(lit, lit) is None


def test_another_colour_is_measured_and_another_light_is_not() -> None:
    front = seen(RED, RED)
    assert colour_difference(front, [seen(RED, RED, light=0.97)]) < 2.5
    assert colour_difference(front, [seen(BLUE, BLUE)]) == FAR
    assert colour_difference(front, [seen(BLUE, BLUE), seen(RED, GREEN)]) < 1.0
