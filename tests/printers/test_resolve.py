"""From rules in lines and pixels to the limits of one machine."""

import pytest

import printers
from printers import Overrides, override
from printers.preset import printer_from
from printers.resolve import Machine, resolve
from printers.rulebook import rules_for

FDM, RESIN = rules_for("fdm"), rules_for("resin")


def test_a_wall_takes_one_line_and_a_feature_two() -> None:
    rules = resolve(FDM, Machine(nozzle_mm=0.4, line_mm=0.45, line_origin="maker's figure (slicer-profile)"))
    assert rules["wall_supported_mm"]["floor"] == 0.45
    assert rules["wall_supported_mm"]["floor_source"] == "maker's figure (slicer-profile): one line of 0.45 mm"
    assert rules["feature_mm"]["floor"] == 0.9
    assert rules["feature_mm"]["floor_source"].startswith("default: two lines; maker's figure")


@pytest.mark.parametrize(("pixel_um", "floor"), [(14.0, 0.2), (50.0, 0.2), (76.0, 0.304)])
def test_a_resin_wall_takes_four_pixels_where_those_are_wider(pixel_um: float, floor: float) -> None:
    assert resolve(RESIN, Machine(pixel_um=pixel_um))["wall_supported_mm"]["floor"] == pytest.approx(floor)


def test_a_recommendation_is_never_below_its_floor() -> None:
    wall = resolve(RESIN, Machine(pixel_um=200.0))["wall_supported_mm"]
    assert wall["recommended"] == wall["floor"] == 0.8
    assert wall["recommended_source"] == "default: four pixels; default: 200 µm"


def test_the_machines_own_angle_decides_where_supports_begin() -> None:
    angle = resolve(FDM, Machine(nozzle_mm=0.4, line_mm=0.4, overhang_deg=40.0, overhang_source="maker's figure: x"))
    assert angle["overhang_from_vertical_deg"]["most"] == angle["overhang_from_vertical_deg"]["recommended"] == 40.0
    assert printers.get("bambu-lab-a1-mini").rules.overhang_from_vertical_deg.most == 60.0
    assert printers.get("fdm-0.4").rules.overhang_from_vertical_deg.most == 45.0


def test_makers_rules_go_before_those_of_the_process() -> None:
    form, generic = printers.get("formlabs-form-4"), printers.get("resin-50um")
    assert form.rules.drain_hole_mm is not None and form.rules.drain_hole_mm.floor == 0.75
    assert form.rules.wall_free_mm.recommended < generic.rules.wall_free_mm.recommended
    assert form.rules.wall_free_mm.floor_source.startswith("maker's figure")
    assert form.rules.condition == "Grey Resin V5, 50 µm layers"


def test_limits_of_the_users_own_go_before_all_and_are_told_so() -> None:
    own = {"floor": 0.3, "floor_source": "your print", "recommended": 0.4, "recommended_source": "your print"}
    table = {
        "vendor": "Own", "model": "x", "process": "fdm", "build_volume_mm": [100.0, 100.0, 100.0], "nozzle_mm": 0.4,
        "nozzles_mm": [0.4, 0.6], "source": "test", "confidence": "your-profile", "rules": {"wall_supported_mm": own},
    }  # fmt: skip
    printer = printer_from("x", table)
    assert printer.rules.wall_supported_mm.floor_source == "your print"
    assert printer.rules.wall_free_mm.floor_source == "default: one line of 0.42 mm"
    scaled = override(printer, Overrides(nozzle_mm=0.6)).rules.wall_supported_mm
    assert scaled.floor_source == "default: scaled to a 0.6 mm nozzle from your print"
