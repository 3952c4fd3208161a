"""Signs of severity: a shape each, so that nobody has to tell them by colour."""

from __future__ import annotations

from typing import NamedTuple

from fab.findings import Severity
from fab.report.markup import Element, tag


class Sign(NamedTuple):
    """The tone that colours it, and the word that stands beside it."""

    tone: str
    word: str


SIGNS = {
    Severity.ERROR: Sign("fail", "could not be checked"),
    Severity.FAIL: Sign("fail", "will not print"),
    Severity.WARN: Sign("weak", "weak"),
    Severity.INFO: Sign("note", "note"),
    Severity.SKIP: Sign("note", "not checked"),
    Severity.PASS: Sign("fine", "fine"),
}

_SHAPES = {
    "fail": ("M8 1.2 14.8 8 8 14.8 1.2 8Z", "M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4"),
    "weak": ("M8 1.6 15 14H1Z", "M8 6v3.6M8 11.8v.1"),
    "note": ("M2 2h12v12H2Z", "M8 7.4v4M8 4.7v.1"),
    "fine": ("M8 1.2a6.8 6.8 0 1 0 0 13.6A6.8 6.8 0 0 0 8 1.2Z", "M4.9 8.3l2.2 2.2 4-4.6"),
}


def sign(tone: str) -> Element:
    """Return the sign as SVG in the text's colour: a filled shape with a mark cut into it."""
    outline, mark = _SHAPES[tone]
    return tag(
        "svg",
        tag("path", d=outline, fill="currentColor"),
        tag("path", d=mark, class_="cut"),
        viewBox="0 0 16 16",
        class_="mark",
        aria_hidden="true",
        focusable="false",
    )
