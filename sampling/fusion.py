"""Exact attention over the tokens of several views, from attention over each view's own."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.attention import SDPBackend

aten = torch.ops.aten


def attention_with_lse(query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
    """Return softmax(q·kᵀ/√d)·v, (B, H, T, D), and the log-sum-exp of its logits, (B, H, T) float32 or float64.

    query (B, H, T, D), key and value (B, H, L, D). Uses the fused kernel of the device, each of which has the
    log-sum-exp at hand because its backward pass needs it: no second attention.
    """
    if query.device.type == "cpu":
        out, lse = aten._scaled_dot_product_flash_attention_for_cpu(query, key, value)
    elif query.device.type == "cuda" and query.dtype in (torch.float16, torch.bfloat16):
        if _is_cudnn_choice(query, key, value):
            out, lse = aten._scaled_dot_product_cudnn_attention(query, key, value, None, True)[:2]
            lse = lse.reshape(out.shape[:3])  # (B, H, T, 1) in some versions
        else:
            out, lse = aten._scaled_dot_product_flash_attention(query, key, value)[:2]
    elif query.device.type == "cuda" and query.dtype == torch.float32:
        out, lse = aten._scaled_dot_product_efficient_attention(query, key, value, None, True)[:2]
    else:
        return explicit_attention_with_lse(query, key, value)
    return out, lse[..., : query.shape[2]]  # some kernels pad the queries to a multiple of 32


_choices: dict[tuple[torch.device, torch.dtype, int], bool] = {}


def _is_cudnn_choice(query: Tensor, key: Tensor, value: Tensor) -> bool:
    """Tell whether PyTorch itself would take cuDNN's kernel here: a fifth faster than its own on an H200.

    Asked once, eagerly: compiled code finds the answer.
    """
    asked = (query.device, query.dtype, query.shape[-1])
    if asked not in _choices:
        _choices[asked] = torch._fused_sdp_choice(query, key, value) == SDPBackend.CUDNN_ATTENTION.value
    return _choices[asked]


def explicit_attention_with_lse(query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
    """Return the same, written out: for devices without a fused kernel, and to test against."""
    logits = query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5
    return torch.softmax(logits, dim=-1) @ value, torch.logsumexp(logits, dim=-1)


def merge_views(outputs: Tensor, lses: Tensor, bias: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Return attention over all views' tokens, (T, H, D), and the share each view had in it, (K, T, H).

    `outputs` (K, T, H, D) and `lses` (K, T, H) are those of each view alone. With s_k = lse_k + bias_k the joined
    softmax is Σ_k softmax_k(s)·output_k: exactly attention over the joined tokens, with bias_k added to the logits of
    view k. `bias` is (K, T), or None for none. (The rule by which FlashAttention joins its blocks, Dao et al. 2022,
    section 3.1.)
    """
    shares = torch.softmax(lses if bias is None else lses + bias[..., None], dim=0)
    return (outputs * shares[..., None].to(outputs.dtype)).sum(dim=0), shares
