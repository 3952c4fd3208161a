"""Soft edges from a hard mask, and edge colours without the background in them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

EDGE_PX = 2
"""Half-width of the band in which coverage is estimated."""

REACH_PX = 8.0
"""How far away the colours that make up an edge pixel may be looked for."""

MIN_WEIGHT = 0.01
"""Share of an edge pixel's surroundings that must be inside before their colour replaces its own."""


def soft_alpha(rgb: NDArray[np.uint8], subject: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return (h, w) uint8 coverage: how far each edge pixel is on the way from background to subject colour.

    The two colours are those of the nearest pixels surely inside and surely outside (alpha by projection on the
    line between them, the linear compositing equation C = aF + (1 - a)B).
    """
    inside, outside = _eroded(subject, EDGE_PX), _eroded(~subject, EDGE_PX)
    alpha = subject.astype(np.float32)
    band = ~inside & ~outside
    if not inside.any() or not outside.any() or not band.any():
        return np.asarray(subject * np.uint8(255), dtype=np.uint8)
    front, front_px = _nearest_colour(rgb, inside)
    back, back_px = _nearest_colour(rgb, outside)
    axis = front - back
    length = np.maximum((axis**2).sum(axis=2), 1.0)
    mixed = np.clip(((rgb.astype(np.float32) - back) * axis).sum(axis=2) / length, 0.0, 1.0)
    known = band & (length > 30.0**2) & (front_px <= REACH_PX) & (back_px <= REACH_PX)
    alpha[known] = mixed[known]
    return np.asarray(np.rint(alpha * 255.0), dtype=np.uint8)


def decontaminate(rgba: NDArray[np.uint8], edge_px: int = EDGE_PX) -> NDArray[np.uint8]:
    """Return the (h, w, 4) picture with its outermost `edge_px` in the colours of the pixels surely inside.

    Pixels with no coverage become black; parts too thin to have an inside keep their own colour.
    """
    core = _eroded(rgba[..., 3] >= 250, edge_px)
    weight = cv2.GaussianBlur(core.astype(np.float32), (0, 0), edge_px + 1.0)
    colour = cv2.GaussianBlur(rgba[..., :3] * core[..., None].astype(np.float32), (0, 0), edge_px + 1.0)
    edge = (rgba[..., 3] > 0) & ~core & (weight >= MIN_WEIGHT)
    clean = rgba.copy()
    clean[edge, :3] = np.rint(colour[edge] / weight[edge][:, None]).astype(np.uint8)
    clean[clean[..., 3] == 0] = 0
    return clean


def _nearest_colour(
    rgb: NDArray[np.uint8], source: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the colour (h, w, 3) of each pixel's nearest source pixel, and the distance (h, w) to it in pixels."""
    distance, labels = cv2.distanceTransformWithLabels(
        (~source).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    palette = np.zeros((int(labels.max()) + 1, 3), dtype=np.float32)
    palette[labels[source]] = rgb[source]
    return palette[labels], np.asarray(distance, dtype=np.float32)


def _eroded(mask: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * pixels + 1, 2 * pixels + 1))
    return np.asarray(cv2.erode(mask.astype(np.uint8), kernel).astype(bool))
