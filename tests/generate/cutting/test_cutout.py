"""Subjects cut out of pictures whose truth is known to the pixel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from drawings import (
    Picture,
    checkerboard,
    figure,
    flat,
    gradient,
    noisy,
    over,
    with_ground_shadow,
)
from numpy.typing import NDArray

from generate.cutting.cutout import MAX_PIXELS, CutOut, cut_out
from generate.errors import UnusableView
from generate.pictures import read_picture
from generate.silhouette import silhouette_iou

SIZE = 320
FIGURE = figure(size=SIZE)
TRUTH = FIGURE[..., 3] >= 128


def silhouette(cut: CutOut) -> NDArray[np.bool_]:
    return np.asarray(cut.image[..., 3] >= 128)


def pockets(mask: NDArray[np.bool_]) -> int:
    """Return how many pixels of background the arms enclose."""
    return int(np.count_nonzero(~mask[130:175, 90:120]) + np.count_nonzero(~mask[130:175, 200:230]))


def codes(cut: CutOut) -> list[str]:
    return [note.code for note in cut.notes]


def assert_cut(picture: Picture, method: str, iou: float = 0.99) -> CutOut:
    cut = cut_out(picture)
    assert cut.method == method
    assert silhouette_iou(silhouette(cut), TRUTH) >= iou
    assert pockets(silhouette(cut)) == pytest.approx(pockets(TRUTH), rel=0.05)
    return cut


def test_the_figure_has_pockets_to_lose() -> None:
    assert pockets(TRUTH) > 500


def test_real_alpha_is_used() -> None:
    cut = assert_cut(FIGURE, "alpha", iou=1.0)
    assert cut.notes == ()
    np.testing.assert_array_equal(cut.image[..., 3] >= 128, TRUTH)


def test_a_translucent_shadow_in_real_alpha_is_dropped() -> None:
    shadow = np.zeros_like(FIGURE)
    shadow[285:315, 60:300] = (30, 20, 60, 170)
    picture = np.where(FIGURE[..., 3:] > 0, FIGURE, shadow)
    assert_cut(picture, "alpha", iou=0.995)


def test_a_figure_of_glass_is_kept() -> None:
    picture = FIGURE.copy()
    picture[..., 3] = np.rint(picture[..., 3] * 0.7)
    assert_cut(picture, "alpha", iou=0.985)


@pytest.mark.parametrize(
    ("cell", "dark", "light", "noise"),
    [(5, 204, 255, 0), (8, 204, 255, 1), (16, 192, 255, 2), (21.3, 231, 240, 1), (33, 204, 255, 1), (12, 102, 153, 2)],
)
def test_a_painted_checkerboard_is_cut_away_with_its_pockets(cell: float, dark: int, light: int, noise: float) -> None:
    board = noisy(checkerboard(SIZE, cell, dark, light), noise)
    cut = assert_cut(over(FIGURE, board), "checkerboard", iou=0.985)
    assert_no_grey_left(cut, dark, light)


def assert_no_grey_left(cut: CutOut, dark: int, light: int) -> None:
    """No colour of `figure` is grey, save where two of them mix in a pixel or two: the rest would be the pattern's."""
    colours = cut.image[cut.image[..., 3] > 0][:, :3].astype(int)
    grey = (np.ptp(colours, axis=1) <= 8) & (colours.min(axis=1) >= dark - 6) & (colours.max(axis=1) <= light + 6)
    assert np.count_nonzero(grey) <= 2


@pytest.mark.parametrize("level", [204, 255])
def test_a_body_in_the_colour_of_the_cells_is_not_eaten(level: int) -> None:
    picture = over(figure(size=SIZE, body=(level, level, level)), checkerboard(SIZE, 16, 204, 255))
    assert_cut(picture, "checkerboard", iou=0.97)


@pytest.mark.parametrize("colour", [(255, 255, 255), (128, 128, 128), (60, 180, 75), (5, 5, 5), (245, 240, 225)])
def test_a_flat_background_is_cut_away(colour: tuple[int, int, int]) -> None:
    assert_cut(over(FIGURE, noisy(flat(SIZE, colour), 2.0)), "backdrop", iou=0.985)


def test_a_graded_background_is_cut_away() -> None:
    background = gradient(SIZE, (250, 250, 255), (170, 180, 200))
    assert_cut(over(FIGURE, noisy(background, 1.5)), "backdrop", iou=0.985)


@pytest.mark.parametrize("colour", [(255, 255, 255), (128, 128, 128), (60, 180, 75)])
def test_a_shadow_on_the_ground_is_not_kept(colour: tuple[int, int, int]) -> None:
    assert_cut(over(FIGURE, with_ground_shadow(flat(SIZE, colour))), "backdrop", iou=0.985)


def test_a_pale_body_on_white_is_not_taken_for_a_shadow() -> None:
    picture = over(figure(size=SIZE, body=(225, 225, 225)), noisy(flat(SIZE, (255, 255, 255)), 1.0))
    assert_cut(picture, "backdrop", iou=0.985)


def test_edges_are_soft_and_hold_no_background() -> None:
    cut = cut_out(over(FIGURE, flat(SIZE, (0, 255, 0))))
    alpha = cut.image[..., 3]
    edge = (alpha > 0) & (alpha < 250)
    assert np.count_nonzero(edge) > 300
    red, green, blue = (cut.image[..., band][edge].astype(int) for band in range(3))
    assert (green - np.maximum(red, blue)).max() < 0  # as in every colour of the figure
    np.testing.assert_array_equal(cut.image[alpha == 0], 0)


def test_specks_are_dropped_without_a_word() -> None:
    picture = FIGURE.copy()
    picture[20:30, 20:30] = (255, 0, 0, 255)
    cut = assert_cut(picture, "alpha", iou=1.0)
    assert cut.notes == ()


def test_a_second_subject_is_named() -> None:
    pair = np.concatenate([FIGURE, figure(size=SIZE, raised_arm="left")], axis=1)
    cut = cut_out(pair)
    assert codes(cut) == ["second-subject"]
    assert np.count_nonzero(silhouette(cut)[:, :SIZE].any(axis=0)) in (0, np.count_nonzero(TRUTH.any(axis=0)))


@pytest.mark.parametrize(
    ("side", "rows", "columns"),
    [
        ("top", slice(60, None), slice(None)),
        ("bottom", slice(None, 250), slice(None)),
        ("left", slice(None), slice(130, None)),
        ("right", slice(None), slice(None, 190)),
    ],
)
def test_a_cropped_subject_is_named_with_its_side(side: str, rows: slice, columns: slice) -> None:
    cut = cut_out(np.ascontiguousarray(FIGURE[rows, columns]))
    assert [(note.code, note.place) for note in cut.notes] == [("view-cropped", side)]


def test_a_busy_background_is_a_guess_and_says_so() -> None:
    tiles = np.random.default_rng(0).uniform(0, 255, (20, 20, 3)).repeat(16, axis=0).repeat(16, axis=1)
    assert "cutout-uncertain" in codes(cut_out(over(FIGURE, tiles)))


@pytest.mark.parametrize(
    "background", [flat(SIZE, (255, 255, 255)), noisy(flat(SIZE, (90, 120, 90)), 3.0), checkerboard(SIZE, 16, 204, 255)]
)
def test_a_picture_of_nothing_is_refused(background: NDArray[np.float64]) -> None:
    with pytest.raises(UnusableView):
        cut_out(over(np.zeros_like(FIGURE), background))


def test_a_large_picture_is_reduced_to_what_is_used() -> None:
    large = np.kron(FIGURE, np.ones((8, 8, 1), np.uint8))
    height, width = cut_out(large).image.shape[:2]
    assert height == width
    assert height * width <= MAX_PIXELS * 1.01


def test_the_same_picture_gives_the_same_bytes() -> None:
    picture = over(FIGURE, noisy(flat(SIZE, (200, 190, 180)), 5.0))
    assert cut_out(picture).image.tobytes() == cut_out(picture).image.tobytes()


@pytest.mark.parametrize("name", ["case7v1.png", "case7v2.png"])
def test_the_checkerboard_of_real_pictures_is_gone(shared: Path, name: str) -> None:
    cut = cut_out(read_picture(shared / "seed" / "views" / name))
    assert cut.method == "checkerboard"
    opaque = cut.image[..., 3] > 0
    colours = cut.image[..., :3].astype(int)
    pattern = opaque & (np.ptp(colours, axis=2) <= 10) & (colours.min(axis=2) >= 224) & (colours.max(axis=2) <= 248)
    own = np.zeros_like(opaque)  # what is white on the figure: two highlights in the eyes, the rim of the belt's buckle
    own[165:205, 270:375] = own[535:560, 295:355] = name == "case7v1.png"
    assert np.count_nonzero(pattern & ~own) == 0
    assert np.count_nonzero(pattern & own) == (0 if name == "case7v2.png" else pytest.approx(120, abs=80))
    assert np.mean(silhouette(cut)) == pytest.approx(0.54 if name == "case7v1.png" else 0.583, abs=0.01)


@pytest.mark.parametrize("case", range(1, 7))
def test_real_alpha_of_real_pictures_is_all_but_kept(shared: Path, case: int) -> None:
    for view in (1, 2):
        picture = read_picture(shared / "seed" / "views" / f"case{case}v{view}.png")
        cut = cut_out(picture)
        assert (cut.method, cut.notes) == ("alpha", ())
        assert silhouette_iou(silhouette(cut), picture[..., 3] >= 128) >= 0.998
