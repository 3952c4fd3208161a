"""How far two opposite silhouettes agree, and where they do not.

Seen level from opposite sides, one subject throws mirror images. Drawn views keep to that only roughly, so the second
silhouette may be moved sideways and be a little wider or narrower before the two are compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from generate.silhouette import best_shift, shifted, silhouette_iou, standardise
from generate.views import View

HEIGHT_PX = 256
MAX_SHIFT = 0.3
"""Sideways move that is tried, as a share of the height."""

WIDTH_SCALES = tuple(np.linspace(0.9, 1.1, 11))


@dataclass(frozen=True, eq=False)
class Place:
    """A region that one of two aligned silhouettes has and the other has not; shares are of the subject's height.

    `low` and `high` count from the ground; `left` and `right` are shares of the trusted silhouette's width, counted
    from the left of its picture; `thickness` is the diameter of the largest disc that fits in.
    """

    only_in_trusted: bool
    thickness: float
    width: float
    low: float
    high: float
    left: float
    right: float
    area: float


@dataclass(frozen=True, eq=False)
class Agreement:
    """Two silhouettes (h, w) bool in the trusted picture's frame, aligned; the other one is mirrored into it."""

    trusted: NDArray[np.bool_]
    other: NDArray[np.bool_]

    @cached_property
    def iou(self) -> float:
        """Return the intersection over union of the aligned silhouettes."""
        return silhouette_iou(self.trusted, self.other)


def agree(trusted: View, other: View) -> Agreement:
    """Return the best alignment of a view with the mirror image of the opposite one, over shift and width."""
    target = _silhouette(trusted)
    return _best_fit(target, _silhouette(other)[:, ::-1])


def symmetry(view: View) -> float:
    """Return the IoU of a silhouette with its own mirror image, at the best shift: 1 is symmetric."""
    silhouette = _silhouette(view)
    return _best_fit(silhouette, silhouette[:, ::-1], scales=(1.0,)).iou


def places_of_difference(agreement: Agreement, min_thickness: float) -> list[Place]:
    """Return where the silhouettes differ by more than `min_thickness` (a share of the height), largest area first."""
    places = []
    for only_in_trusted in (True, False):
        a, b = agreement.trusted, agreement.other
        difference = a & ~b if only_in_trusted else b & ~a
        places += _places(difference, agreement.trusted, only_in_trusted, min_thickness)
    return sorted(places, key=lambda place: -place.area)


def _silhouette(view: View) -> NDArray[np.bool_]:
    return standardise(view, HEIGHT_PX).mask


def _best_fit(
    target: NDArray[np.bool_], other: NDArray[np.bool_], scales: tuple[float, ...] = WIDTH_SCALES
) -> Agreement:
    max_shift_px = round(MAX_SHIFT * HEIGHT_PX)
    width = int(1.1 * max(target.shape[1], other.shape[1])) + 2 * max_shift_px + 2
    fixed = _centred(target, width)
    fits = []
    for scale in scales:
        candidate = _centred(_widened(other, scale), width)
        shift, iou = best_shift(fixed, candidate, max_shift_px)
        fits.append((iou, -abs(scale - 1.0), shift, candidate))
    _, _, shift, candidate = max(fits, key=lambda fit: fit[:2])
    return Agreement(fixed, shifted(candidate, shift))


def _widened(mask: NDArray[np.bool_], scale: float) -> NDArray[np.bool_]:
    if scale == 1.0:
        return mask
    size = (max(1, round(mask.shape[1] * scale)), mask.shape[0])
    return np.asarray(cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) >= 0.5)


def _centred(mask: NDArray[np.bool_], width: int) -> NDArray[np.bool_]:
    canvas = np.zeros((mask.shape[0], width), dtype=bool)
    start = (width - mask.shape[1]) // 2
    canvas[:, start : start + mask.shape[1]] = mask
    return canvas


def _places(
    difference: NDArray[np.bool_], trusted: NDArray[np.bool_], only_in_trusted: bool, min_thickness: float
) -> list[Place]:
    height = difference.shape[0]
    side = max(3, 2 * (round(min_thickness * height) // 2) + 1)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    padded = np.pad(difference, 1).astype(np.uint8)
    depth_px = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    thick = cv2.morphologyEx(padded, cv2.MORPH_OPEN, disc)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(thick, connectivity=8)
    columns = np.flatnonzero(trusted.any(axis=0))
    first, across = int(columns[0]), int(np.ptp(columns)) + 1
    places = []
    for label in range(1, count):
        x, y, w, h, area = (int(value) for value in stats[label])
        thickness = (2.0 * float(depth_px[labels == label].max()) - 1.0) / height
        if thickness > min_thickness:
            rows = (1.0 - (y - 1 + h) / height, 1.0 - (y - 1) / height)
            sides = ((x - 1 - first) / across, (x - 1 + w - first) / across)
            share = area / np.count_nonzero(trusted)
            places.append(Place(only_in_trusted, thickness, w / height, *rows, *sides, share))
    return places
