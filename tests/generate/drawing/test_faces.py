"""Faces in photos: one, two, none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from skimage.data import astronaut, chelsea, coffee

from generate.drawing.faces import count_faces
from generate.drawing.photo import prepare_photo


def opaque(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])


def test_people_are_counted() -> None:
    portrait = astronaut()
    assert count_faces(opaque(portrait)) == 1
    assert count_faces(opaque(np.hstack([portrait, portrait[:, ::-1]]))) == 2


def test_cats_cups_and_toys_are_no_people(repository: Path) -> None:
    assert count_faces(opaque(chelsea())) == 0
    assert count_faces(opaque(coffee())) == 0
    assert count_faces(prepare_photo(repository / "examples/cat/front.png").image) == 0
