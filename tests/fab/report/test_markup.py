"""Whatever a text holds, it stays text."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fab.report.markup import data_block, raw_block, tag, to_html


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""
        self.attributes: dict[str, str | None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= dict(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html.removeprefix("<!doctype html>\n"))
    reader.close()
    return reader


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    found = read(to_html(tag("p", text, title=text)))
    assert found.tags == ["p"]
    assert found.text.removesuffix("\n") == text
    assert found.attributes["title"] == text


@given(st.text())
def test_what_no_page_may_hold_is_replaced(text: str) -> None:
    html = to_html(tag("p", text))
    html.encode("utf-8")
    assert not set(html) & {"\x00", "\x08", "\x1b", "\x9f"}


def test_texts_between_elements_keep_their_places() -> None:
    assert to_html(tag("p", "a", "b", tag("i", "c"), "d", None, "e")) == "<!doctype html>\n<p>ab<i>c</i>de</p>\n"


def test_attributes_lose_their_underscores() -> None:
    html = to_html(tag("p", class_="x", data_word="w", hidden=True, open=False, width=1.5))
    assert html == '<!doctype html>\n<p class="x" data-word="w" hidden="" width="1.5"></p>\n'


def test_data_cannot_end_its_element() -> None:
    data = {"name": "</script><script>alert(1)</script><!--"}
    element = data_block("about", data)
    assert "<" not in (element.text or "")
    assert json.loads(element.text or "") == data


@pytest.mark.parametrize("text", ["a </script> b", "</SCRIPT", "<!-- x"])
def test_a_script_that_would_end_early_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cannot stand"):
        raw_block("script", text)
