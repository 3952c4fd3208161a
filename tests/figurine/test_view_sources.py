"""Which picture is from which side."""

from pathlib import Path

import pytest

from figurine.errors import WrongUse
from figurine.view_sources import view_sources


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name in ("a.png", "b.png", "c.png", "d.png", "e.png", "cat_left.png", "front.png", "odd@name.png"):
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def azimuths(files: Path, *names: str) -> list[float]:
    return [source.azimuth_deg for source in view_sources([str(files / name) for name in names])]


def test_without_names_the_order_is_front_back_left_right(files: Path) -> None:
    assert azimuths(files, "a.png", "b.png", "c.png", "d.png") == [0, 180, 90, 270]


def test_a_file_name_says_the_side(files: Path) -> None:
    assert azimuths(files, "front.png", "cat_left.png") == [0, 90]


def test_a_given_angle_wins_and_the_others_fill_up(files: Path) -> None:
    assert azimuths(files, "a.png@back", "b.png", "front.png@45", "c.png@-90") == [180, 0, 45, 270]


def test_an_at_sign_may_be_part_of_the_name(files: Path) -> None:
    assert azimuths(files, "odd@name.png", "odd@name.png@left") == [0, 90]


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("missing.png",), "no such picture"),
        (("front.png", "a.png@0"), "both from front"),
        (("a.png@nowhere",), "is no angle"),
        (("a.png@nan",), "is no angle"),
        (("a.png", "b.png", "c.png", "d.png", "e.png"), "are taken"),
        (("a.png",) * 9, "at most 8"),
    ],
)
def test_what_makes_no_sense_is_refused(files: Path, names: tuple[str, ...], says: str) -> None:
    with pytest.raises(WrongUse, match=says):
        azimuths(files, *names)
