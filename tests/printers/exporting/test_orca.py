"""Machine files in the form of OrcaSlicer: held to a schema, and read back by our own import."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from printers import NotPossible, get, names
from printers.exporting import to_orca
from printers.importing import own_table, read_profile
from printers.preset import printer_from

NUMBER = {"type": "string", "pattern": r"^\d+(\.\d+)?$"}
POINTS = {"type": "array", "items": {"type": "string", "pattern": r"^-?\d+(\.\d+)?x-?\d+(\.\d+)?$"}}
EACH = {"type": "array", "items": NUMBER, "minItems": 1}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["type", "name", "from", "instantiation", "inherits", "printable_area", "printable_height"],
    "properties": {
        "type": {"const": "machine"},
        "name": {"type": "string", "minLength": 1},
        "from": {"const": "User"},
        "instantiation": {"enum": ["true", "false"]},
        "inherits": {"type": "string"},
        "printer_technology": {"const": "FFF"},
        "printer_model": {"type": "string"},
        "printer_variant": NUMBER,
        "printer_settings_id": {"type": "string"},
        "printer_notes": {"type": "string"},
        "printable_area": {**POINTS, "minItems": 4},
        "printable_height": NUMBER,
        "bed_exclude_area": POINTS,
        "single_extruder_multi_material": {"enum": ["0", "1"]},
        "nozzle_diameter": EACH,
        "min_layer_height": EACH,
        "max_layer_height": EACH,
    },
}
FILAMENT = [name for name in names() if get(name).process == "fdm"]


@pytest.mark.parametrize("name", FILAMENT)
def test_every_filament_printer_fits_the_schema(name: str) -> None:
    record = json.loads(to_orca(get(name)))
    jsonschema.validate(record, SCHEMA)
    assert len(record.get("nozzle_diameter", [])) in (0, get(name).extruders)


@pytest.mark.parametrize("name", ["bambu-lab-a1-mini", "bambu-lab-p1s", "qidi-x-max-4", "flashforge-adventurer-5m"])
def test_it_is_imported_again(name: str, tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    path.write_text(to_orca(get(name)))
    again = printer_from(*own_table(read_profile(path), "again"))
    printer = get(name)
    assert (again.build_volume_mm, again.bed_min_xy_mm) == (printer.build_volume_mm, printer.bed_min_xy_mm)
    assert (again.no_go_mm, again.nozzle_mm) == (printer.no_go_mm, printer.nozzle_mm)


def test_another_nozzle_inherits_from_its_own_machine() -> None:
    printer = get("bambu-lab-a1-mini").model_copy(update={"nozzle_mm": 0.2})
    assert json.loads(to_orca(printer))["inherits"] == "Bambu Lab A1 mini 0.2 nozzle"


def test_it_says_that_no_slicer_has_read_it() -> None:
    assert "no slicer has loaded it" in json.loads(to_orca(get("fdm-0.4")))["printer_notes"]


def test_resin_is_refused() -> None:
    with pytest.raises(NotPossible, match="resin"):
        to_orca(get("elegoo-mars-5"))
