"""The outline of a bed: whole, round, and round what is forbidden."""

from __future__ import annotations

import math

import pytest

from printers import get
from printers.exporting.outline import bed_outline, free_outline
from printers.importing.polygons import area_mm2, bed_of
from printers.profile import PointMm, Printer


def with_areas(*boxes: tuple[float, float, float, float]) -> Printer:
    areas: tuple[tuple[PointMm, ...], ...] = tuple(((a, b), (c, b), (c, d), (a, d)) for a, b, c, d in boxes)
    return get("fdm-0.4").model_copy(update={"no_go_mm": areas})  # 220 x 220


def test_a_rectangle_starts_at_its_lowest_corner() -> None:
    centred = get("flashforge-adventurer-5m")
    assert bed_outline(centred) == ((-110, -110), (110, -110), (110, 110), (-110, 110))


def test_a_round_bed_reads_back_as_one() -> None:
    printer = get("fdm-0.4").model_copy(update={"bed_shape": "elliptic", "bed_min_xy_mm": (-110.0, -110.0)})
    outline = bed_outline(printer)
    assert area_mm2(outline) == pytest.approx(math.pi * 110**2, rel=2e-3)
    bed = bed_of(outline)
    assert bed is not None
    assert bed.shape == "elliptic"
    assert bed.size_mm == pytest.approx((220, 220))


def test_without_forbidden_areas_there_is_nothing_to_go_round() -> None:
    assert free_outline(get("fdm-0.4")) is None


@pytest.mark.parametrize(
    ("boxes", "corners", "area"),
    [
        ([(0, 0, 20, 30)], 6, 220 * 220 - 600),
        ([(100, 0, 120, 30)], 8, 220 * 220 - 600),
        ([(0, 0, 20, 30), (200, 200, 220, 220)], 8, 220 * 220 - 1000),
        ([(-50, -50, 20, 30)], 6, 220 * 220 - 600),
        ([(0, 100, 220, 110)], 4, 220 * 110),
    ],
    ids=["corner", "side", "two corners", "over the edge", "across"],
)
def test_forbidden_areas_are_left_outside(boxes: list[tuple[float, ...]], corners: int, area: float) -> None:
    outline = free_outline(with_areas(*boxes))  # type: ignore[arg-type]
    assert outline is not None
    assert len(outline) == corners
    assert area_mm2(outline) == pytest.approx(area)


def test_an_island_has_no_single_outline() -> None:
    assert free_outline(with_areas((100, 100, 120, 120))) is None


def test_a_bed_that_is_all_forbidden_has_none() -> None:
    assert free_outline(with_areas((0, 0, 220, 220))) is None


@pytest.mark.parametrize("name", ["bambu-lab-p1s", "qidi-x-max-4", "qidi-q1-pro", "anycubic-kobra-3"])
def test_presets_with_forbidden_areas(name: str) -> None:
    printer = get(name)
    outline = free_outline(printer)
    assert outline is not None
    width, depth, _ = printer.build_volume_mm
    assert 0.9 * width * depth < area_mm2(outline) < width * depth
