"""Heat on a sphere and on a plane: what is kept, and how far it spreads."""

from __future__ import annotations

import numpy as np
import pytest
import solids
from coloured_solids import coloured

from fab.palette.canvas import Canvas, canvas_of
from fab.palette.diffusion import Diffusion
from fab.palette.lab import linear_to_lab


def ball_canvas() -> Canvas:
    ball = coloured(solids.ball(10.0, subdivisions=5), lambda p: np.full((len(p), 3), 128))
    assert ball.colour is not None
    field = ball.colour
    return canvas_of(ball, lambda p, n: linear_to_lab(field.at(p, n)[:, :3]), np.zeros((1, 3)), 0.4, refine=False)


def test_constants_stay_and_nothing_is_lost() -> None:
    canvas = ball_canvas()
    spread = Diffusion(canvas).spread(np.ones((len(canvas.vertices), 1)), 1.0)
    assert np.allclose(spread, 1.0)
    step = (canvas.vertices[:, :1] > 0).astype(np.float64)
    wide = Diffusion(canvas).spread(step, 0.8)
    assert wide.min() > -0.01
    assert wide.max() < 1.01
    assert canvas.area @ wide[:, 0] == pytest.approx(canvas.area @ step[:, 0], rel=1e-3)


def test_first_harmonic_decays_as_it_must() -> None:
    canvas = ball_canvas()
    height = canvas.vertices[:, 2:] - 10.0  # eigenvalue 2 / radius²
    spread = Diffusion(canvas).spread(height, 4.0)
    assert np.polyfit(height[:, 0], spread[:, 0], 1)[0] == pytest.approx(1 / (1 + 8.0 * 2 / 100), rel=0.01)
