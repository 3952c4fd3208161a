"""The border of a picture: where the background is if it is anywhere."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def border_strip(shape: tuple[int, ...], share: float = 0.04) -> NDArray[np.bool_]:
    """Return (h, w) bool: a frame as wide as `share` of the shorter side, at least 3 px."""
    height, width = shape[:2]
    frame = max(3, round(share * min(height, width)))
    strip = np.ones((height, width), dtype=bool)
    strip[frame:-frame, frame:-frame] = False
    return strip


def reaching_border(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the part of an (h, w) mask that is connected (by edges) with the border of the picture."""
    labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)[1]
    reached = np.zeros(int(labels.max()) + 1, dtype=bool)
    for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        reached[side] = True
    reached[0] = False
    return np.asarray(reached[labels])
