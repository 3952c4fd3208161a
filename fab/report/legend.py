"""A colour scale as a bar with its numbers, for pages."""

from __future__ import annotations

from fab.report.colour_scale import STEPS, ColourScale
from fab.report.markup import Element, tag

_WIDTH, _LEFT, _BAR_TOP, _BAR_HEIGHT = 360.0, 8.0, 22.0, 12.0
_STOPS = 32


def legend(scale: ColourScale, name: str) -> Element:
    """Return the bar as SVG: ends and marked limits in the scale's unit. `name` tells it from others of the page."""
    bar = tag("rect", x=_LEFT, y=_BAR_TOP, width=_WIDTH, height=_BAR_HEIGHT, rx=2, fill=f"url(#{name}-colours)")
    more = "+" if scale.open_end else ""
    ends = [
        _text(_LEFT, 48.0, format_value(scale.low, scale.unit), "start"),
        _text(_LEFT + _WIDTH, 48.0, format_value(scale.high, scale.unit) + more, "end"),
    ]
    words = ", ".join(f"{mark.label} {format_value(mark.value, scale.unit)}" for mark in scale.marks)
    return tag(
        "svg",
        tag("defs", _gradient(scale, name)),
        bar,
        *ends,
        *_marks(scale),
        viewBox=f"0 0 {_WIDTH + 2 * _LEFT:g} 54",
        class_="scale",
        role="img",
        aria_label=f"Scale in {scale.unit}: {words}",
    )


def format_value(value: float, unit: str) -> str:
    """Return a value with its unit, as short as it can be said: `0.5 mm`, `71°`."""
    return f"{value:g}{'' if unit == '°' else ' '}{unit}"


def _gradient(scale: ColourScale, name: str) -> Element:
    rows = [round(stop * (STEPS - 1) / _STOPS) for stop in range(_STOPS + 1)]
    stops = [
        tag("stop", offset=row / (STEPS - 1), stop_color="#{:02x}{:02x}{:02x}".format(*scale.table[row]))
        for row in rows
    ]
    return tag("linearGradient", *stops, id=f"{name}-colours")


def _marks(scale: ColourScale) -> list[Element]:
    """Return a line and a label for each limit: above the bar, and below it for the second."""
    made: list[Element] = []
    for place, mark in enumerate(scale.marks):
        x = _LEFT + _WIDTH * (mark.value - scale.low) / (scale.high - scale.low)
        made.append(tag("line", x1=x, x2=x, y1=_BAR_TOP - 4, y2=_BAR_TOP + _BAR_HEIGHT + 4, class_="rule"))
        label = f"{mark.label} {format_value(mark.value, scale.unit)}"
        late = x > _LEFT + 0.6 * _WIDTH
        top = _BAR_TOP - 8 if place % 2 == 0 else 48.0
        made.append(_text(x, top, label, "end" if late else "start"))
    return made


def _text(x: float, y: float, text: str, anchor: str) -> Element:
    return tag("text", text, x=x, y=y, text_anchor=anchor)
