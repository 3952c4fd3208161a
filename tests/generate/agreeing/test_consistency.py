"""Planted faults named, clean views left alone, and the seven real pairs told truly."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from drawings import figure

from generate.agreeing.consistency import Consistent, limb_from, make_consistent, symmetric_from, view_name
from generate.agreeing.reasons import LIMB
from generate.cutting.cutout import cut_out
from generate.errors import GenerateError, ViewsDisagree
from generate.pictures import read_picture
from generate.views import Note, View, Views


def pair(front: dict[str, str], back: dict[str, str]) -> Views:
    return Views((View(figure(**front), 0.0, name="front"), View(figure(**back), 180.0, name="back")))


def said(result: Consistent) -> list[tuple[str, str]]:
    return [(note.code, note.severity) for note in result.notes]


def note_of(result: Consistent, code: str) -> Note:
    return next(note for note in result.notes if note.code == code)


LEFT, RIGHT = {"tail": "left"}, {"tail": "right"}


def test_a_clean_pair_is_left_alone_without_a_word() -> None:
    views = pair(RIGHT, LEFT)
    result = make_consistent(views)
    assert result.notes == ()
    assert result.silhouette_iou == pytest.approx(1.0, abs=0.01)
    assert all(a is b for a, b in zip(result.views.items, views.items, strict=True))


def test_a_mirrored_back_is_turned_over_and_named() -> None:
    views = pair(RIGHT, RIGHT)
    result = make_consistent(views)
    assert said(result) == [("view-mirrored", "WARN")]
    note = note_of(result, "view-mirrored")
    assert note.view == "back"
    assert note.measured is not None
    assert note.measured >= 0.02
    assert result.silhouette_iou == pytest.approx(1.0, abs=0.01)
    assert result.views.items[0] is views.items[0]
    np.testing.assert_array_equal(result.views.items[1].image, views.items[1].image[:, ::-1])
    assert result.views.items[1].azimuth_deg == 180.0


def test_trusting_the_back_turns_the_front() -> None:
    views = pair(RIGHT, RIGHT)
    result = make_consistent(views, trust="back")
    assert note_of(result, "view-mirrored").view == "front"
    assert result.views.items[1] is views.items[1]
    np.testing.assert_array_equal(result.views.items[0].image, views.items[0].image[:, ::-1])


def test_a_mirrored_back_is_kept_when_asked_and_still_named() -> None:
    views = pair(RIGHT, RIGHT)
    result = make_consistent(views, fix_views=False)
    assert ("view-mirrored", "WARN") in said(result)
    assert all(a is b for a, b in zip(result.views.items, views.items, strict=True))
    assert result.silhouette_iou is not None
    assert result.silhouette_iou < 0.95


def test_a_symmetric_subject_is_never_called_mirrored() -> None:
    assert said(make_consistent(pair({}, {}))) == []


def test_mirrored_sides_are_turned_over_too() -> None:
    items = (View(figure(**RIGHT), 90.0, name="left"), View(figure(**RIGHT), 270.0, name="right"))
    result = make_consistent(Views(items))
    assert said(result) == [("view-mirrored", "WARN")]
    assert note_of(result, "view-mirrored").view == "right"


def test_an_arm_raised_in_front_only_is_named_with_its_place() -> None:
    result = make_consistent(pair({"raised_arm": "left"}, {}))
    assert {code for code, _ in said(result)} == {"views-disagree"}
    raised = next(note for note in result.notes if note.view == "front")
    assert raised.severity == "WARN"
    assert raised.place is not None
    assert "subject's right" in raised.place
    assert raised.extra["high"] == pytest.approx(0.98, abs=0.05)
    assert 0.5 < raised.extra["low"] < 0.75


def test_a_small_difference_is_told_without_alarm() -> None:
    image = figure()
    image[60:90, 240:262] = (200, 30, 30, 255)  # a bow on one side of the head, 4% of the height thick
    result = make_consistent(Views((View(image, 0.0), View(figure(), 180.0))))
    assert said(result) == [("views-disagree", "INFO")]
    assert note_of(result, "views-disagree").extra["iou"] == result.silhouette_iou


def test_what_cannot_be_one_subject_is_refused() -> None:
    wide = np.zeros((400, 400, 4), np.uint8)
    wide[300:360, 20:380] = (90, 90, 90, 255)
    with pytest.raises(ViewsDisagree) as refusal:
        make_consistent(Views((View(figure(), 0.0), View(wide, 180.0))))
    assert "\n" not in str(refusal.value)


def plank(azimuth_deg: float, seen_from_deg: float | None = None) -> View:
    """Return a view of a plank 0.3 wide and 2 deep, standing on its edge, that is said to be from an azimuth."""
    turn = np.radians(azimuth_deg if seen_from_deg is None else seen_from_deg)
    width = round(180 * (0.3 * abs(np.cos(turn)) + 2.0 * abs(np.sin(turn))))
    image = np.zeros((220, width + 40, 4), np.uint8)
    image[20:200, 20 : 20 + width] = (150, 90, 60, 255)
    return View(image, azimuth_deg)


def test_what_is_refused_because_it_is_turned_is_told_the_angle() -> None:
    items = plank(0.0), plank(180.0, seen_from_deg=230.0), plank(90.0)
    with pytest.raises(ViewsDisagree) as refusal:
        make_consistent(Views(items))
    (angle,) = [note for note in refusal.value.notes if note.code == "view-angle"]
    assert angle.view == "back"
    assert angle.measured is not None
    assert angle.measured >= 24.0
    assert angle.message in str(refusal.value)


def test_a_limb_of_a_deep_figure_is_thicker() -> None:
    assert limb_from(()) == limb_from((plank(0.0),)) == LIMB
    assert limb_from((plank(90.0),)) == pytest.approx(2.0 * np.sin(np.radians(np.hypot(2.0, 3.0))), rel=0.02)


def test_one_view_and_views_from_beside_have_nothing_to_disagree_on() -> None:
    for items in ((View(figure(**RIGHT), 0.0),), (View(figure(**RIGHT), 0.0), View(figure(), 90.0))):
        result = make_consistent(Views(items))
        assert (result.notes, result.silhouette_iou) == ((), None)


def test_views_from_above_are_not_compared() -> None:
    items = (View(figure(**RIGHT), 0.0, elevation_deg=20.0), View(figure(**RIGHT), 180.0, elevation_deg=20.0))
    assert make_consistent(Views(items)).silhouette_iou is None


def test_trusting_a_view_that_is_not_there_is_refused() -> None:
    with pytest.raises(GenerateError, match="left"):
        make_consistent(pair(RIGHT, LEFT), trust="left")


def test_views_are_called_by_name_side_or_azimuth() -> None:
    image = figure()
    names = [view_name(v) for v in (View(image, 0.0, name="me"), View(image, 450.0), View(image, 33.0))]
    assert names == ["me", "left", "33°"]


@cache
def real(folder: Path, case: int) -> Consistent:
    images = [cut_out(read_picture(folder / f"case{case}v{view}.png")).image for view in (1, 2)]
    return make_consistent(Views((View(images[0], 0.0, name="front"), View(images[1], 180.0, name="back"))))


@pytest.mark.parametrize(
    ("case", "warnings"),
    [
        (1, {"view-angle", "views-disagree"}),
        (2, {"view-mirrored"}),
        (3, set()),
        (4, set()),
        (5, {"view-mirrored", "views-disagree"}),
        (6, {"views-disagree"}),
        (7, set()),
    ],
)
def test_the_real_pairs_are_flagged_for_what_is_wrong_with_them(shared: Path, case: int, warnings: set[str]) -> None:
    result = real(shared / "seed" / "views", case)
    assert {note.code for note in result.notes if note.severity == "WARN"} == warnings


def test_the_mirrored_tail_of_case_5_is_measured(shared: Path) -> None:
    note = note_of(real(shared / "seed" / "views", 5), "view-mirrored")
    assert note.extra["iou_as_given"] == pytest.approx(0.79, abs=0.01)
    assert note.extra["iou_turned"] == pytest.approx(0.88, abs=0.01)


def test_the_raised_arm_of_case_6_is_placed(shared: Path) -> None:
    note = note_of(real(shared / "seed" / "views", 6), "views-disagree")
    assert note.view == "front"
    assert note.place is not None
    assert "subject's right" in note.place
    assert (note.extra["low"], note.extra["high"]) == (pytest.approx(0.57, abs=0.03), pytest.approx(0.88, abs=0.03))


def column(left: tuple[int, int, int], right: tuple[int, int, int], bump_px: int) -> View:
    image = np.zeros((300, 200, 4), np.uint8)
    image[20:280, 60:100], image[20:280, 100:140] = (*left, 255), (*right, 255)
    image[100:200, 60 - bump_px : 60] = (*left, 255)
    return View(image, 0.0, name="front")


RED, BLUE = (200, 40, 40), (40, 60, 190)


def test_colours_on_the_right_side_deny_a_small_gain_by_turning_over() -> None:
    front = column(RED, BLUE, bump_px=4)
    back = View(column(BLUE, RED, bump_px=4).image, 180.0, name="back")
    result = make_consistent(Views((front, back)))
    note = note_of(result, "view-mirrored")
    assert note.severity == "INFO"
    assert note.measured is not None
    assert 0.02 <= note.measured < 0.05
    assert result.views.items[1] is back


def test_the_same_gain_turns_a_view_over_where_colours_agree_with_it() -> None:
    front = column(RED, BLUE, bump_px=4)
    result = make_consistent(Views((front, View(front.image, 180.0, name="back"))))
    assert ("view-mirrored", "WARN") in said(result)
    np.testing.assert_array_equal(result.views.items[1].image, front.image[:, ::-1])


def test_a_deep_figure_may_be_lopsided_and_symmetric() -> None:
    tall, long = np.zeros((100, 200, 4), np.uint8), np.zeros((100, 600, 4), np.uint8)
    tall[:, 50:100], long[:, 100:350] = 255, 255
    front = View(tall, 0.0)
    assert symmetric_from(front, []) == 0.97
    assert symmetric_from(front, [View(tall, 90.0)]) == pytest.approx(1.0 - np.sin(np.radians(2.0)))
    assert symmetric_from(front, [View(long, 90.0)]) == pytest.approx(1.0 - 5.0 * np.sin(np.radians(2.0)))
