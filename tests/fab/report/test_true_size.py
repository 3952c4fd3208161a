"""The drawing for a proof: millimetres are millimetres, and the part stands on the ground beside the coin."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest

from fab.report.true_size import COIN_MM, HAND_FROM_MM, PAPER_MM, draw_true_size


def number(element: Element, name: str) -> float:
    return float(element.get(name) or "nan")


@pytest.mark.parametrize(("width", "height"), [(40.0, 80.0), (1.0, 200.0), (300.0, 1.0), (0.5, 0.5)])
def test_part_and_coin_are_drawn_in_millimetres_and_stand_on_one_line(width: float, height: float) -> None:
    drawing = draw_true_size(b"", width, height, "x").drawing
    (image,) = drawing.iter("image")
    (ground,) = (line for line in drawing.iter("line") if line.get("class") == "ground")
    ring = next(circle for circle in drawing.iter("circle") if circle.get("class") == "coin-ring")
    floor = number(ground, "y1")
    pixel = max(width, height) / 400.0
    assert number(image, "width") == pytest.approx(width, abs=pixel)
    assert number(image, "height") == pytest.approx(height, abs=pixel)
    assert number(image, "y") + number(image, "height") == pytest.approx(floor, abs=pixel)
    assert 2 * number(ring, "r") == pytest.approx(COIN_MM)
    assert number(ring, "cy") + number(ring, "r") == pytest.approx(floor, abs=1e-3)
    assert number(ring, "cx") - number(ring, "r") > number(image, "x") + width


def test_the_box_of_the_drawing_holds_everything_and_is_in_millimetres() -> None:
    size = draw_true_size(b"", 40.0, 80.0, "x")
    _, _, width, height = (float(part) for part in (size.drawing.get("viewBox") or "").split())
    assert (width, height) == pytest.approx((size.width_mm, size.height_mm), abs=0.01)
    assert height > 80.0
    assert size.fits_paper


def test_a_hand_stands_beside_large_parts_and_paper_has_its_limits() -> None:
    for height in (HAND_FROM_MM - 1, HAND_FROM_MM + 1):
        drawing = draw_true_size(b"", 30.0, height, "x").drawing
        assert any(group.get("class") == "hand" for group in drawing.iter("g")) == (height > HAND_FROM_MM)
    assert not draw_true_size(b"", PAPER_MM[0], 50.0, "x").fits_paper
    assert not draw_true_size(b"", 30.0, PAPER_MM[1], "x").fits_paper
