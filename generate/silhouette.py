"""Silhouettes brought to one scale, and how far two of them agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from generate.errors import UnusableView
from generate.views import View

MARGIN = 0.02
"""Free columns left and right of a subject on its default canvas, as a share of its height."""


WIDEST = 12.0
"""Width against height up to which a silhouette is a subject and not a line; it bounds the canvas."""


def standardise(view: View, height_px: int, width_px: int | None = None) -> View:
    """Return the view with its subject exactly `height_px` rows tall, centred on a (height_px, width_px, 4) canvas.

    Resampled with an area filter in premultiplied alpha, so soft edges stay soft and no background colour bleeds in.
    `width_px` defaults to the subject's width with a small margin, rounded up to an even number.
    Raises `UnusableView` where the view holds no subject or a mere line, ValueError where it is wider than the canvas.
    """
    if not view.mask.any():
        raise UnusableView(f"the {view.name or 'given'} view holds no subject; give a picture that shows it")
    top, bottom, left, right = subject_box(view.mask)
    if right - left > WIDEST * (bottom - top):
        raise UnusableView(
            f"the {view.name or 'given'} view is {(right - left) / (bottom - top):.0f} times as wide as tall, "
            f"over the limit of {WIDEST:.0f}; give a picture of the whole subject"
        )
    scaled = _scale_to_height(_premultiplied(view.image), height_px)
    left, right = _span(np.any(scaled[..., 3] >= HALF, axis=0))
    width = width_px if width_px is not None else _even(right - left + 2 * max(2, round(MARGIN * height_px)))
    if right - left > width:
        raise ValueError(f"a subject {right - left} px wide does not fit a canvas of {width} px")
    canvas = _place(scaled, width, start=(width - scaled.shape[1]) // 2)
    return replace(view, image=_straight(canvas))


def silhouette_iou(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    """Return the intersection over union of two (h, w) bool masks of one shape; 1 for two empty ones."""
    union = np.count_nonzero(a | b)
    return float(np.count_nonzero(a & b) / union) if union else 1.0


def best_shift(a: NDArray[np.bool_], b: NDArray[np.bool_], max_shift_px: int) -> tuple[int, float]:
    """Return by how many columns to move `b` to the right so that it fits `a` best, and the IoU there.

    Masks are (h, w) bool of one shape, on a canvas without end: nothing is lost at its sides. Of equal fits the
    smallest move wins.
    """
    shifts = np.array(sorted(range(-max_shift_px, max_shift_px + 1), key=abs))
    length = next_fast_len(a.shape[1] + max_shift_px, real=True)  # lags beyond the shifts may wrap round
    first, second = (rfft(mask.astype(np.float32), length, axis=1) for mask in (a, b))
    spectrum = np.einsum("ij,ij->j", first, second.conj())
    common = np.rint(irfft(spectrum, length).astype(float))[shifts]  # pixels shared at each shift: correlation theorem
    union = np.count_nonzero(a) + np.count_nonzero(b) - common
    ious = np.divide(common, union, out=np.ones_like(union), where=union > 0)
    best = int(np.argmax(ious))
    return int(shifts[best]), float(ious[best])


def shifted(mask: NDArray[np.bool_], columns: int) -> NDArray[np.bool_]:
    """Return the (h, w) mask moved to the right by `columns` (left where negative), empty where nothing moved in."""
    moved = np.zeros_like(mask)
    if abs(columns) < mask.shape[1]:
        source = slice(max(0, -columns), mask.shape[1] - max(0, columns))
        target = slice(max(0, columns), mask.shape[1] - max(0, -columns))
        moved[:, target] = mask[:, source]
    return moved


def mirrored(view: View) -> View:
    """Return the view with its picture turned over left to right; the direction it is taken from stays."""
    return replace(view, image=np.ascontiguousarray(view.image[:, ::-1]))


def subject_box(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Return (top, bottom, left, right) of a non-empty (h, w) mask, half open, in pixels."""
    return (*_span(np.any(mask, axis=1)), *_span(np.any(mask, axis=0)))


HALF = 127.5 / 255.0
"""Coverage from which a pixel counts as subject once it is rounded to 8 bits: `View.mask` asks for 128."""


def _premultiplied(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    scaled = image.astype(np.float32) / 255.0
    scaled[..., :3] *= scaled[..., 3:]
    return scaled


def _straight(premultiplied: NDArray[np.float32]) -> NDArray[np.uint8]:
    alpha = premultiplied[..., 3:]
    rgb = np.divide(premultiplied[..., :3], alpha, out=np.zeros_like(premultiplied[..., :3]), where=alpha > 0.5 / 255)
    rgba = np.clip(np.concatenate([rgb, alpha], axis=2), 0.0, 1.0)
    return np.asarray(np.rint(rgba * 255.0), dtype=np.uint8)


def _scale_to_height(image: NDArray[np.float32], height_px: int) -> NDArray[np.float32]:
    """Return (height_px, w, 4) with subject in the first and the last row.

    A thin tip fades when it is averaged over a larger pixel, so the box is tightened until both end rows hold.
    """
    top, bottom = (float(row) for row in _span(np.any(image[..., 3] >= HALF, axis=1)))
    for _ in range(8):
        scaled = _resample_rows(image, top, bottom, height_px)
        inside = np.any(scaled[..., 3] >= HALF, axis=1)
        if not inside.any():
            raise UnusableView(f"the subject is too thin to be seen at a height of {height_px} px")
        first, last = _span(inside)
        if first == 0 and last == height_px:
            return scaled
        step = (bottom - top) / height_px
        top, bottom = top + first * step, bottom - (height_px - last) * step
    return scaled


def _resample_rows(image: NDArray[np.float32], top: float, bottom: float, height_px: int) -> NDArray[np.float32]:
    """Return rows `top` to `bottom` of the (h, w, 4) image at `height_px` rows, columns scaled alike.

    The subject's middle becomes the middle between two columns, so that a mirrored picture gives the mirrored result.
    """
    from PIL import Image

    step = (bottom - top) / height_px
    first, last = _span(np.any(image[..., 3] >= HALF, axis=0))
    middle = (first + last) / 2.0
    half_px = int(np.ceil(max(middle, image.shape[1] - middle) / step))
    padding = int(np.ceil(half_px * step - min(middle, image.shape[1] - middle))) + 1
    padded = np.pad(image, ((0, 0), (padding, padding), (0, 0)))
    box = (padding + middle - half_px * step, top, padding + middle + half_px * step, bottom)
    bands = [Image.fromarray(np.ascontiguousarray(padded[..., band])) for band in range(4)]
    scaled = [np.asarray(band.resize((2 * half_px, height_px), Image.Resampling.HAMMING, box)) for band in bands]
    return np.asarray(np.clip(np.stack(scaled, axis=2), 0.0, 1.0), dtype=np.float32)


def _place(image: NDArray[np.float32], width: int, start: int) -> NDArray[np.float32]:
    """Return a (h, width, 4) canvas with the image's first column at column `start`; the rest is cut off."""
    canvas = np.zeros((image.shape[0], width, 4), dtype=np.float32)
    left, right = max(0, start), min(width, start + image.shape[1])
    canvas[:, left:right] = image[:, left - start : right - start]
    return canvas


def _span(occupied: NDArray[np.bool_] | np.bool_) -> tuple[int, int]:
    indices = np.flatnonzero(occupied)
    return int(indices[0]), int(indices[-1]) + 1


def _even(number: int) -> int:
    return number + number % 2
