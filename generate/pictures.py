"""Pictures from files that nobody vouches for, as RGBA arrays."""

from __future__ import annotations

import re
import struct
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from generate.errors import UnusableView

MAX_MEGAPIXELS = 50.0
MIN_SIDE_PX = 64

# Only formats that are decoded in-process from pixels; EPS and its kin would start an interpreter.
FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "PPM", "AVIF")


def read_picture(path: Path) -> NDArray[np.uint8]:
    """Return the picture as (h, w, 4) uint8 sRGB with straight alpha, turned as its EXIF orientation says.

    The size is judged from the header, before any pixel is decoded. An embedded colour profile is ignored.
    Raises `UnusableView` for what is not a picture, is truncated, too large, too small, or fully transparent.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd metadata and odd sizes are judged here, not announced
        with _open(path) as picture:
            _check_size(path, *picture.size)
            rgba = _decode(path, picture)
    if not rgba[..., 3].any():
        raise UnusableView(f"{path.name} is fully transparent; give a picture that shows the subject")
    return rgba


def _open(path: Path) -> Image.Image:
    try:
        return Image.open(path, formats=FORMATS)
    except FileNotFoundError as error:
        raise UnusableView(f"there is no picture {path}") from error
    except Image.DecompressionBombError as error:  # Pillow's own limit, reached before ours can look
        pixels = re.search(r"\d+", str(error))
        raise _too_large(path, int(pixels[0]) if pixels else 2 * (Image.MAX_IMAGE_PIXELS or 0)) from error
    except UnidentifiedImageError as error:
        raise UnusableView(f"{path.name} is not a picture; give a PNG, JPEG, WebP or TIFF file") from error
    except (OSError, SyntaxError, ValueError, struct.error) as error:
        raise UnusableView(f"{path.name} cannot be read as a picture: {_one_line(error)}") from error


def _check_size(path: Path, width: int, height: int) -> None:
    if width * height > MAX_MEGAPIXELS * 1e6:
        raise _too_large(path, width * height)
    if min(width, height) < MIN_SIDE_PX:
        raise UnusableView(
            f"{path.name} is {width} x {height} px, under {MIN_SIDE_PX} px on a side; give a larger picture"
        )


def _too_large(path: Path, pixels: int) -> UnusableView:
    size = f"picture of {pixels / 1e6:.1f} megapixels"
    return UnusableView(f"{path.name}: {size} is over the limit of {MAX_MEGAPIXELS:.0f}; scale it down")


def _decode(path: Path, picture: Image.Image) -> NDArray[np.uint8]:
    try:
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        return np.array(_to_eight_bits(upright).convert("RGBA"), dtype=np.uint8)
    except (OSError, SyntaxError, ValueError, EOFError, struct.error) as error:
        raise UnusableView(f"{path.name} is truncated or damaged: {_one_line(error)}") from error


def _to_eight_bits(picture: Image.Image) -> Image.Image:
    """Return the picture with 8 bits a channel; Pillow would clip deep greys to white instead of scaling them."""
    if picture.mode.startswith("I"):
        deep = np.asarray(picture).astype(np.float64)
        return Image.fromarray(np.clip(np.rint(deep / 257.0), 0, 255).astype(np.uint8))
    if picture.mode == "F":
        return Image.fromarray(np.clip(np.rint(np.nan_to_num(np.asarray(picture)) * 255.0), 0, 255).astype(np.uint8))
    return picture


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
