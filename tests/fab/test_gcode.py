from __future__ import annotations

import pytest

from fab.gcode import parse_gcode, seconds_of

PRUSA = """\
M83
;LAYER_CHANGE
;TYPE:Skirt/Brim
T0
G1 X0 Y0 E1
G1 X10 Y0 E0.5 ; along
;TYPE:External perimeter
G1 X10 Y30 E1.5
G1 E-0.8
G1 X0 Y30 F9000
T1
;LAYER_CHANGE
G1 X3 Y34 E0.25
;TYPE:Support material
G1 X3 Y44 E0.25
T1
; filament used [mm] = 12.50, 3.25
; filament used [g] = 0.04, 0.01
; total filament used [g] = 0.05
; estimated printing time (normal mode) = 1h 2m 3s
""".splitlines()


def test_lines_are_counted_by_kind_and_tool() -> None:
    gcode = parse_gcode(PRUSA)
    assert gcode.line_mm == {
        ("Skirt/Brim", 0): 10.0,
        ("External perimeter", 0): 30.0,
        ("External perimeter", 1): 5.0,
        ("Support material", 1): 10.0,
    }
    assert gcode.outer_wall_mm() == {0: 30.0, 1: 5.0}
    assert (gcode.layers, gcode.tool_changes, gcode.tools) == (2, 1, (0, 1))
    assert gcode.filament_mm == (12.5, 3.25)
    assert gcode.filament_g == (0.04, 0.01)
    assert gcode.time_s == 3723
    assert gcode.support_share == pytest.approx(0.25 / 2.5)


def test_absolute_lengths_of_filament_are_differences() -> None:
    lines = [";TYPE:Outer wall", "M82", "G92 E0", "G1 X3 Y4 E2", "G1 X3 Y0 E2.5", "G92 E1", "G1 X0 E1", "G1 X9 E1.5"]
    gcode = parse_gcode(lines)
    assert gcode.plastic_mm == {("Outer wall", 0): 3.0}
    assert gcode.outer_wall_mm() == {0: 18.0}


def test_bambu_studio_names_kinds_its_own_way() -> None:
    gcode = parse_gcode(
        ["M83", "; CHANGE_LAYER", "; FEATURE: Outer wall", "G1 X5 E1", "; FEATURE: Support", "G1 X9 E1"]
    )
    assert gcode.outer_wall_mm() == {0: 5.0}
    assert gcode.support_share == 0.5
    assert gcode.layers == 1


def test_without_anything_there_is_nothing() -> None:
    gcode = parse_gcode([])
    assert gcode.time_s is None
    assert gcode.tools == ()
    assert gcode.support_share == 0.0


@pytest.mark.parametrize(("words", "seconds"), [("59s", 59), ("20m 24s", 1224), ("1d 1h 1m 1s", 90061), ("soon", None)])
def test_times(words: str, seconds: float | None) -> None:
    assert seconds_of(words) == seconds
