"""Attention merged from views equals attention over their joined tokens."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install figurine[sampling]")

from sampling.fusion import attention_with_lse, explicit_attention_with_lse, merge_views  # noqa: E402


def draw(*shape: int, dtype: torch.dtype = torch.float32, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("dtype", "within"), [(torch.float32, 1e-5), (torch.float64, 1e-12)])
@pytest.mark.parametrize(("views", "tokens", "length"), [(1, 5, 7), (2, 64, 33), (4, 100, 137), (8, 3, 1)])
def test_equals_joined_attention(views: int, tokens: int, length: int, dtype: torch.dtype, within: float) -> None:
    heads, dim = 4, 16
    q, k, v = (
        draw(1, heads, tokens, dim, dtype=dtype),
        draw(views, heads, length, dim, dtype=dtype, seed=1),
        draw(views, heads, length, dim, dtype=dtype, seed=2),
    )
    out, lse = attention_with_lse(q.expand(views, -1, -1, -1), k, v)
    merged, shares = merge_views(out.transpose(1, 2), lse.transpose(1, 2))
    joined = [part.transpose(0, 1).reshape(1, heads, views * length, dim) for part in (k, v)]
    expected, total = explicit_attention_with_lse(q, *joined)
    assert (merged - expected[0].transpose(0, 1)).abs().max() < within
    torch.testing.assert_close(torch.logsumexp(lse, dim=0), total[0], rtol=within, atol=within)
    torch.testing.assert_close(shares.sum(dim=0), torch.ones_like(shares[0]))


def test_bias_is_a_bias_of_attention_logits() -> None:
    q, k, v = draw(1, 2, 6, 8), draw(3, 2, 5, 8, seed=1), draw(3, 2, 5, 8, seed=2)
    bias = draw(3, 6, seed=3)
    out, lse = attention_with_lse(q.expand(3, -1, -1, -1), k, v)
    merged, _ = merge_views(out.transpose(1, 2), lse.transpose(1, 2), bias)
    joined = [part.transpose(0, 1).reshape(2, 15, 8) for part in (k, v)]
    logits = q[0] @ joined[0].transpose(1, 2) / 8**0.5 + bias.T.repeat_interleave(5, dim=1)
    torch.testing.assert_close(merged, (torch.softmax(logits, -1) @ joined[1]).transpose(0, 1), rtol=1e-5, atol=1e-5)


def test_a_view_that_is_overruled_leaves_the_others_alone() -> None:
    out, lse = draw(2, 6, 2, 8), draw(2, 6, 2, seed=1)
    bias = torch.tensor([[0.0], [-60.0]]).expand(2, 6)
    merged, shares = merge_views(out, lse, bias)
    torch.testing.assert_close(merged, out[0])
    assert shares[1].max() < 1e-20
