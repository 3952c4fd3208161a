"""The latent stage: 8 numbers for every voxel, from which the mesh and its colours are decoded."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from generate.backends.trellis import upstream
from generate.backends.trellis.acceleration import Pass
from generate.backends.trellis.checkpoint import Normalization


def latent_pass(model: Any, coords: Tensor) -> Pass:
    """Return the latent model's pass over the voxels `coords` (m, 4): features (m, 8) at times (1,) for tokens.

    All that follows from the voxels alone (windows, neighbours, blocks, sequence lengths) is found in the first pass
    and kept with this one tensor; later passes only read it, and never wait for the device.
    """
    voxels = upstream.sparse_tensor(torch.zeros(len(coords), 0, device=coords.device), coords)

    def forward(x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
        velocity: Tensor = model(voxels.replace(x), t, cond).feats
        return velocity

    return forward


def denormalised(features: Tensor, normalization: Normalization) -> Tensor:
    """Return the features (m, 8) as the decoders take them."""
    std, mean = (
        torch.tensor(values, device=features.device)[None] for values in (normalization.std, normalization.mean)
    )
    return features * std + mean
