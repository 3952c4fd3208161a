"""Plain and softly graded backdrops, and the shadow a subject throws on them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from generate.cutting.border import border_strip, reaching_border

MAX_NOISE = 8.0
"""Standard deviation (0–255) along the border up to which a backdrop counts as plain."""

MIN_INLIERS = 0.6
"""Share of the border that must show the backdrop; the rest may be a cropped subject."""

STEEPEST = 0.02
"""Share of the backdrop's brightness by which a shadow may change from one pixel to the next."""

ABOUT_FEET = 0.7
"""Height from the top, as a share of the subject's, under which a shadow on the ground may lie."""

GRABCUT_PX = 700
"""Longer side, in pixels, at which uncertain regions are decided."""


@dataclass(frozen=True, eq=False)
class Backdrop:
    """A backdrop's colour at every pixel, (h, w, 3) float32 in 0–255, and its noise (standard deviation)."""

    colour: NDArray[np.float32]
    noise: float


def find_backdrop(rgb: NDArray[np.uint8]) -> Backdrop | None:
    """Return the backdrop of an (h, w, 3) picture, or None where its border is too busy for one.

    A quadratic in x and y for each channel, fitted to the border by trimmed least squares, covers flat colours,
    gradients and vignettes.
    """
    strip = border_strip(rgb.shape)
    terms, values = _terms(rgb.shape)[strip], rgb[strip].astype(np.float64)
    fitting = np.abs(values - np.median(values, axis=0)).max(axis=1) <= 60.0
    for _ in range(8):
        if fitting.mean() < MIN_INLIERS:
            return None
        coefficients = np.linalg.lstsq(terms[fitting], values[fitting], rcond=None)[0]
        off = np.abs(values - terms @ coefficients).max(axis=1)
        fitting = off <= max(6.0, 3.0 * 1.4826 * float(np.median(off)))
    noise = float(np.sqrt(np.mean(off[fitting] ** 2)))
    if noise > MAX_NOISE or fitting.mean() < MIN_INLIERS:
        return None
    return Backdrop((_terms(rgb.shape) @ coefficients).astype(np.float32), noise)


def backdrop_background(rgb: NDArray[np.uint8], backdrop: Backdrop) -> NDArray[np.bool_]:
    """Return (h, w) bool: the backdrop round the subject and in enclosed pockets, and the shadow on it.

    What is neither clearly backdrop nor clearly subject is decided by GrabCut (Rother, Kolmogorov, Blake 2004).
    """
    difference = np.abs(rgb.astype(np.float32) - backdrop.colour).max(axis=2)
    tolerance = max(6.0, 4.0 * backdrop.noise)
    like = difference <= tolerance
    outside: NDArray[np.bool_] = reaching_border(like)
    outside = reaching_border(like | outside | _shadow(rgb, backdrop, outside))
    outside |= _pockets(like & ~outside, difference, backdrop)
    uncertain = ~outside & (difference <= 3.0 * tolerance) & _near(outside, 0.02)
    return np.asarray(outside | (uncertain & ~grabcut(rgb, outside, uncertain)))


def grabcut(rgb: NDArray[np.uint8], outside: NDArray[np.bool_], uncertain: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (h, w) bool: the subject by GrabCut, given what is surely outside and what is uncertain."""
    labels = np.where(outside, cv2.GC_BGD, np.where(uncertain, cv2.GC_PR_FGD, cv2.GC_FGD)).astype(np.uint8)
    scale = min(1.0, GRABCUT_PX / max(rgb.shape[:2]))
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    mask = cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST)
    if not ((mask == cv2.GC_BGD).any() and (mask != cv2.GC_BGD).any()):
        return ~outside
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(np.ascontiguousarray(small[..., ::-1]), mask, (0, 0, 0, 0), *models, 3, cv2.GC_INIT_WITH_MASK)
    subject = np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)
    return np.asarray(cv2.resize(subject, rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR) >= 0.5)


def _terms(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return (h, w, 6): 1, x, y, x², xy, y² with x and y from -1 to 1."""
    y, x = np.meshgrid(np.linspace(-1, 1, shape[0]), np.linspace(-1, 1, shape[1]), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=2)


def _shadow(rgb: NDArray[np.uint8], backdrop: Backdrop, outside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return what is reached from the backdrop without crossing an edge and is the backdrop's colour, darkened.

    A shadow scales the backdrop's colour by one factor, fades in without an edge, and lies about the feet.
    """
    ratio = (cv2.GaussianBlur(rgb, (0, 0), 1.0).astype(np.float32) + 1.0) / (backdrop.colour + 1.0)
    darkened = (ratio.min(axis=2) >= 0.25) & (ratio.max(axis=2) <= 1.02) & (np.ptp(ratio, axis=2) <= 0.08)
    smooth = _steepness(rgb) <= STEEPEST * backdrop.colour.max(axis=2) + 2.0 * backdrop.noise
    rows = np.flatnonzero(~outside.all(axis=1))
    if not len(rows):
        return np.zeros_like(outside)
    low = np.arange(rgb.shape[0])[:, None] >= rows[0] + ABOUT_FEET * (rows[-1] - rows[0])
    reached = reaching_border(outside | (darkened & smooth & low))
    return np.asarray(_closed(reached) & (darkened | outside) & low & ~outside)


def _steepness(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the luminance's gradient, (h, w), in levels a pixel."""
    grey = cv2.GaussianBlur(rgb.mean(axis=2).astype(np.float32), (0, 0), 1.0)
    return np.asarray(np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)) / 8.0)


def _closed(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), dtype=np.uint8)).astype(bool)


def _near(mask: NDArray[np.bool_], share: float) -> NDArray[np.bool_]:
    """Return what lies within `share` of the picture's longer side of the mask."""
    distance = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 3)
    return np.asarray(distance <= share * max(mask.shape))


def _pockets(
    inside: NDArray[np.bool_], difference: NDArray[np.float32], backdrop: Backdrop, min_share: float = 0.002
) -> NDArray[np.bool_]:
    """Return enclosed patches that match the backdrop as closely as the backdrop matches itself."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inside.astype(np.uint8), connectivity=4)
    sums = np.bincount(labels.ravel(), weights=difference.ravel(), minlength=count)
    mean = sums / np.maximum(stats[:, cv2.CC_STAT_AREA], 1)
    pockets = (stats[:, cv2.CC_STAT_AREA] >= min_share * inside.size) & (mean <= max(1.5, 1.5 * backdrop.noise))
    pockets[0] = False
    return np.asarray(pockets[labels])
