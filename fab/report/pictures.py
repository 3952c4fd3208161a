"""The pictures of a report: the part from four sides, its maps with their scales, and some of its layers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fab.measure.layers import slice_layers
from fab.render import NEUTRAL, Frame, Picture, contact_sheet, frame_of
from fab.report.colour_scale import ColourScale
from fab.report.legend import format_value
from fab.report.preview import Preview
from fab.report.surface_maps import SurfaceMap

CAPTIONS = {
    "views": "Front, left, back and right.",
    "thickness": "Wall thickness, from the front and from the back. Dark is thin.",
    "overhang": "Overhang, from below: what is coloured leans out too far to print without something under it.",
    "layers": "Twelve of its layers, from the bed up.",
}
"""The pictures that stand in the run folder and at the end of report.html, by their file's stem."""

_HEIGHT_PX, _MAP_HEIGHT_PX, _CROPPED_PX = 360, 400, 420
_WIDEST = 1.3  # a view's width as a share of its height, at most
_FROM_BELOW_DEG = -32.0
_LAYERS, _COLUMNS, _LAYER_PX = 12, 6, 190
_INK, _QUIET = (30, 30, 28), (98, 94, 87)
_MATERIAL = (74, 96, 118)


def draw_pictures(
    preview: Preview, maps: Mapping[str, SurfaceMap], colours: NDArray[np.uint8] | None
) -> dict[str, Picture]:
    """Return all pictures by name, (h, w, 4) uint8: those of `CAPTIONS`, and the part alone on nothing, with room
    around it as `front` and cut to `cropped_extents` as `cropped`."""
    views = _draw(preview, (0.0, 90.0, 180.0, 270.0), 0.0, _HEIGHT_PX, colours)
    pictures = {"front": views[0], "cropped": _cropped(preview, colours), "views": contact_sheet(views, 4)}
    turns = {"thickness": ((-25.0, 155.0), 8.0), "overhang": ((-25.0, 155.0), _FROM_BELOW_DEG)}
    for name, shown in maps.items():
        azimuths, elevation = turns[name]
        sides = _draw(preview, azimuths, elevation, _MAP_HEIGHT_PX, shown.colours)
        pictures[name] = _with_scale(contact_sheet(sides, len(sides)), shown.scale)
    pictures["layers"] = _layer_sheet(preview)
    return pictures


def to_webp(picture: Picture, quality: int = 82) -> bytes:
    """Return the picture as WebP, the same bytes for the same picture; an alpha that says nothing is left out."""
    import io

    from PIL import Image

    opaque = bool((picture[..., 3] == 255).all())
    out = io.BytesIO()
    image = Image.fromarray(np.ascontiguousarray(picture[..., : 3 if opaque else 4]))
    image.save(out, format="WEBP", quality=quality, method=4)
    return out.getvalue()


def _draw(
    preview: Preview,
    azimuths_deg: Sequence[float],
    elevation_deg: float,
    height_px: int,
    colours: NDArray[np.uint8] | None,
) -> list[Picture]:
    frame = frame_of(preview.mesh, azimuths_deg=azimuths_deg, elevation_deg=elevation_deg)
    size_px = _size_px(frame, height_px)
    return preview.studio.shoot(azimuths_deg, size_px, elevation_deg=elevation_deg, colours=colours, framing=frame)


def _cropped(preview: Preview, colours: NDArray[np.uint8] | None) -> Picture:
    frame = frame_of(preview.mesh, azimuths_deg=(0.0,))
    width, height = cropped_extents(frame.width, frame.height)
    pixels = _CROPPED_PX / max(frame.width, frame.height)
    size_px = round(width * pixels), round(height * pixels)
    cropped = Frame(frame.centre, width, height)
    return preview.studio.shoot((0.0,), size_px, colours=colours, framing=cropped, margin=0.0)[0]


def cropped_extents(width_mm: float, height_mm: float) -> tuple[float, float]:
    """Return the width and height in mm that the picture `cropped` of such a part shows: whole pixels, no more."""
    pixels = _CROPPED_PX / max(width_mm, height_mm)
    return math.ceil(width_mm * pixels) / pixels, math.ceil(height_mm * pixels) / pixels


def _size_px(frame: Frame, height_px: int) -> tuple[int, int]:
    share = frame.width / frame.height if frame.height > 0 else _WIDEST
    return round(height_px * min(max(share, 0.4), _WIDEST)), height_px


def _with_scale(picture: Picture, scale: ColourScale) -> Picture:
    """Return the picture with its scale below it."""
    from PIL import Image, ImageDraw

    height, width = picture.shape[:2]
    sheet = Image.new("RGB", (width, height + 74), NEUTRAL)
    sheet.paste(Image.fromarray(np.ascontiguousarray(picture[..., :3])), (0, 0))
    draw = ImageDraw.Draw(sheet)
    left, right = round(0.08 * width), round(0.92 * width)
    top, bottom = height + 24, height + 40
    bar = scale.table[np.linspace(0, len(scale.table) - 1, right - left).round().astype(np.int64)]
    sheet.paste(Image.fromarray(np.repeat(bar[None], bottom - top, axis=0)), (left, top))
    ends = ((left, "la", scale.low, ""), (right, "ra", scale.high, "+" if scale.open_end else ""))
    for x, anchor, value, more in ends:
        draw.text((x, bottom + 5), format_value(value, scale.unit) + more, _QUIET, _font(15), anchor=anchor)
    for place, mark in enumerate(scale.marks):
        share = (mark.value - scale.low) / (scale.high - scale.low)
        x = round(left + share * (right - left))
        draw.line([(x, top - 4), (x, bottom + 4)], _INK, 2)
        label = f"{mark.label} {format_value(mark.value, scale.unit)}"
        anchor = "r" if share > 0.6 else "l"
        y, line = (top - 6, "d") if place % 2 == 0 else (bottom + 5, "a")
        draw.text((x, y), label, _INK, _font(15), anchor=anchor + line)
    return _opaque(sheet)


def _layer_sheet(preview: Preview) -> Picture:
    """Return sections at evenly spread heights, all at one scale, each with its height."""
    low, extents = preview.vertices.min(axis=0), np.ptp(preview.vertices, axis=0)
    pixel_mm = float(max(extents[:2])) / (_LAYER_PX - 24) or 1.0
    layers = slice_layers(preview.vertices, preview.faces, float(extents[2]) / _LAYERS, pixel_mm)
    pixel_mm = max(pixel_mm, layers.row_mm)
    height_px = round(float(extents[1]) / pixel_mm) + 24
    cells = []
    for layer in range(min(layers.count, _LAYERS)):
        y, spans = layers.runs_of(layer)
        cell = np.tile(np.array((*NEUTRAL, 255), np.uint8), (height_px, _LAYER_PX, 1))
        rows = height_px - 12 - np.floor((y - low[1]) / pixel_mm).astype(np.int64)
        columns = np.rint((spans - low[0]) / pixel_mm).astype(np.int64) + 12
        for row, (start, end) in zip(rows, columns, strict=True):
            cell[row, start : max(end, start + 1), :3] = _MATERIAL
        cells.append(_with_title(cell, f"{(layer + 0.5) * layers.layer_mm:.1f} mm"))
    return contact_sheet(cells, _COLUMNS)


def _with_title(cell: Picture, title: str) -> Picture:
    from PIL import Image, ImageDraw

    height, width = cell.shape[:2]
    sheet = Image.new("RGB", (width, height + 24), NEUTRAL)
    sheet.paste(Image.fromarray(cell[..., :3].copy()), (0, 24))
    ImageDraw.Draw(sheet).text((width / 2, 8), title, _QUIET, _font(15), anchor="ma")
    return _opaque(sheet)


def _opaque(sheet: Any) -> Picture:
    pixels = np.asarray(sheet, np.uint8)
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])


def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size)
