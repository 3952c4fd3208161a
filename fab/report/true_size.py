"""The true-size drawing: the part beside a coin, and beside a hand where it is large, all in millimetres."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from fab.report.markup import Content, Element, tag
from fab.report.pictures import cropped_extents

COIN_MM = 23.25
"""A 1 euro coin (Council Regulation (EU) No 729/2014, annex I); a US quarter has 24.26 mm."""

HAND_FROM_MM = 90.0
"""A part this tall stands beside a hand too; a smaller one would look lost there."""

PAPER_MM = (180.0, 205.0)
"""What the margins of A4 and of US Letter leave for the drawing."""

_GAP, _LABEL, _HEAD = 12.0, 16.0, 6.0
_HAND_WIDTH, _HAND_HEIGHT = 104.0, 188.0  # a large adult's, thumb spread: ISO 7250 has 189 mm as the mean man's

# Fingers are thick lines with round ends, from the knuckle to the tip: x and y of both, and how thick. Y is up.
_FINGERS = (
    (41.0, 90.0, 35.0, 161.0, 17.5),
    (58.5, 94.0, 57.0, 178.5, 18.5),
    (76.0, 92.0, 79.0, 164.0, 17.5),
    (91.5, 80.0, 99.0, 137.0, 15.5),
    (40.0, 40.0, 12.0, 96.0, 19.0),
)
_PALM = "M41 0C40 16 31 30 31 52 27 62 24 72 21 82 28 84 32 92 32.5 104L66 111 98 94C99 72 97 30 88 0Z"


@dataclass(frozen=True)
class TrueSize:
    """A drawing and how wide and tall it is in mm; `fits_paper` tells whether paper can hold it at true size."""

    drawing: Element
    width_mm: float
    height_mm: float

    @property
    def fits_paper(self) -> bool:
        """Whether it can be printed at its true size on A4 and on US Letter."""
        return self.width_mm <= PAPER_MM[0] and self.height_mm <= PAPER_MM[1]


def draw_true_size(webp: bytes, width_mm: float, height_mm: float, name: str) -> TrueSize:
    """Return the drawing of a part, given as the picture `cropped`, and the part's width and height."""
    has_hand = height_mm >= HAND_FROM_MM
    coin_x = _LABEL + width_mm + _GAP
    hand_x = coin_x + COIN_MM + _GAP
    width = hand_x + (_HAND_WIDTH if has_hand else -_GAP) + 2.0
    ground = _HEAD + max(height_mm, COIN_MM, _HAND_HEIGHT if has_hand else 0.0)
    height = ground + 12.0
    source = "data:image/webp;base64," + base64.b64encode(webp).decode()
    things: list[Content] = [
        _hand(hand_x, ground) if has_hand else None,
        tag("line", x1=0.0, x2=width, y1=ground, y2=ground, class_="ground"),
        _part(source, width_mm, height_mm, ground),
        _coin(coin_x + COIN_MM / 2.0, ground - COIN_MM / 2.0),
        *_ruler(ground, height_mm),
        _text(_LABEL + width_mm / 2.0, ground + 7.0, f"{width_mm:.0f} mm wide"),
        _text(coin_x + COIN_MM / 2.0, ground + 7.0, "1 euro"),
        _text(hand_x + 62.0, ground + 7.0, "an adult's hand") if has_hand else None,
    ]
    beside = "a 1 euro coin and an adult's hand" if has_hand else "a 1 euro coin"
    label = f"{name}, {height_mm:.0f} mm tall, drawn to scale beside {beside}"
    box = f"0 0 {width:.2f} {height:.2f}"
    return TrueSize(tag("svg", *things, viewBox=box, class_="size", role="img", aria_label=label), width, height)


def _part(source: str, width_mm: float, height_mm: float, ground: float) -> Element:
    wide, tall = cropped_extents(width_mm, height_mm)
    x, y = _LABEL - (wide - width_mm) / 2.0, ground - (tall + height_mm) / 2.0
    return tag("image", href=source, x=x, y=y, width=wide, height=tall)


def _hand(x: float, ground: float) -> Element:
    fingers = [
        tag("line", x1=a, y1=b, x2=c, y2=d, stroke_width=thick, stroke_linecap="round")
        for a, b, c, d, thick in _FINGERS
    ]
    return tag(
        "g", tag("path", d=_PALM), *fingers, class_="hand", transform=f"translate({x:.2f} {ground:.2f}) scale(1 -1)"
    )


def _coin(x: float, y: float) -> Element:
    radius = COIN_MM / 2.0
    return tag(
        "g",
        tag("circle", cx=x, cy=y, r=radius, class_="coin-ring"),
        tag("circle", cx=x, cy=y, r=radius * 0.72, class_="coin-core"),
        tag("text", "1", x=x, y=y + 3.9, text_anchor="middle", class_="coin-face"),
    )


def _ruler(ground: float, height_mm: float) -> list[Element]:
    """Return the height as a line with its number, left of the part."""
    top, x = ground - height_mm, _LABEL - 4.0
    middle = (top + ground) / 2.0
    lines = [(x, x, top, ground), (x - 2.0, x + 2.0, top, top), (x - 2.0, x + 2.0, ground, ground)]
    label = _text(x - 3.5, middle, f"{height_mm:.0f} mm tall")
    label.set("transform", f"rotate(-90 {x - 3.5:.2f} {middle:.2f})")
    return [*(tag("line", x1=a, x2=b, y1=c, y2=d, class_="ruler") for a, b, c, d in lines), label]


def _text(x: float, y: float, text: str) -> Element:
    return tag("text", text, x=x, y=y, text_anchor="middle")
