"""Which way a body faces: its voxels against the outlines of the views."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pad

from generate.views import Views
from sampling.azimuth import fit_yaw
from sampling.cameras import Cameras


@dataclass(frozen=True)
class Facing:
    """By how many degrees a body is turned about Z, how sure that is, and how well its outlines fit there (0..1)."""

    yaw_deg: float
    is_sure: bool
    agreement: float

    @property
    def sure_yaw_deg(self) -> float | None:
        """The yaw, None where the outlines fit another one about as well."""
        return self.yaw_deg if self.is_sure else None


def face(occupied: Tensor, views: Views) -> Facing:
    """Return how the body in `occupied` (r, r, r) bool is turned. An empty one fits no view."""
    if not bool(occupied.any()):
        return Facing(0.0, False, 0.0)
    cameras = Cameras(
        tuple(view.azimuth_deg for view in views.items), tuple(view.elevation_deg for view in views.items)
    )
    fit = fit_yaw(occupied, _silhouettes(views).to(occupied.device), cameras)
    best = int(fit.scores.argmax())
    return Facing(fit.yaws_deg[best], fit.yaw_deg is not None, float(fit.scores[best]))


def _silhouettes(views: Views) -> Tensor:
    """Return the views' masks (k, h, w) bool on canvases of one size."""
    masks = [torch.from_numpy(view.mask.copy()) for view in views.items]
    height, width = (max(mask.shape[axis] for mask in masks) for axis in (0, 1))
    return torch.stack([pad(mask, (0, width - mask.shape[1], 0, height - mask.shape[0])) for mask in masks])
