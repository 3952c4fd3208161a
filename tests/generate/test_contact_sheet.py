"""The sheet shows every picture, whatever its shape, and its remarks."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from generate.contact_sheet import CAPTION_PX, CELL_PX, GAP_PX, WARNING, Frame, contact_sheet
from generate.pictures import picture_in


def disc(colour: tuple[int, int, int], height: int = 300, width: int = 200) -> NDArray[np.uint8]:
    y, x = np.mgrid[:height, :width]
    image = np.zeros((height, width, 4), np.uint8)
    image[(x - width / 2) ** 2 + (y - height / 2) ** 2 < (min(height, width) / 3) ** 2] = (*colour, 255)
    return image


@pytest.mark.parametrize(("count", "columns", "rows"), [(1, 1, 1), (3, 3, 1), (4, 4, 1), (6, 4, 2)])
def test_pictures_stand_in_rows_of_four(count: int, columns: int, rows: int) -> None:
    sheet = picture_in(contact_sheet([Frame(disc((200, 40, 40)), str(k)) for k in range(count)]))
    height, width = rows * (CELL_PX + CAPTION_PX + GAP_PX) + GAP_PX, columns * (CELL_PX + GAP_PX) + GAP_PX
    assert sheet.shape[:2] == (height, width)
    for k in range(count):
        y = GAP_PX + k // columns * (CELL_PX + CAPTION_PX + GAP_PX) + CELL_PX // 2
        x = GAP_PX + k % columns * (CELL_PX + GAP_PX) + CELL_PX // 2
        assert np.abs(sheet[y, x, :3].astype(int) - (200, 40, 40)).max() <= 2


def test_remarks_are_in_red_and_transparency_shows_the_board() -> None:
    plain = picture_in(contact_sheet([Frame(disc((0, 0, 200), 100, 400), "1")]))
    marked = picture_in(contact_sheet([Frame(disc((0, 0, 200), 100, 400), "1", ("something is wrong " * 20,))]))

    def reds(sheet: np.ndarray) -> int:
        return int((sheet[..., :3] == WARNING).all(axis=2).sum())

    assert reds(plain) == 0
    assert reds(marked) > 20
    assert len(np.unique(plain[GAP_PX : GAP_PX + 60, GAP_PX : GAP_PX + 60, 0])) == 2
