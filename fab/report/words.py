"""The glossary: technical words found in a text and marked, so that a page can explain them."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from fab.report.markup import Content, Element, tag


class Term(BaseModel):
    """One technical word, its other spellings, and what it means."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    word: str
    also: tuple[str, ...] = ()
    means: str


@cache
def glossary() -> dict[str, Term]:
    """Return all terms by their key, as `glossary.toml` has them."""
    text = (files("fab.report") / "glossary.toml").read_text(encoding="utf-8")
    return {key: Term.model_validate(entry) for key, entry in tomllib.loads(text).items()}


@cache
def _spellings() -> dict[str, str]:
    return {spelling.casefold(): key for key, term in glossary().items() for spelling in (term.word, *term.also)}


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(_spellings(), key=lambda spelling: (-len(spelling), spelling))
    return re.compile(rf"(?<![\w.-])({'|'.join(map(re.escape, longest_first))})(?![\w-])", re.IGNORECASE)


class Explainer:
    """Marks technical words in texts of one page, and remembers which were used.

    Each word can be pointed at wherever it stands; the keyboard stops at it once a page, or it would stop everywhere.
    """

    def __init__(self) -> None:
        self._used: set[str] = set()

    def mark(self, text: str) -> list[Content]:
        """Return the text in pieces, in which each technical word is an element of its own, once a text."""
        pieces: list[Content] = []
        seen: set[str] = set()
        at = 0
        for match in _pattern().finditer(text):
            key = _spellings()[match[0].casefold()]
            if key in seen:
                continue
            seen.add(key)
            pieces += [text[at : match.start()], self._word(key, match[0])]
            at = match.end()
        return [*pieces, text[at:]]

    def _word(self, key: str, spelling: str) -> Element:
        first = key not in self._used
        self._used.add(key)
        return tag(
            "span",
            spelling,
            class_="word",
            data_word=key,
            tabindex="0" if first else None,
            aria_describedby=f"word-{key}",
        )

    def used(self) -> list[tuple[str, Term]]:
        """Return the terms that were marked so far, in alphabetical order."""
        return sorted(((key, glossary()[key]) for key in self._used), key=lambda item: item[1].word.casefold())
