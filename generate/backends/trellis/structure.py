"""The structure stage: which of 64³ voxels the body's surface passes through."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from generate.backends.trellis.acceleration import Pass


def structure_pass(model: Any) -> Pass:
    """Return the structure model's pass: (1, 8, 16, 16, 16) at times (1,) for tokens (1, l, 1024)."""

    def forward(x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
        velocity: Tensor = model(x, t, cond.expand(len(x), -1, -1))
        return velocity

    return forward


def occupied_by(decoder: Any, latent: Tensor) -> Tensor:
    """Return where the body's surface is, (n, 64, 64, 64) bool."""
    return torch.as_tensor(decoder(latent)[:, 0] > 0)


def voxels(occupied: Tensor) -> Tensor:
    """Return the (m, 4) int32 coordinates (sample, x, y, z) of occupied voxels, sorted."""
    return torch.argwhere(occupied).int()
