"""Silhouettes at one scale and how far they agree."""

from __future__ import annotations

import numpy as np
import pytest
from drawings import figure
from numpy.typing import NDArray

from generate.errors import UnusableView
from generate.silhouette import best_shift, mirrored, shifted, silhouette_iou, standardise, subject_box
from generate.views import View


def view_of_box(top: int, bottom: int, left: int, right: int, size: int = 200) -> View:
    image = np.zeros((size, size, 4), np.uint8)
    image[top:bottom, left:right] = (200, 100, 50, 255)
    return View(image, 0.0, name="front")


def bars(*spans: tuple[int, int], width: int = 100) -> NDArray[np.bool_]:
    mask = np.zeros((40, width), dtype=bool)
    for left, right in spans:
        mask[5:35, left:right] = True
    return mask


@pytest.mark.parametrize("height_px", [64, 100, 177, 256, 512])
def test_the_subject_spans_exactly_the_height_and_is_centred(height_px: int) -> None:
    view = standardise(View(figure(tail="right"), 0.0), height_px)
    top, bottom, left, right = subject_box(view.mask)
    assert (top, bottom) == (0, height_px)
    assert abs(left - (view.image.shape[1] - right)) <= 1
    assert view.image.shape[1] % 2 == 0


def test_the_aspect_is_kept() -> None:
    box = subject_box(standardise(view_of_box(30, 150, 50, 110), 240).mask)
    assert box[3] - box[2] == 120


def test_a_given_width_is_used_and_too_small_a_one_refused() -> None:
    view = view_of_box(30, 150, 50, 110)
    assert standardise(view, 240, width_px=300).image.shape == (240, 300, 4)
    with pytest.raises(ValueError, match="120"):
        standardise(view, 240, width_px=100)


def test_a_thin_tip_still_reaches_the_first_row() -> None:
    image = view_of_box(100, 190, 60, 140).image.copy()
    image[10:100, 100:102] = (10, 10, 10, 255)
    assert subject_box(standardise(View(image, 0.0), 64).mask)[:2] == (0, 64)


def test_edges_stay_soft_and_take_no_colour_from_the_background() -> None:
    image = np.full((200, 200, 4), (0, 255, 0, 0), np.uint8)  # invisible green
    y, x = np.mgrid[0:200, 0:200]
    image[np.hypot(x - 100, y - 100) < 80] = (200, 100, 50, 255)
    view = standardise(View(image, 0.0), 100)
    alpha = view.image[..., 3]
    assert np.count_nonzero((alpha > 20) & (alpha < 235)) > 100
    assert np.abs(view.image[alpha > 20, :3].astype(int) - (200, 100, 50)).max() <= 8


def test_a_line_is_no_subject() -> None:
    with pytest.raises(UnusableView, match="wide"):
        standardise(view_of_box(100, 101, 10, 190), 256)


def test_standardising_twice_changes_nothing_but_the_margin() -> None:
    once = standardise(View(figure(), 0.0), 200)
    np.testing.assert_array_equal(standardise(once, 200).mask, once.mask)


def test_an_empty_view_is_refused_by_name() -> None:
    with pytest.raises(UnusableView, match="front"):
        standardise(View(np.zeros((80, 80, 4), np.uint8), 0.0, name="front"), 100)


def test_iou_of_known_overlaps() -> None:
    assert silhouette_iou(bars((0, 20)), bars((0, 20))) == 1.0
    assert silhouette_iou(bars((0, 20)), bars((10, 30))) == pytest.approx(1 / 3)
    assert silhouette_iou(bars((0, 20)), bars((50, 70))) == 0.0
    assert silhouette_iou(bars(), bars()) == 1.0


@pytest.mark.parametrize("shift", [-17, -1, 0, 5, 20])
def test_best_shift_finds_a_known_shift(shift: int) -> None:
    a = bars((40, 50), (55, 58))
    assert best_shift(a, shifted(a, -shift), 20) == (shift, 1.0)


def test_best_shift_is_the_best_of_all_tried_one_by_one() -> None:
    rng = np.random.default_rng(5)
    a, b = rng.random((2, 30, 40)) < 0.4
    wide_a, wide_b = np.pad(a, ((0, 0), (20, 20))), np.pad(b, ((0, 0), (20, 20)))
    tried = {shift: silhouette_iou(wide_a, shifted(wide_b, shift)) for shift in range(-10, 11)}
    shift, iou = best_shift(a, b, 10)
    assert iou == pytest.approx(max(tried.values()))
    assert tried[shift] == pytest.approx(iou)


def test_best_shift_stays_within_its_limit() -> None:
    shift, iou = best_shift(bars((60, 70)), bars((20, 30)), 15)
    assert abs(shift) <= 15
    assert iou == 0.0


def test_a_mirrored_view_standardises_to_the_mirrored_result() -> None:
    view = View(figure(size=330, tail="left"), 0.0)
    there = standardise(mirrored(view), 200).image.astype(int)
    back = mirrored(standardise(view, 200)).image.astype(int)
    assert np.abs(there - back).max() <= 1


def test_mirroring_twice_gives_the_view_back() -> None:
    view = View(figure(tail="left"), 90.0, name="left")
    once = mirrored(view)
    assert (once.azimuth_deg, once.name) == (90.0, "left")
    assert not np.array_equal(once.image, view.image)
    np.testing.assert_array_equal(mirrored(once).image, view.image)
