"""The shell of a page: one file that opens anywhere, asks for nothing and runs nothing but what it carries."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from importlib.resources import files

from fab.report.markup import Content, Element, data_block, raw_block, tag, to_html
from fab.report.scene import Scene


def page(title: str, body: Iterable[Content], *, scene: Scene | None, script: str | None, more_style: str = "") -> str:
    """Return a whole page as HTML. Without a scene or a script it has no 3D view, and everything else.

    Its content security policy lets run only this style and this script, by their hashes, and lets nothing be loaded.
    """
    style = (files("fab.report") / "page.css").read_text(encoding="utf-8") + more_style
    rules = {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": _hash(style),
        "script-src": _hash(script) if script else "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        _policy(rules),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="generator", content="figurine"),
        tag("title", title),
        raw_block("style", style),
    )
    carried: list[Content] = []
    if scene is not None and script is not None:
        packed = raw_block("script", scene.data, id="part-data", type="text/plain")
        carried += [data_block("part-about", scene.about), packed]
    if script is not None:
        carried.append(raw_block("script", script))
    return to_html(tag("html", head, tag("body", *body, *carried), lang="en"))


def picture(webp: bytes, description: str, **attributes: str) -> Element:
    """Return a picture that the page carries itself."""
    source = "data:image/webp;base64," + base64.b64encode(webp).decode()
    return tag("img", src=source, alt=description, **attributes)


def _policy(rules: Mapping[str, str]) -> Element:
    policy = Element("meta", {"http-equiv": "Content-Security-Policy"})
    policy.set("content", "; ".join(f"{name} {value}" for name, value in rules.items()))
    return policy


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
