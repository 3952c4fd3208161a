"""Technical words are found, marked once a text, and explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fab.report.markup import Element, tag, to_html
from fab.report.words import Explainer, glossary


def marked(text: str, explainer: Explainer | None = None) -> list[str]:
    pieces = (explainer or Explainer()).mark(text)
    assert "".join(piece.text or "" if isinstance(piece, Element) else piece or "" for piece in pieces) == text
    return [piece.text or "" for piece in pieces if isinstance(piece, Element)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Switch supports on in the slicer", ["supports", "slicer"]),
        ("the first layer is one layer", ["first layer", "layer"]),
        ("wall after wall", ["wall"]),
        ("WALLS", ["WALLS"]),
        ("wallpaper, overwall, drywall-ish", []),
        ("cat.3mf and a 3MF", ["3MF"]),
        ("", []),
    ],
)
def test_words_are_found_whole_longest_first_and_once(text: str, words: list[str]) -> None:
    assert marked(text) == words


def test_the_keyboard_stops_at_a_word_once_a_page() -> None:
    explainer = Explainer()
    html = to_html(tag("div", *explainer.mark("a brim"), *explainer.mark("no brim")))
    assert html.count("data-word") == 2
    assert html.count("tabindex") == 1
    assert [key for key, _ in explainer.used()] == ["brim"]


def test_meanings_are_sentences_that_do_not_lean_on_the_word_itself() -> None:
    for key, term in glossary().items():
        assert re.fullmatch(r"[A-Z].+\.", term.means), key
        assert not term.means.casefold().startswith(term.word.casefold()), key


def test_every_check_has_its_word_explained(repository: Path) -> None:
    spellings = {word.casefold() for term in glossary().values() for word in (term.word, *term.also)}
    assert {"wall", "overhang", "islands", "supports", "footing", "cups", "drain hole", "brim"} <= spellings
