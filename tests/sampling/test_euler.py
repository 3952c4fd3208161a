"""Euler's method on flows whose answer is known."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install figurine[sampling]")

from sampling.euler import integrate  # noqa: E402
from sampling.schedule import rescaled_times  # noqa: E402


def test_a_straight_flow_lands_on_its_target() -> None:
    noise, target = torch.randn(2, 8, 4, 4, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    landed = integrate(lambda x, t: noise - target, noise, rescaled_times(12, 3.0))
    assert (landed - target).abs().max() < 1e-12


def test_the_exact_velocity_towards_one_point_lands_in_any_number_of_steps() -> None:
    target, noise = torch.tensor([[2.0, -1.0], [0.3, 0.7]], dtype=torch.float64)
    landed = integrate(lambda x, t: (x - target) / t, noise, rescaled_times(5))
    assert (landed - target).abs().max() < 1e-12


def test_every_step_is_reported_with_its_time() -> None:
    seen: list[tuple[int, float]] = []
    integrate(
        lambda x, t: 0 * x, torch.zeros(1), rescaled_times(3), on_step=lambda k, t, x: seen.append((k, round(t, 6)))
    )
    assert seen == [(0, 0.666667), (1, 0.333333), (2, 0.0)]


def test_times_that_do_not_fall_are_refused() -> None:
    with pytest.raises(ValueError, match="fall strictly"):
        integrate(lambda x, t: x, torch.zeros(1), np.array([0.0, 1.0]))
