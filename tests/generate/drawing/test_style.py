"""Styles: all that ship are whole, a user's own are found, what is none is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from generate.drawing.style import load_style, style_names
from generate.errors import UnknownStyle

ASKED_FOR = {
    *("porcelain", "low-poly", "voxel", "toy-brick", "clay", "vinyl", "chibi", "plush"),
    *("bronze-bust", "wood-carving", "anime", "storybook"),
}
OWN = """
name = "Gingerbread"
summary = "iced biscuit"
look = "a gingerbread figure with white icing."
subjects = ["person"]
height_mm = 60
"""


def test_the_styles_that_were_asked_for_ship() -> None:
    assert set(style_names()) >= ASKED_FOR
    assert len(style_names()) >= 12


@pytest.mark.parametrize("name", style_names())
def test_every_style_is_whole(name: str) -> None:
    style = load_style(name)
    assert style.look.endswith(".")
    assert 40 <= style.height_mm <= 200
    assert {"whiskers", "tongue", "eyelashes"} & set(style.leaves_out)
    assert len(set(style.leaves_out)) == len(style.leaves_out)


def test_a_name_may_be_written_as_people_write_it() -> None:
    assert load_style("Low Poly").id == "low-poly"


def test_a_folder_adds_styles_and_replaces_them(tmp_path: Path) -> None:
    (tmp_path / "gingerbread.toml").write_text(OWN)
    (tmp_path / "clay.toml").write_text(OWN)
    assert load_style("gingerbread", tmp_path).height_mm == 60
    assert load_style("clay", tmp_path).name == "Gingerbread"
    assert load_style("voxel", tmp_path) == load_style("voxel")
    assert set(style_names(tmp_path)) == {*style_names(), "gingerbread"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (OWN + "colour = 3", "colour"),
        (OWN.replace("60", "-1"), "height_mm"),
        (OWN.replace('"person"', '"ghost"'), "subjects"),
        ("name = ", "no style"),
        ("", "name"),
    ],
)
def test_a_file_that_is_no_style_is_refused_with_the_place(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "odd.toml").write_text(text)
    with pytest.raises(UnknownStyle, match=says):
        load_style("odd", tmp_path)


def test_an_unknown_style_names_its_neighbours(tmp_path: Path) -> None:
    with pytest.raises(UnknownStyle, match="porcelain"):
        load_style("porcelane")
    with pytest.raises(UnknownStyle, match="no folder"):
        load_style("clay", tmp_path / "none")
