"""The latent model's transformer on dense tensors: attention over all voxels of one sample is dense attention.

Upstream's dense and sparse blocks have the same weights under the same names and compute the same for a single sample.
The dense ones need no bookkeeping of voxels, and PyTorch can compile them.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from generate.backends.trellis import upstream


def with_dense_blocks(model: Any) -> Any:
    """Return the latent model, its sparse blocks replaced by upstream's dense ones over the same weights."""
    blocks = nn.ModuleList(_dense(model, sparse) for sparse in model.blocks)
    model.blocks = nn.ModuleList([_OneSample(blocks)])
    return model.requires_grad_(False).eval()


def blocks_of(model: Any) -> list[nn.Module]:
    """Return the dense transformer blocks of a flow model, in its order."""
    return [module for module in model.modules() if isinstance(module, upstream.dense_block_class())]


def _dense(model: Any, sparse: nn.Module) -> Any:
    """Return a dense block over the weights of a sparse one."""
    with torch.device("meta"):
        dense = upstream.dense_block_class()(
            model.model_channels,
            model.cond_channels,
            num_heads=model.num_heads,
            mlp_ratio=model.mlp_ratio,
            share_mod=model.share_mod,
            qk_rms_norm=model.qk_rms_norm,
            qk_rms_norm_cross=model.qk_rms_norm_cross,
        )
    dense.load_state_dict(sparse.state_dict(), assign=True)
    return dense


class _OneSample(nn.Module):
    """All dense blocks behind one another, sparse tensors of one sample in and out."""

    def __init__(self, blocks: nn.ModuleList) -> None:
        super().__init__()
        self.blocks = blocks

    def forward(self, x: Any, mod: Tensor, context: Tensor) -> Any:
        """Return the last block's output on the same voxels."""
        h = x.feats[None]
        for block in self.blocks:
            h = block(h, mod, context)
        return x.replace(h[0])
