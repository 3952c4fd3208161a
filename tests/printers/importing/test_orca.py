"""Files of Bambu Studio, OrcaSlicer and their kin, with each oddity met in those that their makers ship."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from slicer_files import MACHINE, write, write_json, write_zip

from printers import get
from printers.errors import UnreadableProfile
from printers.importing import own_table, read_profile
from printers.preset import printer_from
from printers.profile import Printer


def imported(path: Path) -> Printer:
    printer_id, table = own_table(read_profile(path), "mine")
    return printer_from(printer_id, table)


def machine(tmp_path: Path, **changed: Any) -> Printer:
    return imported(write_json(tmp_path / "machine" / "own.json", {**MACHINE, **changed}))


def user_file(tmp_path: Path, **keys: Any) -> Printer:
    """Read what Orca saves of a user's machine: no type, its parent, and the differences."""
    record = {"from": "User", "name": "Mine", "printer_settings_id": "Mine", "version": "2.2.0.4", **keys}
    return imported(write_json(tmp_path / "Mine.json", record))


def test_a_machine_in_full(tmp_path: Path) -> None:
    printer = machine(tmp_path)
    assert printer.build_volume_mm == (220, 220, 250)
    assert printer.nozzle_mm == 0.4
    assert printer.layer_height_mm is not None
    assert (printer.layer_height_mm.min, printer.layer_height_mm.max) == (0.08, 0.32)
    assert "line_width_mm" in printer.unverified


def test_a_users_file_is_read_over_the_preset_that_it_names(tmp_path: Path) -> None:
    printer = user_file(tmp_path, inherits="Bambu Lab A1 mini 0.4 nozzle", printable_height="170")
    ours = get("bambu-lab-a1-mini")
    assert printer.build_volume_mm == (180, 180, 170)
    assert printer.colours_with_feeder == ours.colours_with_feeder
    assert printer.slicer_machine_name == ours.slicer_machine_name
    assert printer.cite("build_volume_mm") == "your profile: Mine.json: printable_height"
    assert printer.cite("line_width_mm") == ours.cite("line_width_mm")


def test_a_nozzle_in_the_parents_name_counts(tmp_path: Path) -> None:
    printer = user_file(tmp_path, inherits="Bambu Lab A1 mini 0.2 nozzle")
    assert (printer.nozzle_mm, printer.line_width_mm) == (0.2, 0.21)
    assert printer.layer_height_mm is not None
    assert printer.layer_height_mm.default == 0.1
    assert printer.cite("line_width_mm") == "default: scaled from a 0.4 mm nozzle"
    assert printer.rules.wall_supported_mm.floor == pytest.approx(0.21)


def test_a_parent_is_found_across_spaces_and_case(tmp_path: Path) -> None:
    assert user_file(tmp_path, inherits="Bambu Lab  A1 Mini 0.4 nozzle ").build_volume_mm == (180, 180, 180)


def test_a_parent_that_nobody_knows_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableProfile, match="Maker Nine"):
        user_file(tmp_path, inherits="Maker Nine 0.4 nozzle", printable_height="170")


def test_parents_beside_the_file_are_found_by_their_name_field(tmp_path: Path) -> None:
    write_json(tmp_path / "m" / "fdm_common_v2.json", {"type": "machine", "name": "fdm_common", **bed("0x0", 200)})
    leaf = {"type": "machine", "name": "Leaf", "inherits": "fdm_common", "nozzle_diameter": ["0.6"]}
    printer = imported(write_json(tmp_path / "m" / "Leaf.json", leaf))
    assert (printer.build_volume_mm, printer.nozzle_mm) == ((200, 200, 250), 0.6)


def bed(corner: str, side: int) -> dict[str, Any]:
    area = [corner, f"{side}x0", f"{side}x{side}", f"0x{side}"]
    return {"instantiation": "false", "printable_area": area, "printable_height": "250"}


def test_the_leaf_wins_over_its_common_parent(tmp_path: Path) -> None:
    """H2D: the common parent has 345 x 320, the leaf 350 x 320."""
    area = {"printable_area": ["0x0", "345x0", "345x320", "0x320"], "printable_height": "325"}
    write_json(tmp_path / "m" / "common.json", {"type": "machine", "name": "common", **area})
    leaf = {"name": "Dual", "inherits": "common", "printable_area": ["0x0", "350x0", "350x320", "0x320"]}
    assert imported(write_json(tmp_path / "m" / "Dual.json", {**MACHINE, **leaf})).build_volume_mm[0] == 350


def test_a_leaf_may_move_the_origin_of_its_parent(tmp_path: Path) -> None:
    """AD5X: inherits a bed around the origin and has its own from the corner."""
    area = ["-110x-110", "110x-110", "110x110", "-110x110"]
    write_json(tmp_path / "m" / "5M.json", {**MACHINE, "name": "5M", "printable_area": area})
    leaf = {**MACHINE, "name": "5X", "inherits": "5M", "printable_area": ["0x0", "220x0", "220x220", "0x220"]}
    assert imported(write_json(tmp_path / "m" / "5X.json", leaf)).bed_min_xy_mm == (0, 0)
    assert imported(tmp_path / "m" / "5M.json").bed_min_xy_mm == (-110, -110)


def test_templates_that_are_included_are_left_out(tmp_path: Path) -> None:
    assert machine(tmp_path, include=["fdm_gcode_template"]).build_volume_mm[0] == 220


@pytest.mark.parametrize(
    "area",
    [
        "0x0,220x0,220x220,0x220",
        ["0x0,220x0,220x220,0x220"],
        ["0x0", "220x0", "220x220", "0x220 "],
        ["0X0", "220X0", "220X220", "0X220"],
        ["0x0", "220x0", "220x220", "0x220", "0x0"],
    ],
    ids=["comma string", "list of one string", "space", "capital X", "first point again"],
)
def test_outlines_are_written_in_many_ways(tmp_path: Path, area: Any) -> None:
    printer = machine(tmp_path, printable_area=area)
    assert (printer.build_volume_mm, printer.bed_min_xy_mm) == ((220, 220, 250), (0, 0))


def test_corners_may_be_negative_and_odd(tmp_path: Path) -> None:
    printer = machine(tmp_path, printable_area=["-0.5x-1", "270.5x-1", "270.5x271", "-0.5x271"])
    assert (printer.build_volume_mm[:2], printer.bed_min_xy_mm) == ((271, 272), (-0.5, -1))


def test_lists_may_be_comma_strings(tmp_path: Path) -> None:
    printer = machine(tmp_path, nozzle_diameter="0.4,0.4", min_layer_height="0.1,0.1", max_layer_height="0.3,0.3")
    assert (printer.extruders, printer.colours) == (2, 2)
    assert printer.layer_height_mm is not None
    assert (printer.layer_height_mm.min, printer.layer_height_mm.max) == (0.1, 0.3)


CORNER = ((0.0, 0.0), (18.0, 0.0), (18.0, 28.0), (0.0, 28.0))


@pytest.mark.parametrize("area", [[], ["0x0"], "0x0", "", ["0x0", "0x0", "0x0", "0x0"]])
def test_a_forbidden_area_of_no_size_is_none(tmp_path: Path, area: Any) -> None:
    assert machine(tmp_path, bed_exclude_area=area).no_go_mm == ()


@pytest.mark.parametrize("area", [["0x0", "18x0", "18x28", "0x28"], ["0x0,18x0,18x28,0x28"], "0x0,18x0,18x28,0x28"])
def test_a_forbidden_corner(tmp_path: Path, area: Any) -> None:
    assert machine(tmp_path, bed_exclude_area=area).no_go_mm == (CORNER,)


def test_an_empty_area_clears_the_presets(tmp_path: Path) -> None:
    assert get("bambu-lab-p1s").no_go_mm
    assert user_file(tmp_path, inherits="Bambu Lab P1S 0.4 nozzle", bed_exclude_area=[]).no_go_mm == ()


GLUED = {
    "Q1 Pro": (
        "25x245,25x240,115x240,115x245,25x245,25x245,25x245,25x245,208x245,208x240,245x240,245x245",
        [(25, 240, 115, 245), (208, 240, 245, 245)],
    ),
    "X-Plus 4": (
        "0x305,0x302,35x302,35x305,305x305,305x305,305x305,305x20,293x20,293x0,305x0,305x20,305x305",
        [(0, 302, 35, 305), (293, 0, 305, 20)],
    ),
    "X-Max 4": (
        "0x0,16x0,16x13,0x13,0x0,0x0,0x0,0x0,0x13,6x13,6x23,0x23,0x13,0x13,0x13,0x13,0x387,53x387,53x390,0x390,"
        "0x387,0x387,0x397,0x390,338x390,338x384,390x384,390x390,0x390",
        [(0, 0, 16, 13), (0, 13, 6, 23), (0, 387, 53, 390), (338, 384, 390, 390)],
    ),
    "two without filling": ("0x0,18x0,18x28,0x28,200x0,220x0,220x20,200x20", [(0, 0, 18, 28), (200, 0, 220, 20)]),
    "an L": ("0x0,30x0,30x10,10x10,10x40,0x40", [(0, 0, 30, 40)]),
}


@pytest.mark.parametrize("which", GLUED)
def test_several_areas_come_glued_into_one(tmp_path: Path, which: str) -> None:
    points, boxes = GLUED[which]
    side = 400
    area = ["0x0", f"{side}x0", f"{side}x{side}", f"0x{side}"]
    no_go = machine(tmp_path, printable_area=area, bed_exclude_area=points.split(",")).no_go_mm
    assert [
        (*map(min, zip(*polygon, strict=True)), *map(max, zip(*polygon, strict=True))) for polygon in no_go
    ] == boxes


PROCESS = {
    "type": "process",
    "name": "0.20mm  Standard @Maker",
    "inherits": "fdm_process_common",
    "layer_height": "0.2",
}


def test_the_process_is_found_across_spaces_and_brings_its_parents(tmp_path: Path) -> None:
    common = {"name": "fdm_process_common", "support_threshold_angle": "25", "outer_wall_line_width": "105%"}
    write_json(tmp_path / "process" / "common.json", common)
    write_json(tmp_path / "process" / "standard.json", PROCESS)
    printer = machine(tmp_path, default_print_profile="0.20mm Standard @Maker")
    assert printer.layer_height_mm is not None
    assert printer.layer_height_mm.default == 0.2
    assert (printer.overhang_from_vertical_deg, printer.line_width_mm) == (65, 0.42)


def test_a_missing_process_is_no_fault(tmp_path: Path) -> None:
    assert machine(tmp_path, default_print_profile="0.20mm Nowhere").overhang_from_vertical_deg is None


def test_widths_are_percent_of_the_nozzle(tmp_path: Path) -> None:
    assert machine(tmp_path, nozzle_diameter=["0.6"], line_width="110%").line_width_mm == pytest.approx(0.66)


def project(**changed: Any) -> dict[str, Any]:
    flat = {key: value for key, value in MACHINE.items() if key not in ("type", "instantiation")}
    return {**flat, "name": "project_settings", "printer_settings_id": "Maker One 0.4 nozzle", **changed}


def test_a_project_is_flat_and_tells_its_filaments(tmp_path: Path) -> None:
    record = project(
        filament_colour=["#161616", "#00AE42", "#FFFFFF"], layer_height="0.16", support_threshold_angle="30"
    )
    members: dict[str, str | bytes] = {
        "3D/3dmodel.model": "<model/>",
        "Metadata/model_settings.config": "<config/>",
        "Metadata/project_settings.config": json.dumps(record),
    }
    printer = imported(write_zip(tmp_path / "p.3mf", members))
    assert (printer.build_volume_mm, printer.colours) == ((220, 220, 250), 3)
    assert printer.overhang_from_vertical_deg == 60
    assert printer.cite("build_volume_mm").startswith("your profile: p.3mf")


def test_a_project_goes_before_a_prusa_config_beside_it(tmp_path: Path) -> None:
    members: dict[str, str | bytes] = {
        "Metadata/Slic3r_PE.config": "; max_print_height = 9\n",
        "Metadata/project_settings.config": json.dumps(project()),
    }
    assert imported(write_zip(tmp_path / "p.3mf", members)).build_volume_mm[2] == 250


def test_a_g_code_of_the_family_has_its_block_first(tmp_path: Path) -> None:
    lines = {**{k: v for k, v in project().items() if isinstance(v, str)}, "printable_area": "0x0,256x0,256x256,0x256"}
    block = "".join(f"; {key} = {value}\n" for key, value in {**lines, "nozzle_diameter": "0.4"}.items())
    text = f"; HEADER_BLOCK_START\n; CONFIG_BLOCK_START\n{block}; CONFIG_BLOCK_END\n" + "G1 X1 Y1\n" * 9
    printer = imported(write(tmp_path / "plate.gcode", text))
    assert printer.build_volume_mm == (256, 256, 250)


def test_each_nozzle_has_its_own_reach(tmp_path: Path) -> None:
    printer = machine(
        tmp_path,
        nozzle_diameter=["0.4", "0.4"],
        printable_area=["0x0", "350x0", "350x320", "0x320"],
        extruder_printable_area=["0x0,325x0,325x320,0x320", "25x0,350x0,350x320,25x320"],
        extruder_printable_height=["320", "325"],
    )
    reach = [(box.min_xy_mm, box.max_xy_mm, box.height_mm) for box in printer.nozzle_reach_mm]
    assert reach == [((0, 0), (325, 320), 320), ((25, 0), (350, 320), 325)]


@pytest.mark.parametrize("kind", ["process", "filament", "machine_model"])
def test_other_kinds_are_named_and_refused(tmp_path: Path, kind: str) -> None:
    with pytest.raises(UnreadableProfile, match=kind):
        machine(tmp_path, type=kind)


def test_a_users_process_without_a_type_is_refused(tmp_path: Path) -> None:
    record = {"from": "User", "inherits": "0.20mm Standard @BBL A1M", "name": "x", "print_settings_id": "x"}
    with pytest.raises(UnreadableProfile, match="process"):
        imported(write_json(tmp_path / "x.json", record))
