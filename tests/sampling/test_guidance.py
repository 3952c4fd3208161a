"""Guidance: its formula, where it acts, and what it costs."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install figurine[sampling]")

from sampling.conditions import Conditions  # noqa: E402
from sampling.guidance import Guidance  # noqa: E402
from sampling.sampler import sample  # noqa: E402
from sampling.schedule import rescaled_times  # noqa: E402


def test_pushes_away_from_the_unconditional() -> None:
    v, null = torch.tensor([3.0]), torch.tensor([1.0])
    assert Guidance(7.5).apply(v, null).item() == 8.5 * 3.0 - 7.5 * 1.0


def test_the_interval_is_closed() -> None:
    guidance = Guidance(3.0, (0.5, 1.0))
    assert [guidance.acts_at(t) for t in (1.0, 0.5, 0.4999)] == [True, True, False]
    assert not Guidance(0.0).acts_at(0.7)


@pytest.mark.parametrize(("strength", "interval"), [(-1.0, (0, 1)), (float("nan"), (0, 1)), (1.0, (0.6, 0.5))])
def test_senseless_settings_are_refused(strength: float, interval: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Guidance(strength, interval)


def test_the_unconditional_pass_is_made_only_where_it_is_used() -> None:
    conditions = Conditions.of([torch.ones(3, 2)])
    seen: list[tuple[float, bool]] = []

    def velocity(x: torch.Tensor, t: float, cond: torch.Tensor) -> torch.Tensor:
        seen.append((t, bool(cond.any())))
        return x

    done = sample(
        velocity,
        torch.ones(1, 2),
        conditions,
        rescaled_times(24, 3.0),
        guidance=Guidance(7.5, (0.5, 1.0)),
        scheme="average",
    )
    assert [t >= 0.5 for t, shown in seen if not shown] == [True] * 19
    assert done.passes == len(seen) == 24 + 19
