"""HTML and SVG put together as a tree, so that every text is escaped where it is written out."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree.ElementTree import Element, tostring

__all__ = ["Content", "Element", "data_block", "raw_block", "tag", "to_html"]

Content = Element | str | None

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")


def tag(name: str, /, *children: Content, **attributes: str | float | bool | None) -> Element:
    """Return an element. A trailing underscore of an attribute is dropped, other underscores become dashes; True is an
    attribute without a value, False and None are left out. Children that are None are left out, text is escaped."""
    element = Element(name)
    for key, value in attributes.items():
        if value is not None and value is not False:
            element.set(key.removesuffix("_").replace("_", "-"), "" if value is True else _clean(_plain(value)))
    for child in children:
        _append(element, child)
    return element


def to_html(document: Element) -> str:
    """Return the document as HTML, with its doctype."""
    return "<!doctype html>\n" + tostring(document, encoding="unicode", method="html") + "\n"


def raw_block(name: str, text: str, **attributes: str) -> Element:
    """Return a `script` or `style` element, whose text HTML does not escape; raises ValueError where that ends it."""
    if f"</{name}" in text.casefold() or "<!--" in text:
        raise ValueError(f"text with </{name} or <!-- in it cannot stand in a <{name}>")
    element = Element(name, {key.replace("_", "-"): value for key, value in attributes.items()})
    element.text = text
    return element


def data_block(identifier: str, data: Any) -> Element:
    """Return a `script` element that holds data as JSON and runs nothing."""
    text = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"), sort_keys=True)
    return raw_block("script", text.replace("<", "\\u003c"), id=identifier, type="application/json")


def _append(element: Element, child: Content) -> None:
    if child is None:
        return
    if isinstance(child, Element):
        element.append(child)
    elif len(element):
        element[-1].tail = (element[-1].tail or "") + _clean(child)
    else:
        element.text = (element.text or "") + _clean(child)


def _plain(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"


def _clean(text: str) -> str:
    """Return the text without what no page may hold: control characters, and halves of surrogate pairs."""
    return _UNPRINTABLE.sub("\ufffd", text.encode("utf-8", "replace").decode("utf-8"))
