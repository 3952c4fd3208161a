"""Configs for PrusaSlicer: what is written, and that its own reader and our import find the same in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from printers import NotPossible, get, names
from printers.exporting.prusaslicer import number, prusaslicer_keys, to_prusaslicer
from printers.importing import own_table, read_profile
from printers.preset import printer_from


def test_a_preset_in_keys() -> None:
    keys = prusaslicer_keys(get("bambu-lab-a1-mini"))
    assert keys["bed_shape"] == "0x0,180x0,180x180,0x180"
    assert keys["support_material_threshold"] == "30"
    assert (keys["nozzle_diameter"], keys["layer_height"], keys["extrusion_width"]) == ("0.4", "0.2", "0.42")
    assert keys["single_extruder_multi_material"] == "0"


def test_five_tools_make_five_of_each() -> None:
    keys = prusaslicer_keys(get("prusa-xl-5t"))
    assert keys["nozzle_diameter"] == "0.4,0.4,0.4,0.4,0.4"
    assert len(set(keys["filament_colour"].split(";"))) == 5
    assert keys["single_extruder_multi_material"] == "0"


def test_one_nozzle_with_four_filaments() -> None:
    keys = prusaslicer_keys(get("bambu-lab-a1-mini").model_copy(update={"colours": 4}))
    assert (keys["nozzle_diameter"], keys["single_extruder_multi_material"]) == ("0.4,0.4,0.4,0.4", "1")


def test_a_screen_is_as_large_as_its_pixels() -> None:
    keys = prusaslicer_keys(get("elegoo-mars-5"))
    assert (keys["display_pixels_x"], keys["display_pixels_y"]) == ("4098", "2560")
    assert (float(keys["display_width"]), float(keys["display_height"])) == pytest.approx((143.43, 89.6))
    assert "nozzle_diameter" not in keys


def test_powder_is_not_sliced() -> None:
    with pytest.raises(NotPossible, match="sls"):
        to_prusaslicer(get("sls-nylon"))


def test_it_says_what_it_does_not_know() -> None:
    assert "speeds, temperatures" in to_prusaslicer(get("fdm-0.4"))
    assert "bed_shape goes round the forbidden areas" in to_prusaslicer(get("bambu-lab-p1s"))


@pytest.mark.parametrize(
    ("value", "text"), [(0.1 + 0.2, "0.3"), (180.0, "180"), (-0.0, "0"), (0.00004, "0"), (14, "14")]
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert number(value) == text


SLICED = [name for name in names() if get(name).process in ("fdm", "resin") and not get(name).no_go_mm]


@pytest.mark.parametrize("name", SLICED[::6])
def test_what_is_exported_is_imported_again(name: str, tmp_path: Path) -> None:
    printer = get(name)
    path = tmp_path / "p.ini"
    path.write_text(to_prusaslicer(printer))
    again = printer_from(*own_table(read_profile(path), "again"))
    assert again.build_volume_mm == pytest.approx(printer.build_volume_mm)
    assert again.bed_min_xy_mm == pytest.approx(printer.bed_min_xy_mm)
    assert (again.nozzle_mm, again.colours) == (printer.nozzle_mm, max(printer.colours, printer.extruders))
    if printer.line_mm is not None:
        assert again.line_width_mm == pytest.approx(printer.line_mm, abs=1e-4)
        assert again.overhang_from_vertical_deg == printer.rules.overhang_from_vertical_deg.most
    if printer.display_px and printer.pixel_um:
        assert again.pixel_um == pytest.approx(printer.pixel_um, abs=0.01)
