"""Light baked into known colours and taken out again."""

from __future__ import annotations

import numpy as np
import solids
from coloured_solids import BLACK, WHITE, Points, coloured

from fab.palette.even_light import light_of
from fab.palette.lab import differences, linear_to_lab
from fab.solid import Solid
from fab.srgb import linear_to_srgb, srgb_to_linear

CLAY = srgb_to_linear(np.array([0.75, 0.5, 0.4]))


def lit(points: Points) -> Points:
    """Return the clay of a ball of radius 10 with its back, at +y, in the shade."""
    facing = -points[:, 1] / 10
    return np.round(linear_to_srgb(CLAY * np.exp(0.8 * (facing - 1))[:, None]) * 255)


def evened(solid: Solid) -> Points:
    assert solid.colour is not None
    linear = solid.colour.at(solid.vertices)[:, :3]
    return light_of(solid).taken_out(solid.vertices, linear)


def test_a_dark_back_becomes_as_bright_as_the_front() -> None:
    solid = coloured(solids.ball(10.0, subdivisions=3), lit)
    assert solid.colour is not None
    before = linear_to_lab(solid.colour.at(solid.vertices)[:, :3])
    after = linear_to_lab(evened(solid))
    clay = linear_to_lab(CLAY)[None]
    assert differences(before, clay).max() > 25
    assert differences(after, clay).max() < 10
    assert np.ptp(after[:, 0]) < 0.15 * np.ptp(before[:, 0])


def test_even_colours_are_left_alone() -> None:
    solid = coloured(solids.ball(10.0, subdivisions=3), lambda p: np.full((len(p), 3), (180, 120, 90)))
    assert solid.colour is not None
    assert np.allclose(evened(solid), solid.colour.at(solid.vertices)[:, :3], atol=1e-3)


def test_a_black_back_stays_black() -> None:
    solid = coloured(solids.ball(10.0, subdivisions=3), lambda p: np.where(p[:, 1:2] > 0, BLACK, WHITE))
    lab = linear_to_lab(evened(solid))
    back = solid.vertices[:, 1] > 1.0
    assert lab[back, 0].max() < 10
    assert lab[solid.vertices[:, 1] < -1.0, 0].min() > 90
