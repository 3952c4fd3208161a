"""The hook, on a small transformer with upstream's names: exact, and gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install figurine[sampling]")

from small_transformer import CrossAttention, SmallFlow, Sparse  # noqa: E402

from sampling.cells import Cells  # noqa: E402
from sampling.conditions import Conditions  # noqa: E402
from sampling.cross_attention import ViewAttention, attend_to_views  # noqa: E402
from sampling.errors import ForeignModel  # noqa: E402
from sampling.guidance import Guidance  # noqa: E402
from sampling.sampler import sample  # noqa: E402
from sampling.schedule import rescaled_times  # noqa: E402

KINDS = [(False, 1), (False, 2), (True, 1), (True, 2)]


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield


def draw(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def views_of(count: int, dtype: torch.dtype = torch.float32) -> Conditions:
    return Conditions.of([draw(7, 24, seed=k, dtype=dtype) for k in range(count)])


@pytest.mark.parametrize(("second", "patch"), KINDS)
@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("samples", [1, 3])
def test_equals_attention_over_joined_tokens(second: bool, patch: int, count: int, samples: int) -> None:
    model, conditions = SmallFlow(second=second, patch=patch), views_of(count)
    x = draw(samples, 8, 4, 4, 4, seed=9)
    expected = model.velocity(x, 0.6, conditions.joined())
    with attend_to_views(model, conditions.views, Cells.dense(samples, 4, patch=patch).tokens) as attention:
        with attention.gathering():
            fused = model.velocity(x, 0.6, conditions.joined())
        torch.testing.assert_close(attention.mass().sum(dim=0), torch.ones(attention.tokens))
    assert (fused - expected).abs().max() < 1e-5


def test_in_double_precision_it_is_exact() -> None:
    model, conditions = SmallFlow(second=True).double(), views_of(3, torch.float64)
    x = draw(2, 8, 4, 4, 4, dtype=torch.float64)
    expected = model.velocity(x, 0.6, conditions.joined())
    with attend_to_views(model, conditions.views, 128):
        assert (model.velocity(x, 0.6, conditions.joined()) - expected).abs().max() < 1e-12


def test_sparse_tokens_of_several_samples() -> None:
    module, views = CrossAttention(32, 4, 24, qk_rms_norm=True), draw(3, 7, 24)
    model = torch.nn.ModuleDict({"cross_attn": module})
    x = Sparse(draw(11, 32, seed=1), (slice(0, 4), slice(4, 11)))
    joined = views.reshape(1, 21, 24).expand(2, -1, -1)
    expected = module(x, joined).feats
    with attend_to_views(model, views, 11):
        fused = module(x, joined)
    assert isinstance(fused, Sparse)
    assert fused.layout == x.layout
    assert (fused.feats - expected).abs().max() < 1e-5


def test_a_sampled_state_of_one_view_is_that_of_the_model_alone() -> None:
    model, conditions, x = SmallFlow(), views_of(1), draw(2, 8, 4, 4, 4)
    plan = {"guidance": Guidance(3.0, (0.5, 1.0)), "cells": Cells.dense(2, 4)}
    alone = sample(model.velocity, x, conditions, rescaled_times(6, 3.0), scheme="average", **plan).x
    with attend_to_views(model, conditions.views, 128) as attention:
        for scheme in ("fused", "fused+mass", "fused+arbiter"):
            fused = sample(
                model.velocity, x, conditions, rescaled_times(6, 3.0), scheme=scheme, attention=attention, **plan
            )
            assert (fused.x - alone).abs().max() < 1e-5


@pytest.mark.parametrize("scheme", ["fused", "fused+mass", "fused+entropy"])
def test_the_order_of_views_does_not_matter(scheme: str) -> None:
    model, tokens, x = SmallFlow(), [draw(7, 24, seed=k) for k in range(3)], draw(1, 8, 4, 4, 4)
    ends = []
    for order in permutations(range(3)):
        conditions = Conditions.of([tokens[k] for k in order])
        with attend_to_views(model, conditions.views, 64) as attention:
            done = sample(
                model.velocity,
                x,
                conditions,
                rescaled_times(6, 3.0),
                scheme=scheme,
                trust=None,
                cells=Cells.dense(1, 4),
                attention=attention,
            )
        ends.append(done.x)
    assert max(float((end - ends[0]).abs().max()) for end in ends) < 2e-5


def snapshot(model: torch.nn.Module) -> list[tuple[str, list[str], list[str]]]:
    """Return every module's own attributes and hooks."""
    return [
        (path, sorted(vars(module)), [name for name, value in vars(module).items() if "hooks" in name and value])
        for path, module in model.named_modules()
    ]


def test_leaves_the_model_as_it_was_when_a_step_raises() -> None:
    model, conditions, x = SmallFlow(), views_of(2), draw(1, 8, 4, 4, 4)
    before, expected = snapshot(model), model.velocity(x, 0.5, conditions.joined())
    weights = {name: value.clone() for name, value in model.state_dict().items()}

    def fails(stepped: object) -> None:
        raise RuntimeError("at a step")

    with (
        pytest.raises(RuntimeError, match="at a step"),
        attend_to_views(model, conditions.views, 64) as attention,
    ):
        sample(
            model.velocity,
            x,
            conditions,
            rescaled_times(4),
            scheme="fused",
            cells=Cells.dense(1, 4),
            attention=attention,
            on_step=fails,
        )
    assert snapshot(model) == before
    assert all(torch.equal(value, weights[name]) for name, value in model.state_dict().items())
    assert torch.equal(model.velocity(x, 0.5, conditions.joined()), expected)


def test_a_forward_that_was_replaced_before_comes_back() -> None:
    model, conditions = SmallFlow(blocks=1), views_of(2)
    module = model.blocks[0].cross_attn
    mine = module.forward
    module.forward = mine
    with attend_to_views(model, conditions.views, 64):
        assert module.forward is not mine
    assert vars(module)["forward"] is mine


def test_bias_moves_attention_from_view_to_view() -> None:
    model, conditions, x = SmallFlow(), views_of(2), draw(1, 8, 4, 4, 4)
    alone = model.velocity(x, 0.5, conditions.view(1))
    with attend_to_views(model, conditions.views, 64) as attention:
        attention.set_bias(torch.tensor([[-60.0], [0.0]]).expand(2, 64))
        with attention.gathering():
            steered = model.velocity(x, 0.5, conditions.joined())
        assert attention.mass()[0].max() < 1e-20
    assert (steered - alone).abs().max() < 1e-5


def test_other_passes_are_left_alone() -> None:
    model, conditions, x = SmallFlow(), views_of(3), draw(1, 8, 4, 4, 4)
    expected = [model.velocity(x, 0.5, cond) for cond in (conditions.view(1), conditions.null)]
    with attend_to_views(model, conditions.views, 64) as attention:
        attention.set_bias(torch.full((3, 64), 5.0))
        made = [model.velocity(x, 0.5, cond) for cond in (conditions.view(1), conditions.null)]
    assert all(torch.equal(a, b) for a, b in zip(made, expected, strict=True))


def test_one_token_of_zeros_is_as_good_as_many() -> None:
    model, x = SmallFlow().double(), draw(1, 8, 4, 4, 4).double()
    many, one = torch.zeros(1, 1374, 24).double(), torch.zeros(1, 1, 24).double()
    assert (model.velocity(x, 0.5, many) - model.velocity(x, 0.5, one)).abs().max() < 1e-12


def test_entropy_is_one_for_even_attention_and_zero_for_sharp() -> None:
    model, x = SmallFlow(blocks=1, channels=8, heads=1), draw(1, 8, 4, 4, 4)
    conditions = Conditions.of([torch.ones(7, 24), draw(7, 24) * 1e4])
    with attend_to_views(model, conditions.views, 64) as attention:
        even, sharp = (measured(attention, model, x, conditions.view(k)) for k in range(2))
    torch.testing.assert_close(even, torch.ones(64))
    assert sharp.median() < 0.01


def measured(attention: ViewAttention, model: SmallFlow, x: torch.Tensor, cond: torch.Tensor) -> torch.Tensor:
    with attention.measuring_entropy():
        model.velocity(x, 0.5, cond)
    assert attention.entropy is not None
    return attention.entropy


def test_a_model_without_such_modules_is_refused() -> None:
    with (
        pytest.raises(ForeignModel, match="no cross-attention named cross_attn"),
        attend_to_views(torch.nn.Linear(2, 2), draw(2, 7, 24), 64),
    ):
        pass


def test_a_model_of_another_width_is_refused() -> None:
    with (
        pytest.raises(ForeignModel, match="takes tokens of 24 channels, the views have 16"),
        attend_to_views(SmallFlow(), draw(2, 7, 16), 64),
    ):
        pass


def test_cells_of_another_patch_are_refused() -> None:
    model, conditions = SmallFlow(patch=2), views_of(2)
    with (
        attend_to_views(model, conditions.views, 64),
        pytest.raises(ForeignModel, match="attends with 8 tokens, its cells have 64"),
    ):
        model.velocity(draw(1, 8, 4, 4, 4), 0.5, conditions.joined())
