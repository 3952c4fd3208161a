"""Several pictures on one sheet, each with its name and what was found in it, to look at before choosing."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from generate.pictures import as_png

CELL_PX, CAPTION_PX, GAP_PX = 360, 96, 12
PAPER, INK, WARNING = (236, 236, 232), (30, 30, 30), (176, 42, 24)
LIGHT, DARK = (208, 208, 204), (190, 190, 186)
COLUMNS = 4


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture of a sheet, (h, w, 4) uint8, with a title, and remarks in red under it."""

    image: NDArray[np.uint8]
    title: str
    remarks: tuple[str, ...] = ()


def contact_sheet(frames: Sequence[Frame], most_columns: int = COLUMNS) -> bytes:
    """Return one PNG that shows all frames in rows of `most_columns`, transparency as a pale checkerboard."""
    columns = min(most_columns, max(1, len(frames)))
    rows = -(-len(frames) // columns)
    step_x, step_y = CELL_PX + GAP_PX, CELL_PX + CAPTION_PX + GAP_PX
    sheet = Image.new("RGB", (columns * step_x + GAP_PX, rows * step_y + GAP_PX), PAPER)
    for k, frame in enumerate(frames):
        x, y = GAP_PX + k % columns * step_x, GAP_PX + k // columns * step_y
        sheet.paste(_on_checkerboard(frame.image), (x, y))
        _write(ImageDraw.Draw(sheet), frame, x, y + CELL_PX + 6)
    return as_png(np.asarray(sheet))


def _on_checkerboard(image: NDArray[np.uint8]) -> Image.Image:
    row, column = np.indices((CELL_PX, CELL_PX)) // 20
    board = np.where(((row + column) % 2 == 0)[..., None], LIGHT, DARK).astype(np.uint8)
    cell = Image.fromarray(board).convert("RGBA")
    picture = Image.fromarray(image)
    picture.thumbnail((CELL_PX, CELL_PX), Image.Resampling.LANCZOS)
    cell.alpha_composite(picture, ((CELL_PX - picture.width) // 2, (CELL_PX - picture.height) // 2))
    return cell.convert("RGB")


def _write(draw: ImageDraw.ImageDraw, frame: Frame, x: int, y: int) -> None:
    draw.text((x, y), frame.title, INK, ImageFont.load_default(18))
    small = ImageFont.load_default(12)
    lines = [line for remark in frame.remarks for line in textwrap.wrap(remark, 58, max_lines=2, placeholder=" …")]
    for k, line in enumerate(lines[:4]):
        draw.text((x, y + 24 + 16 * k), line, WARNING, small)
