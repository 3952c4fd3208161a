"""Scales that anybody can rank: even in lightness, their limits where they belong."""

from __future__ import annotations

import numpy as np
import pytest

from fab.report.colour_scale import WELL, overhang_scale, thickness_scale
from fab.srgb import bytes_to_linear


def lightness(table: np.ndarray) -> np.ndarray:
    """Return L* of CIELAB, 0 to 100."""
    luminance = bytes_to_linear(table)[:, :3] @ (0.2126, 0.7152, 0.0722)
    return np.where(luminance > 0.008856, 116 * np.cbrt(luminance) - 16, 903.3 * luminance)


def as_seen_without_green(table: np.ndarray) -> np.ndarray:
    """Return linear RGB as a deuteranope sees it (Viénot, Brettel and Mollon, 1999)."""
    rgb = bytes_to_linear(table)[:, :3]
    to_lms = np.array([[17.8824, 43.5161, 4.11935], [3.45565, 27.1554, 3.86714], [0.0299566, 0.184309, 1.46709]])
    project = np.array([[1, 0, 0], [0.494207, 0, 1.24827], [0, 0, 1]])
    return rgb @ (np.linalg.inv(to_lms) @ project @ to_lms).T


def test_thickness_rises_evenly_in_lightness() -> None:
    steps = np.diff(lightness(thickness_scale(0.4, 0.8, 3.0).table))
    assert (steps > -0.5).all()  # bytes round
    assert lightness(thickness_scale(0.4, 0.8, 3.0).table)[[0, -1]] == pytest.approx([22, 91], abs=6)


def test_a_deuteranope_ranks_it_the_same_way() -> None:
    seen = as_seen_without_green(thickness_scale(0.4, 0.8, 3.0).table) @ (0.2126, 0.7152, 0.0722)
    assert (np.diff(seen[::8]) > -0.005).all()
    assert seen[-1] > 10 * seen[0]


def test_overhang_is_calm_up_to_the_limit_and_warns_beyond() -> None:
    scale = overhang_scale(60.0)
    colours = scale.colours_of(np.array([0.0, 30.0, 59.0, 62.0, 90.0]))
    assert (colours[:3] == WELL).all()
    assert (np.abs(colours[3].astype(int) - WELL).max()) > 30
    assert lightness(colours)[3] > lightness(colours)[4]


@pytest.mark.parametrize("limit_deg", [10.0, 45.0, 89.0, 90.0])
def test_any_printers_angle_has_a_scale(limit_deg: float) -> None:
    assert overhang_scale(limit_deg).table.shape == (256, 3)


def test_values_beyond_the_ends_take_the_ends() -> None:
    scale = thickness_scale(0.4, 0.8, 3.0)
    assert scale.steps_of(np.array([-1.0, 0.0, 1.5, 3.0, 9.0, np.inf, np.nan])).tolist() == [
        0,
        0,
        128,
        255,
        255,
        255,
        255,
    ]


def test_one_limit_has_one_mark() -> None:
    assert [mark.value for mark in thickness_scale(0.5, 0.5, 2.0).marks] == [0.5]
