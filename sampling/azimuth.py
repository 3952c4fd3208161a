"""By how much a body is turned: its predicted occupancy against the views' silhouettes, at 16 yaws."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from sampling.cameras import Cameras
from sampling.errors import BadConditions

CANVAS = 32  # pixels of a figure's height in a comparison, and half its canvas' width


@dataclass(frozen=True, eq=False)
class YawFit:
    """The yaw by which the body is turned about +Z (None: ambiguous), and how well each yaw fits.

    `scores` (yaws,) float32 are intersections over union, mean over views; `lead` is that of the best over the best one
    that lies at least 45° away. A mesh of the body faces -Y after a turn by -yaw.
    """

    yaw_deg: float | None
    yaws_deg: tuple[float, ...]
    scores: Tensor
    lead: float


def fit_yaw(
    occupancy: Tensor, silhouettes: Tensor, cameras: Cameras, *, yaws: int = 16, least_lead: float = 0.03
) -> YawFit:
    """Return the yaw at which `occupancy` (R, R, R) bool, axes x, y, z, shows the views' `silhouettes` (K, h, w) bool.

    Each view's camera is put at its azimuth plus the yaw; outlines are compared at equal height, centred, so the
    cameras' distance and zoom do not matter (perspective is left out). Ambiguous is what leads by less than
    `least_lead`: a body that looks the same from several sides, or one that fits none. Reads back from the device once.

    Raises BadConditions when a silhouette or the body is empty, or the counts differ.
    """
    if len(silhouettes) != len(cameras.azimuths_deg):
        raise BadConditions(f"{len(cameras.azimuths_deg)} cameras need as many silhouettes, got {len(silhouettes)}")
    points = torch.nonzero(occupancy).to(torch.float32)
    if not len(points):
        raise BadConditions("the predicted body is empty: no yaw can be found")
    shown = torch.stack([_outline(silhouette) for silhouette in silhouettes])
    angles = tuple(360.0 * k / yaws for k in range(yaws))
    scores = torch.stack([_overlap(_project(points, cameras, angle), shown) for angle in angles])
    ranked = scores.tolist()
    best = max(range(yaws), key=ranked.__getitem__)
    rivals = [score for k, score in enumerate(ranked) if min((k - best) % yaws, (best - k) % yaws) * 360 >= 45 * yaws]
    lead = ranked[best] - max(rivals, default=0.0)
    return YawFit(angles[best] if lead >= least_lead else None, angles, scores, lead)


def _project(points: Tensor, cameras: Cameras, yaw_deg: float) -> Tensor:
    """Return the outline of cells (M, 3) from each camera, (K, CANVAS, 2·CANVAS) bool."""
    towards = cameras.directions(yaw_deg, points.device)  # (K, 3)
    level = torch.hypot(towards[:, 0], towards[:, 1]).clamp_min(1e-6)
    right = torch.stack([-towards[:, 1] / level, towards[:, 0] / level, torch.zeros_like(level)], dim=1)
    up = torch.linalg.cross(towards, right)
    across, height = right @ points.T, up @ points.T  # (K, M)
    top, bottom = height.amax(dim=1, keepdim=True), height.amin(dim=1, keepdim=True)
    middle = (across.amax(dim=1, keepdim=True) + across.amin(dim=1, keepdim=True)) / 2
    pixels = (CANVAS - 1) / (top - bottom).clamp_min(1.0)
    row = ((top - height) * pixels).round().long()
    column = ((across - middle) * pixels + CANVAS - 0.5).round().long().clamp(0, 2 * CANVAS - 1)
    image = torch.zeros(len(towards), CANVAS * 2 * CANVAS, device=points.device)
    image.scatter_(1, row * (2 * CANVAS) + column, 1.0)
    image = image.reshape(-1, 1, CANVAS, 2 * CANVAS)
    padded = F.pad(image, (2, 2, 2, 2))
    closed = -F.max_pool2d(
        -F.max_pool2d(padded, 3, stride=1), 3, stride=1
    )  # cells further apart than pixels leave holes
    return closed[:, 0] > 0.5


def _outline(silhouette: Tensor) -> Tensor:
    """Return a silhouette (h, w) at the height of the canvas, centred, (CANVAS, 2·CANVAS) bool."""
    rows, columns = torch.nonzero(silhouette.any(dim=1))[:, 0], torch.nonzero(silhouette.any(dim=0))[:, 0]
    if not len(rows):
        raise BadConditions("a view's silhouette is empty: cut its subject out first")
    top, bottom, left, right = (int(value) for value in (rows[0], rows[-1], columns[0], columns[-1]))
    cut = silhouette[top : bottom + 1, left : right + 1].to(torch.float32)
    width = min(2 * CANVAS, max(1, round(cut.shape[1] * CANVAS / cut.shape[0])))
    small = F.interpolate(cut[None, None], size=(CANVAS, width), mode="area")[0, 0] > 0.5
    left_pad = (2 * CANVAS - width) // 2
    return F.pad(small, (left_pad, 2 * CANVAS - width - left_pad))


def _overlap(seen: Tensor, shown: Tensor) -> Tensor:
    """Return the intersection over union of outlines (K, h, w) bool, mean over views."""
    both, either = (seen & shown).sum(dim=(1, 2)), (seen | shown).sum(dim=(1, 2))
    return (both / either.clamp_min(1)).mean()
