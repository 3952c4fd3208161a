"""Every preset holds together, and says the same as the record it was made from."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import printers
from printers import Ceiling, Limit, Printer, Process, Rules
from printers.library import preset_tables

PRESETS = sorted(preset_tables())
PROCESS = {"msla": "resin", "sla": "resin"}
RESIN = "405 nm photopolymer resin (process-level)"

WITHOUT_A_PRESET = {
    "generic-fdm": "no build volume; its rules are fdm-0.4's",
    "generic-sla": "no build volume; its rules are resin-50um's",
    "generic-sls-pa12": "no build volume; its rules are sls-nylon's",
    "generic-mjf-pa12": "no build volume; its rules are mjf's",
    "generic-material-jetting-colour": "no build volume; its rules are full-colour's",
}
BASELINES = {"fdm-0.4", "fdm-0.2", "resin-50um", "sls-nylon", "mjf", "full-colour"}
GLUED = "the profile glues several rectangles into one polygon; here they are apart"
NO_VOLUME = "the service publishes no volume; that of its process's baseline, marked unverified"
NO_NOZZLE = "the service names no nozzle; 0.4 mm, marked unverified"
CONTINUOUS = "the record says it in words; here the number of colours that are told apart"
FULL_COLOUR = "the record's placeholder says one colour; the process prints in full colour"
DIFFERENCES = {
    ("qidi-q1-pro", "no_go_mm"): GLUED,
    ("qidi-x-plus-4", "no_go_mm"): GLUED,
    ("qidi-x-max-4", "no_go_mm"): GLUED,
    ("anycubic-kobra-3", "no_go_mm"): "the record tells the 2.5 mm frame in its notes only",
    ("sovol-sv06-ace", "layer_height_mm"): "the profile names no least layer; 0.08 mm, marked unverified",
    ("makelab-fdm", "nozzle_mm"): NO_NOZZLE,
    ("makelab-fdm", "nozzles_mm"): NO_NOZZLE,
    ("bambu-lab-h2c", "colours_with_feeder"): "no cap was found; one a hotend, marked unverified",
    ("hp-mjf-580-color", "colours"): CONTINUOUS,
    ("mimaki-3duj-553", "colours"): CONTINUOUS,
    ("mimaki-3duj-2207", "colours"): CONTINUOUS,
    ("stratasys-j850", "colours"): CONTINUOUS,
    ("stratasys-j55", "colours"): CONTINUOUS,
    ("shapeways-sandstone", "colours"): FULL_COLOUR,
    ("sculpteo-multicolor", "colours"): FULL_COLOUR,
    ("marketiger-mimaki", "colours"): FULL_COLOUR,
    ("shapeways-sandstone", "materials"): "the record leaves out what its process uses",
    ("sculpteo-multicolor", "materials"): "the record leaves out what its process uses",
    ("marketiger-mimaki", "materials"): "the record leaves out what its process uses",
    ("jlc3dp-pa12-mjf", "materials"): "the model names PA12, its list is empty",
    ("tempus3d-mjf-pa12", "materials"): "the model names PA12, its list is empty",
    ("makelab-mjf", "materials"): "HP's powder",
    **{
        (name, "build_volume_mm"): NO_VOLUME
        for name in (
            "cjp-full-colour-sandstone", "shapeways-versatile-plastic", "shapeways-sandstone", "sculpteo-multicolor",
            "materialise-pa12-mjf", "imaterialise-standard-resin", "jlc3dp-pa12-mjf", "marketiger-mimaki",
        )
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def records(repository: Path) -> dict[str, dict[str, Any]]:
    file = repository.parent / "shared" / "facts" / "printers.json"
    if not file.is_file():
        pytest.skip("the researched records (../shared/facts/printers.json) are not beside this checkout")
    return {record["id"]: record for record in json.loads(file.read_text(encoding="utf-8"))}


def test_there_are_at_least_120() -> None:
    assert len(PRESETS) >= 120
    assert set(PRESETS) >= BASELINES


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_holds_together(name: str) -> None:
    printer = printers.get(name)
    assert printer.id == name
    assert len(printer.source) > 5
    assert min(printer.build_volume_mm) > 0
    assert (printer.nozzle_mm is not None) == (printer.process is Process.FDM)
    assert all(field.split(".")[0] in Printer.model_fields for field in printer.unverified)
    assert all(len(where.source) > 3 for where in printer.sources.values())
    if printer.process is Process.FDM or printer.display_px:
        assert printer.layer_height_mm is not None
    if printer.layer_height_mm:
        assert 0 < printer.layer_height_mm.min <= printer.layer_height_mm.default <= printer.layer_height_mm.max
    assert printer.confidence.value != "default" or name in BASELINES
    assert all(0 <= x <= size for x, size in zip(printer.largest_mm, printer.build_volume_mm, strict=True))


@pytest.mark.parametrize("name", PRESETS)
def test_every_rule_has_two_limits_and_no_wall_is_below_a_line_or_two_pixels(name: str) -> None:
    printer = printers.get(name)
    for rules in (printer.rules, *printer.rules_by_material.values()):
        told = [rule for field in Rules.model_fields if isinstance(rule := getattr(rules, field), Limit | Ceiling)]
        assert len(told) >= 8
        smallest = printer.line_mm or 0.0
        if printer.pixel_um and printer.process is Process.RESIN:
            smallest = 2 * max(printer.pixel_um) / 1000
        assert rules.wall_supported_mm.floor >= smallest
        assert rules.wall_free_mm.floor >= smallest


def test_no_go_areas_lie_on_the_bed() -> None:
    for name in PRESETS:
        printer = printers.get(name)
        (x0, y0), (width, depth, _) = printer.bed_min_xy_mm, printer.build_volume_mm
        for x, y in (corner for area in printer.no_go_mm for corner in area):
            assert x0 <= x <= x0 + width and y0 <= y <= y0 + depth, name


def test_all_records_are_presets(records: dict[str, dict[str, Any]]) -> None:
    assert set(PRESETS) - BASELINES == set(records) - set(WITHOUT_A_PRESET)
    assert not [name for name in WITHOUT_A_PRESET if records[name]["build_volume_mm"]]


def test_presets_agree_with_their_records(records: dict[str, dict[str, Any]]) -> None:
    differing = {
        (name, field): (want, got)
        for name in set(PRESETS) - BASELINES
        for field, want in expected(records[name]).items()
        if (got := as_plain(printers.get(name), field)) != want
    }
    assert {where: pair for where, pair in differing.items() if where not in DIFFERENCES} == {}
    assert sorted(set(DIFFERENCES) - set(differing)) == []


def test_what_a_record_doubts_its_preset_doubts(records: dict[str, dict[str, Any]]) -> None:
    names = {"multi_material.max_colours": "colours_with_feeder"}
    for name in set(PRESETS) - BASELINES:
        doubted = {re.sub(r"\[.*", "", names.get(field, field)) for field in records[name].get("unverified_fields", [])}
        fields = {field for field in doubted if field.split(".")[0] in Printer.model_fields}
        assert fields <= set(printers.get(name).unverified), name


def as_plain(printer: Printer, field: str) -> Any:
    return printer.model_dump(mode="json")[field]


def expected(record: dict[str, Any]) -> dict[str, Any]:
    """Return what a preset of this record says, by our names; what the record does not know is left out."""
    overhang, colours = record.get("overhang") or {}, record["multi_material"]
    feeder = "changer" in colours["type"] and colours["type"] != "toolchanger"
    area = record.get("bed_exclude_polygon_mm")
    mirror = record.get("display_mirror")
    extruders = record.get("extruders") or 1
    return {
        "vendor": "Generic" if record["vendor"] == "generic" else record["vendor"],
        "model": record["model"],
        "process": PROCESS.get(record["process"], record["process"]),
        "build_volume_mm": record["build_volume_mm"],
        "largest_part_mm": record.get("max_part_mm"),
        "bed_min_xy_mm": record.get("bed_min_xy_mm") or [0.0, 0.0],
        "bed_shape": record.get("bed_shape") or "rectangular",
        "no_go_mm": [area] if area else [],
        "nozzle_mm": record.get("nozzle_default_mm"),
        "nozzles_mm": record.get("nozzles_mm") or [],
        "extruders": extruders,
        "line_width_mm": record.get("line_width_mm"),
        "layer_height_mm": record.get("layer_height_mm"),
        "first_layer_mm": record.get("first_layer_height_mm"),
        "elephant_foot_mm": record.get("elephant_foot_mm"),
        "pixel_um": record.get("xy_pixel_um") if record["process"] in PROCESS else None,
        "display_px": record.get("display_px"),
        "display_mirror": [side == "1" for side in mirror] if mirror else None,
        "materials": ["405 nm resin" if name == RESIN else name for name in record["materials"]],
        "overhang_from_vertical_deg": overhang.get("overhang_from_vertical_deg"),
        "slicer_machine_name": record.get("slicer_machine_name"),
        "confidence": record["confidence"],
        "colours": extruders if feeder else colours["max_colours"],
        "colours_with_feeder": colours["max_colours"] if feeder else None,
    }


def test_presets_are_text_that_a_person_can_check(repository: Path) -> None:
    for file in (repository / "printers" / "presets").glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        assert len(text) < 4000, file.name
        assert {"vendor", "model", "process", "build_volume_mm", "source", "confidence"} <= tomllib.loads(text).keys()
