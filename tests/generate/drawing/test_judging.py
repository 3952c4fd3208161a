"""What is found in a drawn picture, and what the one who draws is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generate.drawing.judging import judge
from generate.pictures import as_png, picture_in
from generate.views import View


def picture(repository: Path, name: str, side: str) -> bytes:
    return (repository / "examples" / name / f"{side}.png").read_bytes()


@pytest.fixture(scope="module")
def front(repository: Path) -> View:
    view = judge(picture(repository, "cat", "front"), "front").view
    assert view is not None
    return view


def test_a_good_pair_has_no_faults(repository: Path, front: View) -> None:
    judged = judge(picture(repository, "cat", "back"), "back", front)
    assert (judged.faults, judged.reason) == ((), None)
    assert judged.score > 0.95


def test_a_cropped_picture_is_to_be_drawn_with_free_space(repository: Path) -> None:
    image = picture_in(picture(repository, "cat", "front"))
    judged = judge(as_png(image[: image.shape[0] // 2]), "front")
    assert [note.code for note in judged.faults] == ["view-cropped"]
    assert judged.reason is not None
    assert "free space" in judged.reason


def test_another_subject_is_told_and_ranks_last(repository: Path, front: View) -> None:
    other = judge(picture(repository, "child", "left"), "back", front)
    good = judge(picture(repository, "cat", "back"), "back", front)
    empty = judge(as_png(np.full((300, 200, 4), 255, np.uint8)), "back", front)
    assert other.faults
    assert [note.code for note in empty.faults] == ["no-subject"]
    assert sorted((empty, other, good), key=lambda judged: judged.rank) == [good, other, empty]


def test_a_mirrored_back_is_left_to_the_pipeline(repository: Path, front: View) -> None:
    image = np.ascontiguousarray(picture_in(picture(repository, "cat", "back"))[:, ::-1])
    judged = judge(as_png(image), "back", front)
    assert "view-mirrored" in [note.code for note in judged.notes]
    assert judged.reason is None


def test_faults_of_the_front_are_not_held_against_the_back(repository: Path) -> None:
    whole = Image.open(repository / "examples/cat/front.png")
    cropped = judge(as_png(np.asarray(whole)[80:]), "front").view
    back = judge(picture(repository, "cat", "back"), "back", cropped)
    assert not any(note.code == "view-cropped" for note in back.notes)


def test_a_back_with_its_colours_on_the_wrong_side_is_asked_for_again() -> None:
    column = np.zeros((300, 200, 4), np.uint8)
    column[20:280, 40:100], column[20:280, 100:160] = (200, 40, 40, 255), (40, 60, 190, 255)
    front = judge(as_png(column), "front").view
    judged = judge(as_png(column), "back", front)
    assert [note.code for note in judged.faults] == ["view-mirrored"]
    assert judged.reason is not None
    assert judge(as_png(np.ascontiguousarray(column[:, ::-1])), "back", front).faults == ()


def test_other_colours_are_held_against_the_back_whichever_view_they_name(repository: Path, front: View) -> None:
    image = picture_in(picture(repository, "cat", "back"))
    recoloured = image.copy()
    recoloured[..., :3] = (40, 200, 90)
    assert "view-colours" in [note.code for note in judge(as_png(recoloured), "back", front).faults]
