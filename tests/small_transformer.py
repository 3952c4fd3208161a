"""A small transformer with the module names and shapes of TRELLIS' flow models and of TRELLIS.2's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn


@dataclass(frozen=True, eq=False)
class Sparse:
    """The part of upstream's SparseTensor that its blocks use: features (T, C) and where each sample's begin."""

    feats: Tensor
    layout: tuple[slice, ...]

    def replace(self, feats: Tensor) -> Sparse:
        return replace(self, feats=feats)


class RMSNorm(nn.Module):
    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.scale, self.gamma = dim**0.5, nn.Parameter(torch.rand(heads, dim) + 0.5)

    def forward(self, x: Tensor) -> Tensor:
        return F.normalize(x, dim=-1) * self.gamma * self.scale


class CrossAttention(nn.Module):
    """As upstream's MultiHeadAttention(type="cross"), and SparseMultiHeadAttention for a Sparse input."""

    def __init__(self, channels: int, heads: int, ctx_channels: int, *, qk_rms_norm: bool = False) -> None:
        super().__init__()
        self.num_heads, self.qk_rms_norm = heads, qk_rms_norm
        self.to_q = nn.Linear(channels, channels)
        self.to_kv = nn.Linear(ctx_channels, channels * 2)
        self.to_out = nn.Linear(channels, channels)
        if qk_rms_norm:
            self.q_rms_norm = RMSNorm(channels // heads, heads)
            self.k_rms_norm = RMSNorm(channels // heads, heads)

    def forward(self, x: Any, context: Tensor) -> Any:
        if isinstance(x, Tensor):
            return self._dense(x, context)
        parts = [self._dense(x.feats[part][None], context[n : n + 1])[0] for n, part in enumerate(x.layout)]
        return x.replace(torch.cat(parts))

    def _dense(self, x: Tensor, context: Tensor) -> Tensor:
        q = self.to_q(x).reshape(*x.shape[:2], self.num_heads, -1)
        k, v = self.to_kv(context).reshape(*context.shape[:2], 2, self.num_heads, -1).unbind(dim=2)
        if self.qk_rms_norm:
            q, k = self.q_rms_norm(q), self.k_rms_norm(k)
        h = F.scaled_dot_product_attention(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2))
        return self.to_out(h.transpose(1, 2).reshape(x.shape))


class SelfAttention(nn.Module):
    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.num_heads = heads
        self.to_qkv, self.to_out = nn.Linear(channels, channels * 3), nn.Linear(channels, channels)

    def forward(self, x: Tensor, phases: Tensor | None = None) -> Tensor:
        q, k, v = self.to_qkv(x).reshape(*x.shape[:2], 3, self.num_heads, -1).unbind(dim=2)
        if phases is not None:
            q, k = rotate(q, phases), rotate(k, phases)
        h = F.scaled_dot_product_attention(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2))
        return self.to_out(h.transpose(1, 2).reshape(x.shape))


def rotate(x: Tensor, phases: Tensor) -> Tensor:
    """Return x (B, T, H, D) with each pair of channels turned by `phases` (T, D / 2), complex."""
    turned = torch.view_as_complex(x.reshape(*x.shape[:-1], -1, 2).contiguous()) * phases[:, None]
    return torch.view_as_real(turned).reshape(x.shape)


class Block(nn.Module):
    """As ModulatedTransformerCrossBlock: TRELLIS' signature, or TRELLIS.2's with phases and shared modulation."""

    def __init__(self, channels: int, ctx_channels: int, heads: int, *, second: bool) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(channels, elementwise_affine=False)
        self.norm2 = nn.LayerNorm(channels)
        self.norm3 = nn.LayerNorm(channels, elementwise_affine=False)
        self.self_attn = SelfAttention(channels, heads)
        self.cross_attn = CrossAttention(channels, heads, ctx_channels, qk_rms_norm=second)
        self.mlp = nn.Sequential(nn.Linear(channels, 2 * channels), nn.GELU(), nn.Linear(2 * channels, channels))
        self.second = second
        if second:
            self.modulation = nn.Parameter(torch.randn(6 * channels) / channels**0.5)
        else:
            self.adaLN_modulation = nn.Sequential(nn.SiLU(), nn.Linear(channels, 6 * channels))

    def forward(self, x: Any, mod: Tensor, context: Tensor, phases: Tensor | None = None) -> Any:
        moved = self.modulation + mod if self.second else self.adaLN_modulation(mod)
        shift_a, scale_a, gate_a, shift_m, scale_m, gate_m = moved[:, None].chunk(6, dim=2)
        if not isinstance(x, Tensor):  # sparse: one modulation for all, self-attention left out
            feats = x.feats + self.cross_attn(x.replace(self.norm2(x.feats)), context).feats
            return x.replace(feats + self.mlp(self.norm3(feats)))
        x = x + self.self_attn(self.norm1(x) * (1 + scale_a) + shift_a, phases) * gate_a
        x = x + self.cross_attn(self.norm2(x), context)
        return x + self.mlp(self.norm3(x) * (1 + scale_m) + shift_m) * gate_m


class SmallFlow(nn.Module):
    """A flow model forward(x, t, cond) over (N, C, R, R, R)."""

    def __init__(
        self,
        *,
        resolution: int = 4,
        in_channels: int = 8,
        channels: int = 32,
        ctx_channels: int = 24,
        heads: int = 4,
        blocks: int = 3,
        patch: int = 1,
        second: bool = False,
        seed: int = 0,
    ) -> None:
        super().__init__()
        generator_state = torch.random.get_rng_state()
        torch.manual_seed(seed)
        self.patch, self.second = patch, second
        self.t_embedder = nn.Linear(1, 6 * channels if second else channels)
        self.input_layer = nn.Linear(in_channels * patch**3, channels)
        self.register_buffer("pos_emb", torch.randn((resolution // patch) ** 3, channels))
        self.blocks = nn.ModuleList(Block(channels, ctx_channels, heads, second=second) for _ in range(blocks))
        self.out_layer = nn.Linear(channels, in_channels * patch**3)
        torch.random.set_rng_state(generator_state)

    def forward(self, x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
        p, (n, c, r) = self.patch, x.shape[:3]
        side = r // p
        h = x.reshape(n, c, side, p, side, p, side, p).permute(0, 2, 4, 6, 1, 3, 5, 7).reshape(n, side**3, -1)
        h = self.input_layer(h) + self.pos_emb
        mod = self.t_embedder(t[:, None])
        phases = None
        if self.second:
            half = h.shape[2] // self.blocks[0].self_attn.num_heads // 2
            angle = torch.arange(side**3)[:, None] / (1 + torch.arange(half))
            phases = torch.polar(torch.ones_like(angle), angle).to(
                torch.complex128 if h.dtype == torch.float64 else None
            )
        for block in self.blocks:
            h = block(h, mod, cond, phases) if self.second else block(h, mod, cond)
        h = self.out_layer(h).reshape(n, side, side, side, c, p, p, p)
        return h.permute(0, 4, 1, 5, 2, 6, 3, 7).reshape(x.shape)

    def velocity(self, x: Tensor, t: float, cond: Tensor) -> Tensor:
        """Return dx/dt as `sampling.step.Velocity`: one context for all samples, times 1000 as upstream has them."""
        return self(x, torch.full((len(x),), t, dtype=x.dtype), cond.expand(len(x), -1, -1))
