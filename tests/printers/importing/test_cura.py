"""Cura's machine definitions: overrides over parents, an extruder, and its own ways to count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from slicer_files import DEFINITION, write_json

from printers.errors import UnreadableProfile
from printers.importing import own_table, read_profile
from printers.preset import printer_from
from printers.profile import Printer


def imported(path: Path) -> Printer:
    printer_id, table = own_table(read_profile(path), "mine")
    return printer_from(printer_id, table)


def definition(tmp_path: Path, **overrides: Any) -> Printer:
    record = {**DEFINITION, "overrides": {**DEFINITION["overrides"], **overrides}}
    return imported(write_json(tmp_path / "definitions" / "maker.def.json", record))


def test_a_definition_says_bed_and_maker(tmp_path: Path) -> None:
    printer = definition(tmp_path)
    assert (printer.vendor, printer.build_volume_mm) == ("Maker", (200, 200, 300))
    assert {"nozzle_mm", "layer_height_mm"} <= set(printer.unverified)


def test_the_middle_may_be_zero_and_the_bed_round(tmp_path: Path) -> None:
    printer = definition(
        tmp_path, machine_center_is_zero={"default_value": True}, machine_shape={"default_value": "elliptic"}
    )
    assert (printer.bed_min_xy_mm, printer.bed_shape) == ((-100, -100), "elliptic")


def test_forbidden_areas_count_from_the_middle_and_from_the_front(tmp_path: Path) -> None:
    area = [[-100, 100], [-80, 100], [-80, 90], [-100, 90]]
    printer = definition(tmp_path, machine_disallowed_areas={"default_value": [area]})
    assert printer.no_go_mm == (((0, 0), (20, 0), (20, 10), (0, 10)),)


def test_angles_count_from_the_vertical_already(tmp_path: Path) -> None:
    assert definition(tmp_path, support_angle={"value": 50}).overhang_from_vertical_deg == 50
    assert definition(tmp_path, support_angle={"value": "0"}).overhang_from_vertical_deg is None


def test_a_formula_says_nothing_and_its_default_counts(tmp_path: Path) -> None:
    printer = definition(tmp_path, layer_height={"value": "machine_nozzle_size / 2", "default_value": 0.25})
    assert printer.layer_height_mm is not None
    assert printer.layer_height_mm.default == 0.25
    printer = definition(tmp_path, layer_height={"value": "machine_nozzle_size / 2"})
    assert "layer_height_mm" in printer.unverified


def test_a_value_goes_before_a_default(tmp_path: Path) -> None:
    assert definition(tmp_path, machine_height={"value": 150, "default_value": 300}).build_volume_mm[2] == 150


def test_an_inward_first_layer_is_an_elephants_foot(tmp_path: Path) -> None:
    assert definition(tmp_path, xy_offset_layer_0={"value": -0.15}).elephant_foot_mm == 0.15
    assert definition(tmp_path, xy_offset_layer_0={"value": 0.1}).elephant_foot_mm == 0


def test_the_nozzle_is_in_the_extruders_file(tmp_path: Path) -> None:
    extruder = {"inherits": "fdmextruder", "overrides": {"machine_nozzle_size": {"default_value": 0.6}}}
    write_json(tmp_path / "extruders" / "maker_extruder_0.def.json", extruder)
    printer = definition(tmp_path)
    assert (printer.nozzle_mm, printer.line_width_mm) == (0.6, pytest.approx(0.63))


def test_two_extruders_print_two_colours(tmp_path: Path) -> None:
    printer = definition(tmp_path, machine_extruder_count={"default_value": 2})
    assert (printer.extruders, printer.colours) == (2, 2)


def test_parents_beside_the_file_count(tmp_path: Path) -> None:
    base = {"inherits": "fdmprinter", "overrides": {"machine_height": {"default_value": 77}}}
    write_json(tmp_path / "definitions" / "maker_base.def.json", base)
    record = {**DEFINITION, "inherits": "maker_base", "overrides": dict(list(DEFINITION["overrides"].items())[:2])}
    printer = imported(write_json(tmp_path / "definitions" / "maker.def.json", record))
    assert printer.build_volume_mm == (200, 200, 77)


def test_a_parent_that_is_not_there_and_is_needed_is_named(tmp_path: Path) -> None:
    record = {**DEFINITION, "inherits": "maker_base", "overrides": {"machine_width": {"default_value": 200}}}
    with pytest.raises(UnreadableProfile, match="maker_base"):
        imported(write_json(tmp_path / "maker.def.json", record))


def test_settings_of_a_root_definition_are_read_in_their_categories(tmp_path: Path) -> None:
    sizes = {f"machine_{side}": {"default_value": 120} for side in ("width", "depth", "height")}
    shell = {"wall": {"children": {"wall_line_width": {"default_value": 0.5}}}}
    record = {"name": "Own root", "settings": {"machine_settings": {"children": sizes}, "shell": {"children": shell}}}
    printer = imported(write_json(tmp_path / "root.def.json", record))
    assert (printer.build_volume_mm, printer.line_width_mm) == ((120, 120, 120), 0.5)
