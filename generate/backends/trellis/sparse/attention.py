"""Attention over voxels: within each sample, or within windows of voxels, on PyTorch's own kernels."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from generate.backends.trellis.sparse.tensor import SparseTensor


def sparse_scaled_dot_product_attention(*inputs: SparseTensor | Tensor) -> SparseTensor:
    """Return attention of each sample's voxels over its keys, as TRELLIS' `modules/sparse/attention/full_attn.py`.

    Takes (qkv), (q, kv) or (q, k, v): q over voxels, (m, heads, channels); keys over voxels or dense, (samples, keys,
    ...). A single sample is dense attention, for which PyTorch picks its fastest kernel.
    """
    q, keys, values = _parts(*inputs)
    out = [
        _attend(q.feats[rows], keys[k], values[k])  # one call a sample: no padding, no mask
        for k, rows in enumerate(q.layout)
    ]
    return q.replace(out[0] if len(out) == 1 else torch.cat(out))


def sparse_windowed_scaled_dot_product_self_attention(
    qkv: SparseTensor, window_size: int, shift_window: int | tuple[int, int, int] = 0
) -> SparseTensor:
    """Return attention within windows of `window_size`³ voxels, as TRELLIS' `windowed_attn.py`.

    Windows differ in how many voxels they hold. Those of about one size (up to the next power of two) are padded to it
    and done together; which voxels those are is found in the first pass over them.
    """
    shift = (shift_window,) * 3 if isinstance(shift_window, int) else shift_window
    windows: list[Windows] = qkv.cached(
        f"windows_{window_size}_{shift}", lambda x: find_windows(x.coords, window_size, shift)
    )
    q, k, v = qkv.feats.unbind(dim=1)
    out = torch.empty_like(q)
    for group in windows:
        rows = group.rows.flatten()
        q_in, k_in, v_in = (x[rows].reshape(*group.rows.shape, *x.shape[1:]).transpose(1, 2) for x in (q, k, v))
        attended = scaled_dot_product_attention(q_in, k_in, v_in, attn_mask=group.is_there[:, None, None])
        out[group.voxels] = attended.transpose(1, 2).flatten(0, 1)[group.places]
    return qkv.replace(out)


@dataclass(frozen=True, eq=False)
class Windows:
    """Windows that hold about equally many voxels.

    `rows` (windows, length) of their voxels, padded with any row; `is_there` (windows, length) tells which count;
    `voxels` (n,) are the rows that count, `places` (n,) where they stand in the flattened `rows`.
    """

    rows: Tensor
    is_there: Tensor
    voxels: Tensor
    places: Tensor


def find_windows(coords: Tensor, size: int, shift: tuple[int, int, int]) -> list[Windows]:
    """Return the windows that hold a voxel of `coords` (m, 4), grouped by how many they hold, the emptiest first."""
    moved = coords.long() + torch.tensor([0, *shift], device=coords.device)
    window = moved // torch.tensor([1, size, size, size], device=coords.device)
    _, inverse, counts = torch.unique(window, dim=0, return_inverse=True, return_counts=True)
    order = torch.argsort(inverse, stable=True)
    starts = counts.cumsum(0) - counts
    groups, shorter = [], 0
    longest, length = int(counts.max()), 8
    while shorter < longest:
        chosen = (counts > shorter) & (counts <= length)
        if bool(chosen.any()):
            groups.append(_group(order, starts[chosen], counts[chosen], min(length, size**3)))
        shorter, length = length, length * 2
    return groups


def _group(order: Tensor, starts: Tensor, counts: Tensor, length: int) -> Windows:
    place = torch.arange(length, device=order.device)
    is_there = place < counts[:, None]
    rows = order[(starts[:, None] + place * is_there)]
    return Windows(rows, is_there, rows[is_there], is_there.flatten().nonzero()[:, 0])


def _parts(*inputs: SparseTensor | Tensor) -> tuple[SparseTensor, list[Tensor], list[Tensor]]:
    """Return queries, and each sample's keys and values, (keys, heads, channels) each."""
    first = inputs[0]
    if not isinstance(first, SparseTensor):
        raise TypeError(f"queries must lie on voxels, got {type(first).__name__}")
    if len(inputs) == 1:
        q, k, v = first.feats.unbind(dim=1)
        return first.replace(q), _by_sample(first.replace(k)), _by_sample(first.replace(v))
    if len(inputs) == 2:
        kv = _by_sample(inputs[1])
        return first, [part[:, 0] for part in kv], [part[:, 1] for part in kv]
    return first, _by_sample(inputs[1]), _by_sample(inputs[2])


def _by_sample(x: SparseTensor | Tensor) -> list[Tensor]:
    return [x.feats[rows] for rows in x.layout] if isinstance(x, SparseTensor) else list(x)


def _attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Return attention of (queries, heads, channels) over (keys, heads, channels)."""
    q, k, v = (x.transpose(0, 1)[None] for x in (q, k, v))
    out = scaled_dot_product_attention(q, k, v)
    return out[0].transpose(0, 1)
