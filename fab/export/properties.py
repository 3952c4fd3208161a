"""What the triangles of a 3MF object are coloured with: a property group, and a row of it for each corner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fab.export.paint_codes import paint_code
from fab.srgb import linear_to_bytes

MAX_COLOURS = 4096
"""Colours in a group; a part with more is rounded to fewer bits until it fits. Slicers list every one of them."""


@dataclass(frozen=True, eq=False)
class Texture:
    """A picture in the package, PNG or JPEG, and how it goes on beyond its edges (3MF's words, for u and v)."""

    name: str
    data: bytes
    tile_styles: tuple[str, str] = ("wrap", "wrap")


@dataclass(frozen=True, eq=False)
class Properties:
    """The rows of one group, and which of them each triangle has: `index` is (m, 3) for corners, or (m, 1) for all.

    `rows` are colours 0xRRGGBB (k,), or (k, 2) coordinates with v up in `texture`. `codes` is the text of a slicer's
    painting for each row, where triangles are painted for slicers.
    """

    rows: NDArray[np.int64] | NDArray[np.float64]
    index: NDArray[np.int64]
    codes: tuple[str, ...] = ()
    texture: Texture | None = None


def of_vertices(linear: NDArray[np.float64], faces: NDArray[np.int64]) -> Properties:
    """Return a colour at each corner, from (n, 4) linear RGBA of the vertices; they blend within a triangle."""
    values, index = np.unique(packed(quantise(linear)), return_inverse=True)
    return Properties(values, index.reshape(-1)[faces])


def of_palette(colours: NDArray[np.uint8], slots: NDArray[np.int64]) -> Properties:
    """Return one colour a triangle: row k, and filament k + 1, for slot k of a palette (k, 3) of sRGB bytes."""
    codes = tuple(paint_code(filament) for filament in range(1, len(colours) + 1))
    return Properties(packed(colours), slots[:, None], codes)


def quantise(linear: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return (n, 3) uint8 sRGB of (n, 4) linear RGBA, rounded until no more than `MAX_COLOURS` differ."""
    exact = linear_to_bytes(linear)[:, :3]
    for bits in range(8, 3, -1):
        steps = 2**bits - 1
        levels = np.round(np.round(np.arange(256) / 255 * steps) / steps * 255).astype(np.uint8)
        rounded = np.asarray(levels[exact])
        if len(np.unique(packed(rounded))) <= MAX_COLOURS:
            return rounded
    return rounded


def packed(colours: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return (n,) colours (n, 3) as one number each, 0xRRGGBB."""
    return np.asarray(colours.astype(np.int64) @ (65536, 256, 1))
