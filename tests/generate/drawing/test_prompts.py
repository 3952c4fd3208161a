"""Prompts: every word that matters is in, for every style and side."""

from __future__ import annotations

import pytest

from generate.drawing.prompts import Wish, check_keep, join_reasons, prompt_for, reason_for
from generate.drawing.style import load_style, style_names
from generate.errors import GenerateError
from generate.views import AZIMUTHS_DEG

CLAY = load_style("clay")


@pytest.mark.parametrize("name", style_names())
@pytest.mark.parametrize("side", AZIMUTHS_DEG)
def test_every_prompt_says_what_can_be_printed_and_what_must_not_be_there(name: str, side: str) -> None:
    prompt = prompt_for(side, Wish(load_style(name), kind="person"))
    for words in (
        "one piece",
        "transparent background",
        "No floor, no ground shadow",
        "Arms close to the body",
        "no text",
    ):
        assert words.casefold() in prompt.casefold()
    assert load_style(name).look in prompt
    assert "{" not in prompt
    assert len(prompt) < 4000


def test_only_the_front_is_drawn_from_the_photo_alone() -> None:
    assert "The second is the finished figurine" not in prompt_for("front", Wish(CLAY))
    assert "The second is the finished figurine" in prompt_for("back", Wish(CLAY))


def test_left_is_the_subjects_own_left() -> None:
    assert "its own left" in prompt_for("left", Wish(CLAY))
    assert "looks to the left edge" in prompt_for("left", Wish(CLAY))
    assert "looks to the right edge" in prompt_for("right", Wish(CLAY))


def test_what_is_kept_is_not_left_out() -> None:
    assert "whiskers" in prompt_for("front", Wish(CLAY))
    assert "whiskers" not in prompt_for("front", Wish(CLAY, keep=("whiskers",)))
    assert "leave out" not in prompt_for("front", Wish(CLAY, keep=CLAY.leaves_out))
    with pytest.raises(GenerateError, match="whiskers, tongue"):
        check_keep(Wish(CLAY, keep=("beard",)))


def test_the_owners_words_go_in_word_for_word() -> None:
    wish = Wish(CLAY, subject="the grey cat {on} the left", note="left ear folded, red collar.")
    prompt = prompt_for("front", wish, reason_for("view-cropped"))
    assert "Draw the grey cat {on} the left as a figurine" in prompt
    assert "The owner asks: left ear folded, red collar.\n" in prompt
    assert "leave free space on all four sides. Draw it anew" in prompt


def test_only_what_another_picture_could_cure_is_a_reason() -> None:
    assert reason_for("depth-guessed") is None
    assert reason_for("views-disagree", "an arm is raised") == (
        "pose or outline differed from the front picture: an arm is raised"
    )
    assert join_reasons(["a.", "b", "a."]) == "a. b."
