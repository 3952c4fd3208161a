"""Connected regions on a grid, labelled without leaving the device."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor


def label_regions(mask: Tensor) -> Tensor:
    """Return labels (N, 1, R, R, R) float32 of a bool mask of that shape: equal within a region, 0 outside.

    Neighbours share a face, edge or corner. Labels spread one cell a round for 2·R rounds (a fixed number, so that
    nothing waits for the device): a region that winds further than that is cut, and its parts decide for themselves.
    """
    side = mask.shape[-1]
    inside = mask.to(torch.float32)
    numbers = torch.arange(1, mask[0].numel() + 1, dtype=torch.float32, device=mask.device).reshape(mask[:1].shape)
    labels = numbers * inside
    for _ in range(2 * side):
        labels = F.max_pool3d(labels, 3, stride=1, padding=1) * inside
    return labels


def spread_labels(labels: Tensor) -> Tensor:
    """Return `labels` with every 0 taking the label of the nearest region (by the larger axis distance)."""
    for _ in range(labels.shape[-1]):
        labels = torch.where(labels > 0, labels, F.max_pool3d(labels, 3, stride=1, padding=1))
    return labels
