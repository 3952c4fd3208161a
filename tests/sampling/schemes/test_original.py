"""The prototype's weights, written out by hand from its formula, and the mended ones."""

from __future__ import annotations

from itertools import pairwise

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install figurine[sampling]")

from small_transformer import SmallFlow  # noqa: E402

from sampling.conditions import Conditions  # noqa: E402
from sampling.guidance import Guidance  # noqa: E402
from sampling.sampler import sample  # noqa: E402
from sampling.schedule import rescaled_times  # noqa: E402
from sampling.schemes.base import Run  # noqa: E402
from sampling.schemes.original import Original, OriginalFixed  # noqa: E402
from sampling.step import Step  # noqa: E402

TIMES, GUIDED = rescaled_times(24, 3.0), Guidance(7.5, (0.5, 1.0))


def draw(*shape: int, seed: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@torch.no_grad()
def by_hand(model: SmallFlow, conditions: Conditions, x: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Return the prototype's end and weights: softmax(1000·r), r = a / Σa, a = Σ v_i·(-v_null)."""
    weights = []
    for t, t_next in pairwise(TIMES):
        null = model.velocity(x, float(t), conditions.null)
        views = [model.velocity(x, float(t), conditions.view(k)) for k in range(conditions.count)]
        agreement = torch.stack([-(view * null).sum() for view in views])
        share = torch.softmax(1000 * agreement / agreement.sum(), dim=0)
        weights.append(share)
        v = sum(w * view for w, view in zip(share, views, strict=True))
        if 0.5 <= t <= 1.0:
            v = 8.5 * v - 7.5 * null
        x = x - (t - t_next) * v
    return x, weights


@pytest.mark.parametrize("count", [2, 3, 4])
def test_equals_the_prototype(count: int) -> None:
    model = SmallFlow(seed=count).double()
    conditions = Conditions.of([draw(7, 24, seed=k) for k in range(count)], null=torch.zeros(1, 7, 24).double())
    x = draw(1, 8, 4, 4, 4, seed=99)
    expected, weights = by_hand(model, conditions, x)
    made = sample(model.velocity, x, conditions, TIMES, guidance=GUIDED, scheme="original")
    assert (made.x - expected).abs().max() / expected.abs().max() < 1e-12
    assert abs(torch.stack(weights).numpy() - made.weights[0].values).max() < 1e-12
    assert made.passes == 24 * (count + 1)


def step_of(views: list[torch.Tensor], null: torch.Tensor) -> Step:
    conditions = Conditions.of([torch.full((1, 1), float(k + 1)) for k in range(len(views))])

    def velocity(x: torch.Tensor, t: float, cond: torch.Tensor) -> torch.Tensor:
        return null if not cond.any() else views[int(cond.item()) - 1]

    return Step(0, 1.0, null, True, velocity, conditions, {})


def test_mended_weights_are_the_prototypes_for_two_views() -> None:
    null = draw(1, 8, 4, 4, 4, seed=0)
    step = step_of([null + 0.01 * draw(1, 8, 4, 4, 4, seed=k) for k in (1, 2)], null)
    run = Run(2, 1, None, None, None, None)
    old, new = (torch.softmax(belief.begin(run)(step), 0) for belief in (Original(), OriginalFixed()))
    torch.testing.assert_close(new, old, rtol=1e-9, atol=1e-12)


def test_mended_temperature_does_not_depend_on_how_many_views() -> None:
    null = draw(1, 8, 4, 4, 4, seed=0)
    pair = [null + 0.01 * draw(1, 8, 4, 4, 4, seed=k) for k in (1, 2)]
    gaps = []
    for repeats in (1, 3):
        logits = OriginalFixed().begin(Run(2 * repeats, 1, None, None, None, None))(step_of(pair * repeats, null))
        gaps.append(float(logits[0] - logits[1]))
    assert gaps[0] == pytest.approx(gaps[1], rel=1e-9)


def test_mended_order_does_not_turn_over_where_the_sum_vanishes() -> None:
    null = draw(1, 8, 4, 4, 4, seed=0)
    other = draw(1, 8, 4, 4, 4, seed=1)
    views = [other - null, other - 2 * null]  # both against the unconditional, the second more
    run, step = Run(2, 1, None, None, None, None), step_of(views, null)
    assert OriginalFixed().begin(run)(step).flatten().diff() < 0  # still the one that is less against it
    assert Original().begin(run)(step).flatten().diff() > 0  # the prototype's sign has turned over
