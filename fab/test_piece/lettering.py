"""Letters and digits that a printer can form: strokes of one width, laid out as flat outlines.

Each sign is a few lines on a grid of 2 x 4 units, drawn with a round pen. The unit is the pen's width, so that every
gap inside a sign is as wide as its strokes.
"""

from __future__ import annotations

from itertools import pairwise

from manifold3d import CrossSection, OpType

Line = tuple[tuple[float, float], ...]

WIDTH, HEIGHT = 2.0, 4.0
ADVANCE = 4.0
PEN_SIDES = 12

_BOX: Line = ((0, 0), (2, 0), (2, 4), (0, 4), (0, 0))
SIGNS: dict[str, tuple[Line, ...]] = {
    "0": (_BOX,),
    "1": (((0, 3), (1, 4), (1, 0)), ((0, 0), (2, 0))),
    "2": (((0, 4), (2, 4), (2, 2), (0, 2), (0, 0), (2, 0)),),
    "3": (((0, 4), (2, 4), (2, 0), (0, 0)), ((0.5, 2), (2, 2))),
    "4": (((0, 4), (0, 2), (2, 2)), ((2, 4), (2, 0))),
    "5": (((2, 4), (0, 4), (0, 2), (2, 2), (2, 0), (0, 0)),),
    "6": (((2, 4), (0, 4), (0, 0), (2, 0), (2, 2), (0, 2)),),
    "7": (((0, 4), (2, 4), (0.7, 0)),),
    "8": (_BOX, ((0, 2), (2, 2))),
    "9": (((2, 2), (0, 2), (0, 4), (2, 4), (2, 0), (0, 0)),),
    ".": (((0, 0), (0, 0)),),
    "A": (((0, 0), (0, 3), (1, 4), (2, 3), (2, 0)), ((0, 1.5), (2, 1.5))),
    "B": (
        ((0, 0), (0, 4), (1.4, 4), (2, 3.4), (2, 2.6), (1.4, 2), (0, 2)),
        ((1.4, 2), (2, 1.4), (2, 0.6), (1.4, 0), (0, 0)),
    ),
    "C": (((2, 4), (0, 4), (0, 0), (2, 0)),),
    "D": (((0, 0), (0, 4), (1.2, 4), (2, 3), (2, 1), (1.2, 0), (0, 0)),),
    "E": (((2, 4), (0, 4), (0, 0), (2, 0)), ((0, 2), (1.6, 2))),
    "F": (((2, 4), (0, 4), (0, 0)), ((0, 2), (1.6, 2))),
    "G": (((2, 4), (0, 4), (0, 0), (2, 0), (2, 1.8), (1.2, 1.8)),),
    "H": (((0, 0), (0, 4)), ((2, 0), (2, 4)), ((0, 2), (2, 2))),
    "I": (((1, 0), (1, 4)), ((0, 0), (2, 0)), ((0, 4), (2, 4))),
    "J": (((2, 4), (2, 0), (0, 0), (0, 1.2)),),
}


def text_width(text: str, pen_mm: float) -> float:
    """Return how wide a text is, in mm, from the outer edge of its first stroke to that of its last."""
    return (sum(map(_advance, text)) - 1.0) * pen_mm if text else 0.0


def text_height(pen_mm: float) -> float:
    """Return how tall a text is in mm, strokes included."""
    return (HEIGHT + 1.0) * pen_mm


def outline(text: str, pen_mm: float) -> CrossSection:
    """Return the text's flat outline, its lower left corner at the origin; mm.

    Raises KeyError for a sign that is not among SIGNS.
    """
    pen = CrossSection.circle(pen_mm / 2, PEN_SIDES)
    strokes = []
    at = pen_mm / 2
    for sign in text:
        for line in SIGNS[sign]:
            spots = [pen.translate((at + x * pen_mm, pen_mm / 2 + y * pen_mm)) for x, y in line]
            strokes += [CrossSection.batch_hull([a, b]) for a, b in pairwise(spots)]
        at += _advance(sign) * pen_mm
    return CrossSection.batch_boolean(strokes, OpType.Add)


def _advance(sign: str) -> float:
    return 2.0 if sign == "." else ADVANCE
