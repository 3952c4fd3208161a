"""How far opposite silhouettes agree, and where they do not."""

from __future__ import annotations

import numpy as np
import pytest
from drawings import figure

from generate.agreeing.agreement import agree, places_of_difference, symmetry
from generate.silhouette import mirrored
from generate.views import View


def front(**how: str) -> View:
    return View(figure(**how), 0.0, name="front")


def back(**how: str) -> View:
    return View(figure(**how), 180.0, name="back")


def test_a_picture_and_its_mirror_image_are_opposite_views() -> None:
    view = front(tail="right")
    assert agree(view, mirrored(view)).iou == 1.0
    assert agree(view, view).iou < 0.93


def test_a_shift_and_a_few_per_cent_of_width_do_not_count() -> None:
    image = np.roll(figure(tail="left"), 40, axis=1)
    wider = np.repeat(image, np.where(np.arange(400) % 20 == 0, 2, 1), axis=1)
    assert agree(front(tail="right"), View(wider, 180.0)).iou > 0.97


def test_symmetry() -> None:
    assert symmetry(front()) == pytest.approx(1.0, abs=0.01)
    assert symmetry(front(tail="right")) < 0.93


def test_agreeing_silhouettes_differ_nowhere() -> None:
    assert places_of_difference(agree(front(tail="right"), back(tail="left")), 0.02) == []


def test_a_tail_in_one_view_only_is_placed() -> None:
    (place,) = places_of_difference(agree(front(tail="right"), back()), 0.02)
    assert place.only_in_trusted
    assert place.thickness == pytest.approx(0.05 / 0.89, abs=0.01)  # the figure is 0.89 of its picture tall
    assert (place.low, place.high) == (pytest.approx(0.14, abs=0.04), pytest.approx(0.36, abs=0.04))
    assert place.left > 0.55
    assert place.right == pytest.approx(1.0, abs=0.02)


def test_the_other_views_surplus_is_placed_in_the_trusted_picture() -> None:
    (place,) = places_of_difference(agree(front(), back(tail="left")), 0.02)
    assert not place.only_in_trusted
    assert place.left > 0.7


def test_a_thinner_difference_than_asked_for_is_no_place() -> None:
    assert places_of_difference(agree(front(tail="right"), back()), 0.08) == []
