"""Euler's method on flows whose answer is known."""

import numpy as np
import pytest

from sampling.euler import integrate
from sampling.schedule import rescaled_times


def test_a_straight_flow_lands_on_its_target() -> None:
    rng = np.random.default_rng(0)
    noise, target = rng.normal(size=(2, 8, 4, 4))
    landed = integrate(lambda x, t: noise - target, noise, rescaled_times(12, 3.0))
    np.testing.assert_allclose(landed, target, atol=1e-12)


def test_the_exact_velocity_towards_one_point_lands_in_any_number_of_steps() -> None:
    target, noise = np.array([2.0, -1.0]), np.array([0.3, 0.7])
    landed = integrate(lambda x, t: (x - target) / t, noise, rescaled_times(5))
    np.testing.assert_allclose(landed, target, atol=1e-12)


def test_every_step_is_reported_with_its_time() -> None:
    seen: list[tuple[int, float]] = []
    integrate(lambda x, t: 0 * x, np.zeros(1), rescaled_times(3), on_step=lambda k, t, x: seen.append((k, round(t, 6))))
    assert seen == [(0, 0.666667), (1, 0.333333), (2, 0.0)]


def test_times_that_do_not_fall_are_refused() -> None:
    with pytest.raises(ValueError, match="fall strictly"):
        integrate(lambda x, t: x, np.zeros(1), np.array([0.0, 1.0]))
