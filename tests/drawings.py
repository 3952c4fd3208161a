"""Figures drawn by code, and backgrounds to put them on: pictures whose truth is known to the pixel.

A figure is (h, w, 4) uint8 with straight alpha, edges smoothed by drawing it four times as large. Lengths are shares of
the picture's height.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Picture = NDArray[np.uint8]

RED, BLUE, SKIN, BROWN = (190, 40, 45), (40, 70, 150), (235, 180, 60), (110, 70, 40)
SMOOTH = 4


def figure(
    *, size: int = 400, tail: str | None = None, raised_arm: str | None = None, body: tuple[int, int, int] = RED
) -> Picture:
    """Return a toy person seen from the front, on a square: `tail` and `raised_arm` on the picture's left or right.

    The arms rest on the hips, so each encloses a pocket of background; a gap runs up between the legs.
    """
    canvas = Image.new("RGBA", (size * SMOOTH, size * SMOOTH))
    pen = ImageDraw.Draw(canvas)
    unit = size * SMOOTH

    def line(points: list[tuple[float, float]], width: float, colour: tuple[int, int, int]) -> None:
        scaled = [(x * unit, y * unit) for x, y in points]
        pen.line(scaled, fill=colour, width=round(width * unit), joint="curve")
        for x, y in scaled:
            r = width * unit / 2
            pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def box(x0: float, y0: float, x1: float, y1: float, colour: tuple[int, int, int]) -> None:
        pen.rectangle((x0 * unit, y0 * unit, x1 * unit - 1, y1 * unit - 1), fill=colour)

    for side in ("left", "right"):
        sign = -1 if side == "left" else 1
        bent = [(0.5 + sign * 0.1, 0.38), (0.5 + sign * 0.25, 0.5), (0.5 + sign * 0.1, 0.6)]
        raised = [(0.5 + sign * 0.1, 0.38), (0.5 + sign * 0.3, 0.3), (0.5 + sign * 0.28, 0.1)]
        line(raised if raised_arm == side else bent, 0.06, SKIN)
    if tail is not None:
        sign = -1 if tail == "left" else 1
        line([(0.5 + sign * 0.1, 0.75), (0.5 + sign * 0.3, 0.8), (0.5 + sign * 0.36, 0.65)], 0.05, BROWN)
    box(0.36, 0.6, 0.48, 0.95, BLUE)
    box(0.52, 0.6, 0.64, 0.95, BLUE)
    box(0.38, 0.32, 0.62, 0.65, body)
    pen.ellipse((0.38 * unit, 0.06 * unit, 0.62 * unit, 0.34 * unit), fill=SKIN)
    return reduced(canvas, size)


def reduced(canvas: Image.Image, size: int) -> Picture:
    """Return the canvas at `size` pixels, averaged in premultiplied alpha."""
    large = np.asarray(canvas, dtype=np.float64).reshape(size, SMOOTH, size, SMOOTH, 4)
    alpha = large[..., 3:].mean(axis=(1, 3))
    colour = (large[..., :3] * large[..., 3:]).mean(axis=(1, 3)) / np.maximum(alpha, 1e-9)
    return np.rint(np.concatenate([colour, alpha], axis=2)).astype(np.uint8)


def over(picture: Picture, background: NDArray[np.number]) -> Picture:
    """Return the picture laid over an (h, w, 3) background, opaque: what an image without alpha would be."""
    alpha = picture[..., 3:] / 255.0
    mixed = picture[..., :3] * alpha + background * (1.0 - alpha)
    opaque = np.full_like(picture[..., 3:], 255)
    return np.concatenate([np.rint(np.clip(mixed, 0, 255)).astype(np.uint8), opaque], axis=2)


def checkerboard(size: int, cell: float, dark: int, light: int, phase: float = 0.3) -> NDArray[np.float64]:
    """Return an (h, w, 3) checkerboard of two greys; `cell` in pixels need not be whole."""
    steps = np.floor(np.arange(size) / cell + phase).astype(int)
    odd = (steps[:, None] + steps[None, :]) % 2
    return np.repeat(np.where(odd, light, dark)[..., None], 3, axis=2).astype(np.float64)


def flat(size: int, colour: tuple[int, int, int]) -> NDArray[np.float64]:
    """Return an (h, w, 3) background of one colour."""
    return np.full((size, size, 3), colour, dtype=np.float64)


def gradient(size: int, top: tuple[int, int, int], bottom: tuple[int, int, int]) -> NDArray[np.float64]:
    """Return an (h, w, 3) background that runs from one colour to another."""
    share = np.linspace(0.0, 1.0, size)[:, None, None]
    return np.broadcast_to((1 - share) * np.array(top) + share * np.array(bottom), (size, size, 3)).copy()


def noisy(background: NDArray[np.float64], sigma: float, seed: int = 7) -> NDArray[np.float64]:
    """Return the background with Gaussian noise."""
    return background + np.random.default_rng(seed).normal(0.0, sigma, background.shape)


def with_ground_shadow(background: NDArray[np.float64], darkest: float = 0.55) -> NDArray[np.float64]:
    """Return the background darkened by a soft ellipse under the feet of `figure`."""
    size = len(background)
    y, x = np.mgrid[0:size, 0:size] / size
    distance = np.hypot((x - 0.55) / 0.3, (y - 0.94) / 0.05)
    return background * (1.0 - (1.0 - darkest) * np.exp(-(distance**2)))[..., None]
