"""Pictures of view weights: whom the sampler believed over time, and whom at which place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from sampling.weights import ViewWeights

COLOURS = (  # Okabe and Ito 2008: told apart by colour-blind people too
    *((0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167)),
    *((230, 159, 0), (86, 180, 233), (90, 90, 90), (160, 110, 60)),
)
INK, GRID, PAPER = (40, 40, 40), (225, 225, 225), (255, 255, 255)


def draw_curve(weights: ViewWeights, size_px: tuple[int, int] = (720, 420)) -> Image.Image:
    """Return the share of each view over the flow's time, noise on the left, as an RGB picture."""
    width, height = size_px
    left, right, top, bottom = 56, width - 16, 40, height - 44
    image = Image.new("RGB", size_px, PAPER)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(13)
    for k in range(6):
        y = bottom - (bottom - top) * k / 5
        pen.line((left, y, right, y), fill=GRID)
        pen.text((left - 8, y), f"{k / 5:.1f}", fill=INK, font=font, anchor="rm")
        x = left + (right - left) * k / 5
        pen.text((x, bottom + 8), f"{1 - k / 5:.1f}", fill=INK, font=font, anchor="mt")
    pen.text(((left + right) / 2, height - 6), "t (1 is noise, 0 the figure)", fill=INK, font=font, anchor="ms")
    for view, share in enumerate(weights.curve().T):
        xs, ys = left + (right - left) * (1 - weights.times), bottom - (bottom - top) * share
        pen.line([(float(x), float(y)) for x, y in zip(xs, ys, strict=True)], fill=colour_of(view), width=3)
    _legend(pen, weights.names, (left, 14))
    return image


def draw_winners(weights: ViewWeights, occupied: NDArray[np.bool_] | None = None, size_px: int = 480) -> Image.Image:
    """Return which view won where: cells coloured by view, from the front left and the back right, as an RGB picture.

    `weights` must have places. `occupied` (P,) bool are those of them to show, all when None.
    """
    if weights.grid is None:
        raise ValueError("these weights are of whole views: they have no places to draw")
    shown = np.ones(len(weights.grid), dtype=bool) if occupied is None else occupied
    grid, winners = weights.grid[shown], weights.winners()[shown]
    image = Image.new("RGB", (2 * size_px, size_px + 32), PAPER)
    pen = ImageDraw.Draw(image)
    _draw_cells(pen, grid, winners, weights.resolution, (size_px / 2, size_px / 2), size_px)
    turned = np.column_stack([weights.resolution - 1 - grid[:, 0], weights.resolution - 1 - grid[:, 1], grid[:, 2]])
    _draw_cells(pen, turned, winners, weights.resolution, (1.5 * size_px, size_px / 2), size_px)
    _legend(pen, weights.names, (16, size_px + 16))
    return image


def colour_of(view: int) -> tuple[int, int, int]:
    """Return the colour that stands for a view in every picture."""
    return COLOURS[view % len(COLOURS)]


def _legend(pen: ImageDraw.ImageDraw, names: tuple[str, ...], at: tuple[float, float]) -> None:
    """Draw the views' names in their colours, in a row."""
    x, y = at
    for view, name in enumerate(names):
        pen.rectangle((x, y - 6, x + 12, y + 6), fill=colour_of(view))
        pen.text((x + 18, y), name, fill=INK, font=ImageFont.load_default(13), anchor="lm")
        x += 36 + pen.textlength(name, font=ImageFont.load_default(13))


def _draw_cells(
    pen: ImageDraw.ImageDraw,
    grid: NDArray[np.int64],
    winners: NDArray[np.int64],
    resolution: int,
    centre: tuple[float, float],
    size_px: int,
) -> None:
    """Draw cubes in isometric view from the front (-Y), left (+X) and above, far ones first."""
    unit = size_px / (2.1 * resolution)
    across, down, up = np.array([0.87, 0.5]) * unit, np.array([0.87, -0.5]) * unit, np.array([0.0, -1.0]) * unit
    filled = np.zeros((resolution + 2,) * 3, dtype=bool)
    filled[tuple((grid + 1).T)] = True
    order = np.argsort(grid @ np.array([1, -1, 1]), kind="stable")
    middle = np.array(centre) - (across + down + up) * resolution / 2
    for cell, view in zip(grid[order], winners[order], strict=True):
        corner = middle + cell[0] * across + cell[1] * down + cell[2] * up
        i, j, k = cell + 1
        faces = (
            (not filled[i, j - 1, k], 0.8, (corner, corner + across, corner + across + up, corner + up)),
            (not filled[i + 1, j, k], 0.6, tuple(corner + across + part for part in (0 * up, down, down + up, up))),
            (not filled[i, j, k + 1], 1.0, tuple(corner + up + part for part in (0 * up, across, across + down, down))),
        )
        for visible, light, polygon in faces:
            if visible:
                fill = tuple(int(light * channel) for channel in colour_of(int(view)))
                pen.polygon([(float(x), float(y)) for x, y in polygon], fill=fill)
