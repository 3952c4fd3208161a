"""Photos as cameras leave them: turned upright, in sRGB, small enough, and with nothing in them but pixels."""

from __future__ import annotations

import builtins
import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from generate.drawing.photo import LONGEST_PX, prepare_photo
from generate.errors import UnusableView

ORIENTATION, GPS, MAKE = 0x0112, 0x8825, 0x010F
BY_ORIENTATION = [1, 2, 3, 4, 5, 6, 7, 8]
TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a camera holding an upright scene stores it, by the orientation it then notes: the inverse of EXIF's table."""


def scene() -> Image.Image:
    """Return an upright picture with four different quarters."""
    quarters = np.zeros((480, 640, 3), np.uint8)
    quarters[:240, :320] = (200, 30, 30)
    quarters[:240, 320:] = (30, 200, 30)
    quarters[240:, :320] = (30, 30, 200)
    quarters[240:, 320:] = (220, 220, 220)
    return Image.fromarray(quarters)


@pytest.mark.parametrize("orientation", BY_ORIENTATION)
def test_every_exif_orientation_comes_out_upright(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    stored = scene().transpose(TURNED[orientation]) if orientation in TURNED else scene()
    stored.save(tmp_path / "p.png", exif=exif)
    np.testing.assert_array_equal(prepare_photo(tmp_path / "p.png").image[..., :3], np.asarray(scene()))


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tiff"])
def test_place_camera_and_comments_stay_behind(tmp_path: Path, suffix: str) -> None:
    exif = Image.Exif()
    exif[MAKE] = "SECRETCAMERA"
    exif.get_ifd(GPS)[2] = (52.0, 31.0, 12.0)
    path = tmp_path / f"p.{suffix}"
    scene().save(path, exif=exif, **({"comment": b"SECRETCAMERA"} if suffix == "jpg" else {}))
    assert b"SECRETCAMERA" in path.read_bytes()
    photo = prepare_photo(path)
    assert b"SECRETCAMERA" not in photo.png
    sent = Image.open(io.BytesIO(photo.png))
    assert (dict(sent.getexif()), sent.info) == ({}, {})


def test_a_wide_gamut_becomes_srgb(tmp_path: Path) -> None:
    """A profile whose red and green primaries are swapped shows whether it was used at all."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"----").replace(b"gXYZ", b"rXYZ").replace(b"----", b"gXYZ")
    plain = Image.new("RGB", (80, 80), (200, 60, 20))
    for profile, colour in ((srgb, (200, 60, 20)), (swapped, (60, 200, 20))):
        plain.save(tmp_path / "p.png", icc_profile=profile)
        assert np.abs(prepare_photo(tmp_path / "p.png").image[0, 0, :3].astype(int) - colour).max() <= 1
    plain.save(tmp_path / "odd.png", icc_profile=b"no profile at all")
    assert tuple(prepare_photo(tmp_path / "odd.png").image[0, 0, :3]) == (200, 60, 20)


def test_cmyk_and_sixteen_bits_become_eight_bit_rgb(tmp_path: Path) -> None:
    Image.new("CMYK", (640, 480), (0, 255, 255, 0)).save(tmp_path / "p.jpg", quality=95)
    red = prepare_photo(tmp_path / "p.jpg").image[240, 320]
    assert red[0] > 230
    assert max(red[1:3]) < 60
    deep = np.tile(np.linspace(0, 65535, 640).astype(np.uint16), (480, 1))
    Image.fromarray(deep).save(tmp_path / "deep.png")
    grey = prepare_photo(tmp_path / "deep.png").image
    assert (grey[0, 0, 0], grey[0, -1, 0], grey.dtype) == (0, 255, np.uint8)


def test_heic_is_read(repository: Path) -> None:
    photo = prepare_photo(repository / "tests/generate/drawing/pictures/cat.heic")
    assert photo.image.shape == (160, 127, 4)
    assert 60 < photo.image[..., :3].mean() < 220


def test_heic_without_a_decoder_says_what_would_help(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "pi_heif":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.delitem(sys.modules, "pi_heif", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UnusableView, match="pip install pi-heif"):
        prepare_photo(repository / "tests/generate/drawing/pictures/cat.heic")


def test_a_large_photo_is_sent_small(tmp_path: Path) -> None:
    Image.new("RGB", (4000, 3000), (90, 120, 150)).save(tmp_path / "p.jpg")
    photo = prepare_photo(tmp_path / "p.jpg")
    assert photo.image.shape == (1152, LONGEST_PX, 4)
    assert photo.notes == ()


def test_a_jpeg_over_the_limit_is_decoded_smaller(tmp_path: Path) -> None:
    Image.new("RGB", (8_000, 6_500), (90, 120, 150)).save(tmp_path / "p.jpg")
    assert prepare_photo(tmp_path / "p.jpg").image.shape == (1248, LONGEST_PX, 4)


def test_a_tiny_photo_is_doubted_and_a_speck_refused(tmp_path: Path) -> None:
    scene().resize((200, 150)).save(tmp_path / "small.png")
    assert [note.code for note in prepare_photo(tmp_path / "small.png").notes] == ["photo-small"]
    scene().resize((40, 30)).save(tmp_path / "speck.png")
    with pytest.raises(UnusableView, match="64 px"):
        prepare_photo(tmp_path / "speck.png")


def test_the_same_photo_under_another_name_is_the_same_photo(tmp_path: Path) -> None:
    scene().save(tmp_path / "a.png")
    scene().save(tmp_path / "b.tiff")
    assert prepare_photo(tmp_path / "a.png").sha256 == prepare_photo(tmp_path / "b.tiff").sha256
