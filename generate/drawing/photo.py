"""A photo made ready to be sent: upright, sRGB, 8 bits, not larger than needed, without what a camera adds to it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generate.pictures import as_png, read_picture
from generate.views import Note

LONGEST_PX = 1536
"""Longer side that is sent: the largest that is drawn by default. More costs more and shows nothing more."""

SMALL_PX = 400
"""Shorter side under which a likeness is hard to keep."""


@dataclass(frozen=True, eq=False)
class Photo:
    """A prepared photo: `image` (h, w, 4) uint8, the same as PNG bytes without metadata, and what there is to say."""

    image: NDArray[np.uint8]
    png: bytes
    notes: tuple[Note, ...]

    @property
    def sha256(self) -> str:
        """Return the hash of what would be sent."""
        return hashlib.sha256(self.png).hexdigest()


def prepare_photo(path: Path) -> Photo:
    """Return the photo in a file, ready to be sent.

    EXIF orientation, colour profiles, CMYK, 16 bits and HEIC are dealt with; position, camera and all other metadata
    stay behind, since only pixels are taken. Raises `UnusableView` for what cannot be read.
    """
    image = _reduced(read_picture(path))
    shorter = min(image.shape[:2])
    notes = (_small_note(path, shorter),) if shorter < SMALL_PX else ()
    opaque = bool((image[..., 3] == 255).all())
    return Photo(image, as_png(image[..., :3] if opaque else image), notes)


def _reduced(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = image.shape[:2]
    scale = LONGEST_PX / max(height, width)
    if scale >= 1.0:
        return image
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # Pillow resamples RGBA in premultiplied alpha, so no hidden colour bleeds in.
    return np.asarray(Image.fromarray(image).resize(size, Image.Resampling.LANCZOS), dtype=np.uint8)


def _small_note(path: Path, shorter: int) -> Note:
    message = f"{path.name} is {shorter} px on its shorter side; little of a likeness can be kept"
    remedy = f"give a photo of at least {SMALL_PX} px"
    return Note("photo-small", "WARN", message, float(shorter), float(SMALL_PX), "px", remedy=remedy)
