"""The grey-and-white checkerboard that image services paint where they mean "transparent".

Two levels that fill the border of the picture and alternate with one period in both directions make a checkerboard.
Local strength and phase come from demodulating the picture at the pattern's two diagonal frequencies (fundamentals of a
product of two square waves, each 4/π² of its amplitude), so a pattern that drifts, as painted ones do, still counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from generate.cutting.border import border_strip, reaching_border

FUNDAMENTAL = 4.0 / np.pi**2
MIN_STRENGTH = 0.45
"""Median demodulated strength (1 for an ideal pattern) along the border from which two levels are a checkerboard."""

HALO_PX = 3
"""Width of the white line that sharpening leaves between subject and pattern."""

WEAK = 0.35
"""Local strength under which a wide patch in the pattern's colours belongs to the subject."""


@dataclass(frozen=True, eq=False)
class Checkerboard:
    """Two colours (3,) float64 in 0–255, and the side of a cell in pixels; frequencies are cycles a pixel."""

    dark: NDArray[np.float64]
    light: NDArray[np.float64]
    cell_px: float
    frequency_x: float
    frequency_y: float


def find_checkerboard(rgb: NDArray[np.uint8]) -> Checkerboard | None:
    """Return the checkerboard painted round the subject of an (h, w, 3) picture, or None where there is none."""
    levels = _two_levels(rgb)
    if levels is None:
        return None
    dark, light = levels
    frequency = _fundamental(_signs(rgb, dark, light))
    if frequency is None:
        return None
    board = Checkerboard(dark, light, 0.5 / float(np.mean(np.abs(frequency))), *frequency)
    compatible = compatible_with(rgb, board)
    strength = _strength(*_demodulate(rgb, board, compatible, 0.75 * board.cell_px))
    strip = border_strip(compatible.shape) & compatible
    return board if np.median(strength[strip]) >= MIN_STRENGTH else None


def compatible_with(rgb: NDArray[np.uint8], board: Checkerboard) -> NDArray[np.bool_]:
    """Return (h, w) bool: pixels whose colour is one of the two levels, or a mixture as on the cells' edges.

    The white halo that sharpening leaves round a subject counts too where it touches the pattern.
    """
    pattern = _near_segment(rgb, board.dark, board.light)
    lighter = _near_segment(rgb, board.light, np.full(3, 256.0), tolerance=25.0) & ~pattern
    wide = _dilated(_wide_patches(lighter, HALO_PX), HALO_PX)
    return np.asarray(pattern | (lighter & ~wide & _dilated(pattern, 2 * HALO_PX)))


def checkerboard_background(rgb: NDArray[np.uint8], board: Checkerboard) -> NDArray[np.bool_]:
    """Return (h, w) bool: the pattern round the subject and in the pockets that the subject encloses.

    White and grey parts of the subject stay: a wide patch without the pattern is no background, and a pocket counts
    only where it shows both levels in step with the pattern outside.
    """
    compatible = compatible_with(rgb, board)
    outside = reaching_border(_patterned(rgb, board, reaching_border(compatible)))
    inside = _patterned(rgb, board, compatible & ~outside)
    return outside | _pockets(rgb, board, inside, outside)


def _patterned(rgb: NDArray[np.uint8], board: Checkerboard, where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return `where` without its wide patches of one level."""
    strength = _strength(*_demodulate(rgb, board, where, 0.75 * board.cell_px))
    weak = where & (strength < WEAK)
    patches = _wide_patches(weak, 0.75 * board.cell_px)
    return where & ~(weak & _dilated(patches, round(0.4 * board.cell_px)))


def _two_levels(rgb: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return the two colours that fill most of the border, darker first."""
    colours = rgb[border_strip(rgb.shape[:2])].astype(np.float64)
    luminance = colours.mean(axis=1)
    counts = np.histogram(luminance, bins=np.arange(257))[0].astype(np.float64)
    counts = cv2.GaussianBlur(counts[None], (0, 0), 1.5)[0]
    first = int(np.argmax(counts))
    elsewhere = np.abs(np.arange(256) - first) > 5
    second = int(np.argmax(np.where(elsewhere & _is_peak(counts), counts, 0.0)))
    near = [np.abs(luminance - level) <= 4.0 for level in sorted((first, second))]
    shares = [float(members.mean()) for members in near]
    if min(shares) < 0.15 or sum(shares) < 0.5:
        return None
    dark, light = (np.median(colours[members], axis=0) for members in near)
    return dark, light


def _is_peak(counts: NDArray[np.float64]) -> NDArray[np.bool_]:
    padded = np.pad(counts, 1, constant_values=-1.0)
    return (counts >= padded[:-2]) & (counts >= padded[2:])


def _near_segment(
    rgb: NDArray[np.uint8], dark: NDArray[np.float64], light: NDArray[np.float64], tolerance: float = 9.0
) -> NDArray[np.bool_]:
    axis = light - dark
    offset = rgb.astype(np.float32) - dark.astype(np.float32)
    along = np.clip(offset @ (axis / (axis @ axis)).astype(np.float32), 0.0, 1.0)
    return np.asarray(np.abs(offset - along[..., None] * axis.astype(np.float32)).max(axis=2) <= tolerance)


def _signs(rgb: NDArray[np.uint8], dark: NDArray[np.float64], light: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return (h, w) float32: -1 at the dark level, +1 at the light one, 0 where the colour is neither."""
    middle, half = (dark + light) / 2.0, (light - dark) / 2.0
    along = (rgb.astype(np.float32) - middle.astype(np.float32)) @ (half / (half @ half)).astype(np.float32)
    return np.where(_near_segment(rgb, dark, light), np.clip(along, -1.0, 1.0), 0.0).astype(np.float32)


def _fundamental(signs: NDArray[np.float32]) -> tuple[float, float] | None:
    """Return the pattern's (x, y) frequency: the strongest peak of the spectrum near its diagonals."""
    height, width = signs.shape
    spectrum = np.abs(np.fft.rfft2(signs))
    fy, fx = np.abs(np.fft.fftfreq(height))[:, None], np.fft.rfftfreq(width)[None, :]
    slack = 0.06 * (fx + fy) / 2.0 + 1.0 / min(height, width)
    diagonal = (np.abs(fx - fy) <= slack) & (fx + fy >= 2.0 / 128.0) & (fx + fy <= 2.0 / 6.0)
    row, column = np.unravel_index(int(np.argmax(np.where(diagonal, spectrum, 0.0))), spectrum.shape)
    if spectrum[row, column] < 0.1 * FUNDAMENTAL * np.abs(signs).sum():
        return None
    return _refined(signs, float(fx[0, column]), float(fy[row, 0]))


def _refined(signs: NDArray[np.float32], frequency_x: float, frequency_y: float) -> tuple[float, float]:
    """Return the (x, y) frequency of the strongest peak within two bins, to an eighth of a bin.

    The subject's hole in the pattern splits a peak that lies between bins, so that the largest bin is off by one.
    """
    height, width = signs.shape
    bins = np.arange(-16, 17) / 8.0
    fx, fy = frequency_x + bins / width, frequency_y + bins / height
    along_x = signs @ np.exp(-2j * np.pi * np.arange(width)[:, None] * fx).astype(np.complex64)
    along_y = np.exp(-2j * np.pi * fy[:, None] * np.arange(height)).astype(np.complex64)
    power = np.abs(along_y @ along_x) + np.abs(np.conj(along_y) @ along_x)
    row, column = np.unravel_index(int(np.argmax(power)), power.shape)
    return float(fx[column]), float(fy[row])


def _demodulate(
    rgb: NDArray[np.uint8], board: Checkerboard, where: NDArray[np.bool_], sigma_px: float
) -> tuple[NDArray[np.complex64], NDArray[np.complex64]]:
    """Return the local complex amplitudes on the two diagonals, averaged over `where` only."""
    signs = np.where(where, _signs(rgb, board.dark, board.light), 0.0).astype(np.float32)
    weight = np.maximum(_blur(where.astype(np.float32), sigma_px), 1e-3)
    rising, falling = (
        (_blur(signs * carrier.real, sigma_px) - 1j * _blur(signs * carrier.imag, sigma_px)) / weight
        for carrier in _carriers(signs.shape, board)
    )
    return rising.astype(np.complex64), falling.astype(np.complex64)


def _carriers(shape: tuple[int, ...], board: Checkerboard) -> tuple[NDArray[np.complex64], NDArray[np.complex64]]:
    x = np.exp(2j * np.pi * board.frequency_x * np.arange(shape[1])).astype(np.complex64)[None, :]
    y = np.exp(2j * np.pi * board.frequency_y * np.arange(shape[0])).astype(np.complex64)[:, None]
    return x * y, x * np.conj(y)


def _strength(rising: NDArray[np.complex64], falling: NDArray[np.complex64]) -> NDArray[np.float32]:
    return np.asarray((np.abs(rising) + np.abs(falling)) / (2.0 * FUNDAMENTAL), dtype=np.float32)


def _dilated(mask: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    side = 2 * pixels + 1
    return cv2.dilate(mask.astype(np.uint8), np.ones((side, side), dtype=np.uint8)).astype(bool)


def _wide_patches(patches: NDArray[np.bool_], radius_px: float) -> NDArray[np.bool_]:
    """Return the patches that hold a disc of that radius, without their thin outgrowths."""
    side = 2 * max(1, round(radius_px)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return cv2.morphologyEx(patches.astype(np.uint8), cv2.MORPH_OPEN, disc).astype(bool)


def _pockets(
    rgb: NDArray[np.uint8], board: Checkerboard, inside: NDArray[np.bool_], outside: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return those enclosed patches that carry on the pattern of the outside, in step with it."""
    rising, falling = _demodulate(rgb, board, outside, 3.0 * board.cell_px)
    up, down = _carriers(inside.shape, board)
    predicted = (rising * up).real + (falling * down).real
    signs = _signs(rgb, board.dark, board.light)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inside.astype(np.uint8), connectivity=4)
    pockets = np.zeros(count, dtype=bool)
    for label in np.flatnonzero(stats[:, cv2.CC_STAT_AREA] >= 0.25 * board.cell_px**2):
        members = labels == label
        pockets[label] = label > 0 and _in_step(signs[members], predicted[members])
    return np.asarray(pockets[labels])


def _in_step(signs: NDArray[np.float32], predicted: NDArray[np.float32]) -> bool:
    clear = np.abs(signs) > 0.4
    if np.count_nonzero(clear) < 0.4 * len(signs):
        return False
    light = signs[clear] > 0.0
    agreement = float(np.mean(light == (predicted[clear] > 0.0)))
    return bool(agreement >= 0.75 and 0.1 <= light.mean() <= 0.9)


def _blur(image: NDArray[np.float32], sigma_px: float) -> NDArray[np.float32]:
    """Return the image blurred, with nothing beyond its border; a wide blur is done on a reduced image."""
    step = max(1, int(sigma_px / 4.0))
    height, width = image.shape
    size = (-(-width // step), -(-height // step))
    padded = cv2.copyMakeBorder(image, 0, size[1] * step - height, 0, size[0] * step - width, cv2.BORDER_CONSTANT)
    small = cv2.resize(padded, size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma_px / step, borderType=cv2.BORDER_CONSTANT)
    full = cv2.resize(small, padded.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(full[:height, :width], dtype=np.float32)
