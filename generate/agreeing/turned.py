"""Whether two opposite silhouettes differ as they do when one was taken from another side, and by about how much.

A turn moves both outlines, by other amounts at other heights, and leaves every feature at its height. A limb that
moved makes one region on each side; a figure that crouches moves features up and down; one that leans shears. So a
difference is put down to a turn where none of these explains it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from generate.agreeing.agreement import Agreement
from generate.silhouette import best_shift, silhouette_iou

TOLERANCE = 0.016
"""Distance, as a share of the height, within which two outlines agree."""

MIN_SHARE = 0.016
"""Share of the silhouettes' union beyond the tolerance from which two of them differ."""

MIN_ROWS = 0.33
"""Share of the rows that must differ: a turn is seen from head to foot."""

MIN_REST = 0.06
"""Share of the difference that must remain without the largest region of either side."""

CROUCH_GAIN, LEAN_GAIN = 0.08, 0.115
"""Rise of the IoU from which a crouch or a lean explains the difference."""

MIN_MOVED = 0.016
"""Displacement of the outlines, as a share of the height, from which a turn is named without a view from beside."""

MAX_SHIFT = 0.3


@dataclass(frozen=True)
class Difference:
    """How two silhouettes differ beyond the tolerance, and what would explain it.

    `share` is the differing area against the union; `rest` what is left of it, as a share, without the largest
    region that only the one has and the largest that only the other has; `rows` the share of rows that differ.
    `crouch_gain` and `lean_gain` are rises of the IoU; `moved` is the outlines' 90th percentile of displacement.
    """

    share: float
    rest: float
    rows: float
    crouch_gain: float
    lean_gain: float
    moved: float

    @property
    def is_crouch(self) -> bool:
        """Return whether a crouch explains it."""
        return self.crouch_gain >= CROUCH_GAIN

    @property
    def is_turn(self) -> bool:
        """Return whether a turn is the likeliest cause."""
        seen = self.share >= MIN_SHARE and self.rows >= MIN_ROWS and self.moved >= MIN_MOVED
        return seen and self.rest >= MIN_REST and not self.is_crouch and self.lean_gain < LEAN_GAIN


def difference_of(agreement: Agreement) -> Difference:
    """Return how two aligned silhouettes differ."""
    a, b = _trimmed(agreement.trusted, agreement.other)
    first, second = a & ~_widened(b), b & ~_widened(a)
    area = float(np.count_nonzero(first | second))
    rest = area - _largest(first) - _largest(second)
    rows = float((first | second).any(axis=1).mean())
    crouch, lean = (max(_iou_at_best(a, other) for other in others) for others in (_bent(b), _sheared(b)))
    share, iou = area / np.count_nonzero(a | b), silhouette_iou(a, b)
    return Difference(share, rest / max(1.0, area), rows, crouch - iou, lean - iou, _moved(a, b))


def _trimmed(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return both masks on a canvas with room for every shift that is tried."""
    room = round(MAX_SHIFT * len(a))
    columns = np.flatnonzero((a | b).any(axis=0))
    span = slice(columns[0], columns[-1] + 1)
    return np.pad(a[:, span], ((0, 0), (room, room))), np.pad(b[:, span], ((0, 0), (room, room)))


def _widened(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    side = 2 * round(TOLERANCE * len(mask)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return cv2.dilate(mask.astype(np.uint8), disc).astype(bool)


def _largest(mask: NDArray[np.bool_]) -> int:
    stats = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)[2]
    return int(stats[1:, cv2.CC_STAT_AREA].max(initial=0))


def _moved(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    """Return the 90th percentile, over rows and both sides, of how far the outline moved, as a share of the height."""
    rows = a.any(axis=1) & b.any(axis=1)
    left = np.argmax(a[rows], axis=1) - np.argmax(b[rows], axis=1)
    right = np.argmax(a[rows, ::-1], axis=1) - np.argmax(b[rows, ::-1], axis=1)
    return float(np.percentile(np.abs(np.concatenate([left, right])), 90)) / len(a) if rows.any() else 0.0


def _iou_at_best(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    return best_shift(a, b, round(MAX_SHIFT * len(a)))[1]


def _bent(mask: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """Return the silhouette with its lower half taller or shorter against the upper one."""
    height = np.arange(len(mask)) / len(mask)
    sources = [
        np.where(height < knee, height / knee * 0.5, 0.5 + (height - knee) / (1.0 - knee) * 0.5)
        for knee in (0.35, 0.4, 0.45, 0.55, 0.6, 0.65)
    ]
    return [mask[(source * len(mask)).astype(int)] for source in sources]


def _sheared(mask: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """Return the silhouette with its upper part leaning to either side."""
    height = 1.0 - np.arange(len(mask)) / len(mask)
    sheared = []
    for waist in (0.3, 0.4, 0.5):
        for slope in np.tan(np.radians((-30.0, -22.0, -15.0, 15.0, 22.0, 30.0))):
            shifts = np.rint(np.clip(height - waist, 0.0, None) * slope * len(mask)).astype(int)
            columns = (np.arange(mask.shape[1])[None, :] - shifts[:, None]) % mask.shape[1]
            sheared.append(np.take_along_axis(mask, columns, axis=1))
    return sheared
