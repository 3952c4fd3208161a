"""Euler's method for a rectified flow: a pure function over a velocity."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from torch import Tensor


def integrate(
    velocity: Callable[[Tensor, float], Tensor],
    x: Tensor,
    times: NDArray[np.float64],
    on_step: Callable[[int, float, Tensor], None] | None = None,
) -> Tensor:
    """Return the state at the last of `times`, starting from `x` at the first.

    `velocity(x, t)` is dx/dt, so x moves by -(t - t_next)·v as t falls from noise (1) to data (0).
    `on_step(step, t_next, x_next)` hears of every step. Nothing is patched and nothing is kept.

    Raises ValueError unless `times` falls strictly.
    """
    if len(times) < 2 or not (np.diff(times) < 0).all():
        raise ValueError(f"times must fall strictly and hold at least 2 values, got {times}")
    for step, (t, t_next) in enumerate(pairwise(times)):
        x = x - float(t - t_next) * velocity(x, float(t))
        if on_step is not None:
            on_step(step, float(t_next), x)
    return x
