"""Pictures from files that nobody vouches for, as RGBA arrays."""

from __future__ import annotations

import io
import re
import struct
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from generate.errors import UnusableView

MAX_MEGAPIXELS = 50.0
MIN_SIDE_PX = 64

# Only formats that are decoded in-process from pixels; EPS and its kin would start an interpreter.
FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "PPM", "AVIF")
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def read_picture(path: Path | _Bytes) -> NDArray[np.uint8]:
    """Return the picture as (h, w, 4) uint8 sRGB with straight alpha, turned as its EXIF orientation says.

    The size is judged from the header, before any pixel is decoded; a JPEG over the limit is decoded at half, a
    quarter or an eighth of its size. Colours go through the embedded profile where there is one that works.
    Raises `UnusableView` for what is not a picture, is truncated, too large, too small, or fully transparent.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd metadata and odd sizes are judged here, not announced
        with _open(path) as picture:
            _reduce_while_reading(picture)
            _check_size(path, *picture.size)
            rgba = _decode(path, picture)
    if not rgba[..., 3].any():
        raise UnusableView(f"{path.name} is fully transparent; give a picture that shows the subject")
    return rgba


def picture_in(data: bytes) -> NDArray[np.uint8]:
    """Return the picture in these bytes as (h, w, 4) uint8; raises `UnusableView` as `read_picture` does."""
    return read_picture(_Bytes(data))


def as_png(image: NDArray[np.uint8]) -> bytes:
    """Return an (h, w, 3) or (h, w, 4) picture as a PNG file without any metadata."""
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, format="PNG", compress_level=4)
    return stream.getvalue()


class _Bytes(io.BytesIO):
    """Bytes that pass for a file: they have a name for messages."""

    name = "the picture"


def _reduce_while_reading(picture: Image.Image) -> None:
    """Let the decoder of a JPEG leave out pixels where there are too many; nothing else changes."""
    over = (picture.width * picture.height / (MAX_MEGAPIXELS * 1e6)) ** 0.5
    if picture.format == "JPEG" and over > 1.0:
        scale = 2 ** int(np.ceil(np.log2(over)))
        picture.draft(None, (picture.width // scale, picture.height // scale))


def _open(path: Path | _Bytes) -> Image.Image:
    try:
        return Image.open(path, formats=(*FORMATS, *_heif_formats(path)))
    except FileNotFoundError as error:
        raise UnusableView(f"there is no picture {path}") from error
    except Image.DecompressionBombError as error:  # Pillow's own limit, reached before ours can look
        pixels = re.search(r"\d+", str(error))
        raise _too_large(path, int(pixels[0]) if pixels else 2 * (Image.MAX_IMAGE_PIXELS or 0)) from error
    except UnidentifiedImageError as error:
        raise UnusableView(f"{path.name} is not a picture; give a PNG, JPEG, WebP or TIFF file") from error
    except (OSError, SyntaxError, ValueError, struct.error) as error:
        raise UnusableView(f"{path.name} cannot be read as a picture: {_one_line(error)}") from error


def _check_size(path: Path | _Bytes, width: int, height: int) -> None:
    if width * height > MAX_MEGAPIXELS * 1e6:
        raise _too_large(path, width * height)
    if min(width, height) < MIN_SIDE_PX:
        raise UnusableView(
            f"{path.name} is {width} x {height} px, under {MIN_SIDE_PX} px on a side; give a larger picture"
        )


def _too_large(path: Path | _Bytes, pixels: int) -> UnusableView:
    size = f"picture of {pixels / 1e6:.1f} megapixels"
    return UnusableView(f"{path.name}: {size} is over the limit of {MAX_MEGAPIXELS:.0f}; scale it down")


def _decode(path: Path | _Bytes, picture: Image.Image) -> NDArray[np.uint8]:
    try:
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        return np.array(_to_srgb(_to_eight_bits(upright)).convert("RGBA"), dtype=np.uint8)
    except (OSError, SyntaxError, ValueError, EOFError, struct.error) as error:
        raise UnusableView(f"{path.name} is truncated or damaged: {_one_line(error)}") from error


def _heif_formats(path: Path | _Bytes) -> tuple[str, ...]:
    """Return the format of a HEIC file, once a decoder for it is there; raises `UnusableView` when none is."""
    if isinstance(path, _Bytes):
        return ()
    with path.open("rb") as stream:
        head = stream.read(12)
    if head[4:8] != b"ftyp" or head[8:12] not in HEIF_BRANDS:
        return ()
    try:
        import pi_heif
    except ImportError as error:
        remedy = "save it as JPEG, or add the decoder: pip install pi-heif"
        raise UnusableView(f"{path.name} is a HEIC picture, which needs a decoder; {remedy}") from error
    pi_heif.register_heif_opener()
    return ("HEIF",)


def _to_srgb(picture: Image.Image) -> Image.Image:
    """Return the picture in sRGB by its embedded profile; a profile that is broken or does not fit is ignored."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK"):
        return picture
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, source, target, outputMode=mode) or picture
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture


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
