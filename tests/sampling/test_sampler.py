"""`sample`: what it refuses and how, the yaw found on the way, and what one stage hands to the next."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install figurine[sampling]")

from sampling.cameras import Cameras  # noqa: E402
from sampling.cells import Cells  # noqa: E402
from sampling.conditions import Conditions  # noqa: E402
from sampling.errors import BadConditions, BadWeights, MissingInput, NotFinite, OutOfMemory  # noqa: E402
from sampling.guidance import Guidance  # noqa: E402
from sampling.sampler import Sampled, Stepped, sample  # noqa: E402
from sampling.schedule import rescaled_times  # noqa: E402

GUIDED = Guidance(3.0, (0.5, 1.0))


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def velocity(x: torch.Tensor, t: float, cond: torch.Tensor) -> torch.Tensor:
    return x - cond.mean() * torch.ones_like(x)


def sampled(scheme: str, *, views: int = 2, samples: int = 1, steps: int = 6, **more: Any) -> Sampled:
    conditions = Conditions.of([draw(3, 4, seed=k) for k in range(views)])
    return sample(
        more.pop("velocity", velocity),
        draw(samples, 8, 4, 4, 4, seed=7),
        conditions,
        rescaled_times(steps, 3.0),
        guidance=GUIDED,
        scheme=scheme,
        **{"cells": Cells.dense(samples, 4), **more},
    )


def test_no_views() -> None:
    with pytest.raises(BadConditions, match="no views"):
        Conditions.of([])


def test_views_of_different_shapes() -> None:
    with pytest.raises(BadConditions, match=r"differ in shape, \[\(3, 4\), \(5, 4\)\]"):
        Conditions.of([torch.zeros(3, 4), torch.zeros(5, 4)])


def test_tokens_of_no_view_of_another_width() -> None:
    with pytest.raises(BadConditions, match=r"must be \(1, tokens, 4\), got \(1, 1, 5\)"):
        Conditions.of([torch.zeros(3, 4)], null=torch.zeros(1, 1, 5))


@pytest.mark.parametrize(
    ("scheme", "missing", "given"),
    [
        ("directional", "cameras", {}),
        ("fused+directional", "cameras", {}),
        ("arbiter", "cells", {"cells": None}),
        ("fused", "attention", {}),
        ("entropy", "attention", {}),
        ("replay", "earlier", {}),
    ],
)
def test_what_a_scheme_lacks_is_named_before_the_first_pass(scheme: str, missing: str, given: dict[str, Any]) -> None:
    calls: list[float] = []

    def counts(x: torch.Tensor, t: float, cond: torch.Tensor) -> torch.Tensor:
        calls.append(t)
        return x

    with pytest.raises(MissingInput, match=f"needs `{missing}`"):
        sampled(scheme, velocity=counts, **given)
    assert calls == []


def test_other_numbers_of_cameras_cells_and_views() -> None:
    with pytest.raises(BadConditions, match="2 views need as many cameras, got 3"):
        sampled("arbiter", cameras=Cameras((0.0, 90.0, 180.0)))
    with pytest.raises(BadConditions, match="trusted view"):
        sampled("arbiter", trust=2)
    with pytest.raises(BadConditions, match="64 places, `cells` 27"):
        sampled("arbiter", cells=Cells.dense(1, 3))
    with pytest.raises(BadConditions, match="one sample"):
        sampled("original", samples=2)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_prediction_that_is_not_finite_is_named(value: float) -> None:
    culprit = draw(3, 4, seed=1).mean()

    def breaks(x: torch.Tensor, t: float, cond: torch.Tensor) -> torch.Tensor:
        broken = t < 0.9 and bool(torch.isclose(cond.mean(), culprit))
        return torch.full_like(x, value) if broken else 0.1 * x

    with pytest.raises(NotFinite, match=r"structure: the prediction of step 3 of 6 for view 2 holds NaN or infinity"):
        sampled("average", velocity=breaks, stage="structure")


def test_a_full_device_says_what_to_switch_on() -> None:
    def full(x: torch.Tensor, t: float, cond: torch.Tensor) -> torch.Tensor:
        raise torch.cuda.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(OutOfMemory, match="low-memory mode"):
        sampled("average", velocity=full)


def test_steps_are_reported_with_where_they_lead() -> None:
    seen: list[Stepped] = []
    done = sampled("average", on_step=seen.append)
    assert [step.index for step in seen] == list(range(6))
    assert seen[-1].t == 0.0
    assert torch.equal(seen[-1].x, done.x)
    assert torch.allclose(seen[-1].predicted, done.x)


@pytest.mark.parametrize("found", [90.0, None])
@pytest.mark.parametrize("scheme", ["directional", "arbiter"])
def test_the_yaw_is_asked_once_and_turns_the_cameras(scheme: str, found: float | None) -> None:
    asked: list[tuple[int, ...]] = []

    def find_yaw(predicted: torch.Tensor) -> float | None:
        asked.append(tuple(predicted.shape))
        return found

    done = sampled(
        scheme, steps=12, cameras=Cameras((0.0, 180.0)), find_yaw=find_yaw, trust=None, cells=Cells.dense(1, 4)
    )
    assert (asked, done.yaw_deg) == ([(1, 8, 4, 4, 4)], found)
    weights = done.weights[0]
    assert weights.grid is not None
    late = weights.values[-1]
    right = weights.grid[:, 0] >= 2
    if found is None:
        assert abs(float(late[0][right].mean() - late[0][~right].mean())) < 1e-3
    elif scheme == "directional":  # a body turned by 90 has its front camera at +X
        assert late[0][right].min() > 0.6 > 0.4 > late[0][~right].max()


def test_known_cameras_are_believed_from_the_first_step() -> None:
    first = sampled("directional", cameras=Cameras((0.0, 180.0)), trust=None).weights[0]
    assert first.grid is not None
    assert (first.values[0, 0] > 0.5).tolist() == (first.grid[:, 1] < 2).tolist()


def test_the_next_stage_takes_weights_at_its_own_steps_and_places() -> None:
    earlier = sampled("directional", cameras=Cameras((0.0, 180.0)), samples=2).weights
    coords = torch.tensor([[0, 0, 0, 0], [0, 7, 7, 7], [1, 3, 0, 5]])
    later = sample(
        velocity,
        draw(3, 8),
        Conditions.of([draw(3, 4, seed=k) for k in range(2)]),
        rescaled_times(5, 1.0),
        scheme="replay",
        cells=Cells.sparse(coords, 8),
        earlier=earlier,
    ).weights
    assert [weights.values.shape for weights in later] == [(5, 2, 2), (5, 2, 1)]
    at = {tuple(place): k for k, place in enumerate(earlier[0].grid.tolist())}
    expected = [earlier[0].at(0.6)[:, at[0, 0, 0]], earlier[0].at(0.6)[:, at[3, 3, 3]]]
    assert later[0].at(0.6)[:, 0] == pytest.approx(expected[0], abs=1e-5)
    assert later[0].at(0.6)[:, 1] == pytest.approx(expected[1], abs=1e-5)


def test_earlier_weights_of_other_views_are_refused() -> None:
    earlier = sampled("average").weights
    with pytest.raises(BadWeights, match="1 samples and 2 views, this stage has 1 and 3"):
        sampled("replay", views=3, earlier=earlier)


def test_several_conditions_can_be_answered_in_one_call() -> None:
    class Batched:
        calls = 0

        def __call__(self, x: torch.Tensor, t: float, cond: torch.Tensor) -> torch.Tensor:
            return velocity(x, t, cond)

        def many(self, x: torch.Tensor, t: float, conds: list[torch.Tensor]) -> list[torch.Tensor]:
            self.calls += 1
            return [velocity(x, t, cond) for cond in conds]

    batched = Batched()
    done = sampled("average", velocity=batched)
    assert torch.equal(done.x, sampled("average").x)
    assert batched.calls == 6
