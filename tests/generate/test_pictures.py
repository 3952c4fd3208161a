"""Pictures read from files: every mode and orientation right, every bad file one line."""

from __future__ import annotations

import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generate.errors import UnusableView
from generate.pictures import MAX_MEGAPIXELS, MIN_SIDE_PX, read_picture

SIZE = (80, 70)  # width, height


def saved(folder: Path, picture: Image.Image, name: str = "p.png", **options: object) -> Path:
    path = folder / name
    picture.save(path, **options)
    return path


def ramp(mode: str = "RGB") -> Image.Image:
    x = np.linspace(0, 255, SIZE[0]).astype(np.uint8)
    rgb = np.stack([np.tile(x, (SIZE[1], 1)), np.full(SIZE[::-1], 90, np.uint8), np.full(SIZE[::-1], 200, np.uint8)], 2)
    return Image.fromarray(rgb).convert(mode)


def test_straight_alpha_is_kept(tmp_path: Path) -> None:
    rgba = np.zeros((70, 80, 4), np.uint8)
    rgba[10:60, 10:60] = (200, 100, 50, 128)
    np.testing.assert_array_equal(read_picture(saved(tmp_path, Image.fromarray(rgba))), rgba)


@pytest.mark.parametrize("mode", ["RGB", "L", "LA", "RGBA", "1"])
def test_modes_become_rgba(tmp_path: Path, mode: str) -> None:
    picture = ramp("L" if mode == "1" else "RGB").convert(mode)
    read = read_picture(saved(tmp_path, picture))
    np.testing.assert_array_equal(read, np.asarray(picture.convert("RGBA")))
    assert read.dtype == np.uint8


def test_a_palette_keeps_its_transparent_colour(tmp_path: Path) -> None:
    picture = ramp().quantize(16)
    read = read_picture(saved(tmp_path, picture, transparency=0))
    np.testing.assert_array_equal(read[..., 3] == 0, np.asarray(picture) == 0)
    np.testing.assert_array_equal(read[..., :3], np.asarray(picture.convert("RGB")))


def test_sixteen_bits_are_scaled_not_clipped(tmp_path: Path) -> None:
    deep = np.tile(np.linspace(0, 65535, 80).astype(np.uint16), (70, 1))
    read = read_picture(saved(tmp_path, Image.fromarray(deep)))
    assert np.abs(read[..., 0].astype(int) - np.rint(deep / 257.0)).max() == 0


def test_cmyk_becomes_the_same_colours(tmp_path: Path) -> None:
    picture = Image.new("CMYK", SIZE, (0, 255, 255, 0))  # full magenta and yellow: red
    red, green, blue, alpha = read_picture(saved(tmp_path, picture, "p.jpg", quality=95))[35, 40]
    assert (red > 240, green < 15, blue < 15, alpha) == (True, True, True, 255)


@pytest.mark.parametrize(
    ("orientation", "turn"), [(1, 0), (3, 2), (6, 3), (8, 1)], ids=["as it is", "half", "clockwise", "anticlockwise"]
)
def test_exif_orientation_is_applied(tmp_path: Path, orientation: int, turn: int) -> None:
    picture = ramp()
    exif = Image.Exif()
    exif[0x0112] = orientation
    read = read_picture(saved(tmp_path, picture, exif=exif))
    np.testing.assert_array_equal(read[..., :3], np.rot90(np.asarray(picture), turn))


def header_of(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and holds almost no pixels."""
    claim = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", claim), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(("width", "height", "said"), [(20000, 10000, "200.0"), (10000, 6000, "60.0")])
def test_too_many_pixels_are_refused_from_the_header(tmp_path: Path, width: int, height: int, said: str) -> None:
    path = tmp_path / "huge.png"
    path.write_bytes(header_of(width, height))
    with warnings.catch_warnings(), pytest.raises(UnusableView) as refusal:
        warnings.simplefilter("error")
        read_picture(path)
    assert said in str(refusal.value)
    assert f"{MAX_MEGAPIXELS:.0f}" in str(refusal.value)


def test_too_few_pixels_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableView, match=str(MIN_SIDE_PX)):
        read_picture(saved(tmp_path, Image.new("RGB", (MIN_SIDE_PX - 1, 500))))


def test_a_fully_transparent_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableView, match="transparent"):
        read_picture(saved(tmp_path, Image.new("RGBA", SIZE, (255, 0, 0, 0))))


@pytest.mark.parametrize("name", ["p.png", "p.jpg", "p.webp", "p.tif", "p.bmp", "p.gif"])
def test_a_truncated_picture_is_one_line(tmp_path: Path, name: str) -> None:
    rng = np.random.default_rng(3)
    whole = saved(tmp_path, Image.fromarray(rng.integers(0, 255, (90, 90, 3), dtype=np.uint8)), name)
    path = tmp_path / f"cut-{name}"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(UnusableView) as refusal:
        read_picture(path)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("content", [b"", b"solid nothing", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    with pytest.raises(UnusableView) as refusal:
        read_picture(path)
    assert "\n" not in str(refusal.value)


def test_a_missing_file_and_a_folder_are_one_line(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.png", tmp_path):
        with pytest.raises(UnusableView) as refusal:
            read_picture(path)
        assert "\n" not in str(refusal.value)
