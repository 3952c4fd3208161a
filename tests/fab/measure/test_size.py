"""What fits on a bed, turned or not, beside no-go areas or on a disc."""

from __future__ import annotations

import numpy as np
import pytest
import solids

from fab.measure.size import Bed, convex_pieces, ellipse, find_turn, largest_scale, rectangle

SQUARE = Bed(rectangle((0.0, 0.0), (100.0, 100.0)), (), 50.0)


def block(x: float, y: float, z: float) -> np.ndarray:
    return np.asarray(solids.box(x, y, z).vertices)


def test_part_as_large_as_the_bed_fits_unturned() -> None:
    assert find_turn(block(100.0, 100.0, 50.0), SQUARE) == 0.0
    assert find_turn(block(100.1, 100.0, 50.0), SQUARE) is None
    assert find_turn(block(10.0, 10.0, 50.1), SQUARE) is None


def test_long_part_fits_along_the_diagonal() -> None:
    """A w × d block fits a square of side s at 45° when (w + d) / √2 <= s."""
    turn = find_turn(block(130.0, 11.0, 5.0), SQUARE)
    assert turn is not None and 30.0 < turn < 60.0
    assert find_turn(block(130.0, 12.0, 5.0), SQUARE) is None


def test_wide_part_is_turned_onto_a_deep_bed() -> None:
    deep = Bed(rectangle((-10.0, -50.0), (20.0, 100.0)), (), 50.0)
    turn = find_turn(block(90.0, 15.0, 5.0), deep)
    assert turn is not None and 80.0 < turn <= 90.0


def test_no_go_corner_takes_its_share() -> None:
    """256 × 256 less 18 × 28 in the corner: 238 × 256 and 256 × 228 fit, one mm more does not."""
    corner = np.array([[0.0, 0.0], [18.0, 0.0], [18.0, 28.0], [0.0, 28.0]])
    bed = Bed(rectangle((0.0, 0.0), (256.0, 256.0)), convex_pieces(corner), 250.0)
    assert find_turn(block(238.0, 256.0, 9.0), bed) == 0.0
    assert find_turn(block(256.0, 228.0, 9.0), bed) == 0.0
    assert find_turn(block(239.0, 256.0, 9.0), bed) is None
    assert find_turn(block(256.0, 237.0, 9.0), bed) is not None
    assert find_turn(block(256.0, 239.0, 9.0), bed) is None


def test_round_part_may_lean_into_a_no_go_corner() -> None:
    corner = np.array([[0.0, 0.0], [18.0, 0.0], [18.0, 28.0], [0.0, 28.0]])
    bed = Bed(rectangle((0.0, 0.0), (256.0, 256.0)), convex_pieces(corner), 250.0)
    assert find_turn(np.asarray(solids.cylinder(127.9, 5.0, 128).vertices), bed) is not None


def test_no_go_area_may_have_a_dent_and_run_either_way() -> None:
    corner = np.array([[0.0, 0.0], [30.0, 0.0], [30.0, 10.0], [10.0, 10.0], [10.0, 30.0], [0.0, 30.0]])
    for polygon in (corner, corner[::-1]):
        bed = Bed(rectangle((0.0, 0.0), (100.0, 100.0)), convex_pieces(polygon), 50.0)
        assert find_turn(block(90.0, 90.0, 5.0), bed) == 0.0
        assert find_turn(block(91.0, 91.0, 5.0), bed) is None


def test_disc_holds_what_its_diagonal_allows() -> None:
    disc = Bed(ellipse((-50.0, -50.0), (100.0, 100.0)), (), 50.0)
    assert find_turn(block(70.5, 70.5, 5.0), disc) is not None
    assert find_turn(block(70.8, 70.8, 5.0), disc) is None


@pytest.mark.parametrize(
    ("size", "scale"), [((200.0, 10.0, 10.0), 0.6734), ((10.0, 10.0, 100.0), 0.5), ((10.0, 10.0, 10.0), 5.0)]
)
def test_largest_scale_just_fits(size: tuple[float, float, float], scale: float) -> None:
    found = largest_scale(block(*size), SQUARE)
    assert found == pytest.approx(scale, rel=2e-3)
    assert find_turn(block(*size), SQUARE, found) is not None
    assert find_turn(block(*size), SQUARE, found * 1.01) is None


def test_a_frame_of_no_go_areas_leaves_its_inside_also_for_a_round_part() -> None:
    """Four strips of 2.5 mm and a part of 64 sides: areas that cut each other's pieces anew would never end."""
    strips = [
        rectangle((0.0, 0.0), (255.0, 2.5)), rectangle((0.0, 252.5), (255.0, 2.5)),
        rectangle((0.0, 2.5), (2.5, 250.0)), rectangle((252.5, 2.5), (2.5, 250.0)),
    ]  # fmt: skip
    bed = Bed(rectangle((0.0, 0.0), (255.0, 255.0)), tuple(p for s in strips for p in convex_pieces(s)), 100.0)
    assert find_turn(solids.cylinder(124.9, 5.0, 64).vertices, bed) == 0.0
    assert find_turn(solids.cylinder(125.3, 5.0, 64).vertices, bed) is None
    assert largest_scale(block(100.0, 100.0, 5.0), bed) == pytest.approx(2.5, rel=2e-3)
