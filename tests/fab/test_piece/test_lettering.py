"""Letters that print: strokes and gaps as wide as the pen, and no wider than they say."""

from __future__ import annotations

import pytest

from fab.test_piece.lettering import SIGNS, outline, text_height, text_width


@pytest.mark.parametrize("sign", sorted(SIGNS))
def test_strokes_are_as_wide_as_the_pen(sign: str) -> None:
    """Shrinking by half a pen leaves next to nothing; shrinking by a third leaves the sign."""
    letter = outline(sign, 0.6)
    assert letter.area() > 0
    assert letter.offset(-0.2).area() > 0.02
    assert letter.offset(-0.31).area() < 0.1 * letter.area()  # where strokes meet they are wider


@pytest.mark.parametrize("sign", sorted(set(SIGNS) - {"."}))
def test_signs_are_as_tall_as_said_and_one_piece(sign: str) -> None:
    x0, y0, x1, y1 = outline(sign, 0.5).bounds()
    assert (y0, y1) == pytest.approx((0.0, text_height(0.5)), abs=0.02)
    assert 0 <= x0 < x1 <= text_width(sign, 0.5) + 0.01
    assert len(outline(sign, 0.5).decompose()) == 1


@pytest.mark.parametrize("sign", "04689AB")
def test_gaps_inside_are_as_wide_as_the_pen(sign: str) -> None:
    """Growing by nearly half a pen leaves every hole open."""
    holes = outline(sign, 0.6).num_contour() - 1
    assert holes >= (0 if sign == "4" else 1)
    assert outline(sign, 0.6).offset(0.2).num_contour() - 1 == holes


def test_all_signs_differ() -> None:
    shapes = {sign: outline(sign, 1.0) for sign in SIGNS}
    for a in shapes:
        for b in shapes:
            if a < b:
                assert (shapes[a] ^ shapes[b]).area() < 0.97 * max(shapes[a].area(), shapes[b].area()), (a, b)


def test_a_text_is_as_wide_as_said() -> None:
    assert outline("0.42", 0.6).bounds()[2] == pytest.approx(text_width("0.42", 0.6), abs=0.02)
    assert text_width("", 0.6) == 0
