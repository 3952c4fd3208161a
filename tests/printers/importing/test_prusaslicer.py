"""PrusaSlicer's files: presets, configs, bundles, blocks in G-code and 3MF, and the oddities of real ones."""

from pathlib import Path

import pytest
from slicer_files import FFF, gcode, ini, write, write_zip

from printers.errors import UnreadableProfile
from printers.importing import own_table, read_profile
from printers.preset import printer_from
from printers.profile import Printer

SLA = {
    "printer_technology": "SLA",
    "bed_shape": "0x0,143.43x0,143.43x89.6,0x89.6",
    "max_print_height": "150",
    "display_width": "143.43",
    "display_height": "89.6",
    "display_pixels_x": "4098",
    "display_pixels_y": "2560",
    "display_mirror_x": "1",
    "display_mirror_y": "0",
    "layer_height": "0.05",
    "initial_layer_height": "0.05",
    "elefant_foot_compensation": "0.2",
    "printer_settings_id": "Maker Mono",
    "printer_notes": r"PRINTER_VENDOR_MAKER\nPRINTER_MODEL_MONO_4K\nFILEFORMAT_CTB",
}


def imported(path: Path, pick: str | None = None) -> Printer:
    printer_id, table = own_table(read_profile(path, pick), "mine")
    return printer_from(printer_id, table)


def from_keys(tmp_path: Path, **changed: str) -> Printer:
    return imported(write(tmp_path / "config.ini", ini({**FFF, **changed})))


def test_an_exported_config_says_all_of_a_machine(tmp_path: Path) -> None:
    printer = from_keys(tmp_path)
    assert printer.build_volume_mm == (250, 210, 220)
    assert (printer.nozzle_mm, printer.line_width_mm, printer.first_layer_mm) == (0.4, 0.45, 0.2)
    assert printer.layer_height_mm is not None
    assert (printer.layer_height_mm.min, printer.layer_height_mm.default, printer.layer_height_mm.max) == (
        0.07,
        0.2,
        0.25,
    )
    assert (printer.overhang_from_vertical_deg, printer.elephant_foot_mm, printer.colours) == (50, 0.2, 1)
    assert printer.cite("line_width_mm") == "your profile: config.ini: external_perimeter_extrusion_width"
    assert printer.unverified == ()


def test_what_a_file_does_not_say_stays_at_the_default_and_is_marked(tmp_path: Path) -> None:
    path = write(tmp_path / "little.ini", "bed_shape = 0x0,100x0,100x100,0x100\nmax_print_height = 90\n")
    printer = imported(path)
    assert printer.build_volume_mm == (100, 100, 90)
    assert {"nozzle_mm", "layer_height_mm", "line_width_mm"} <= set(printer.unverified)
    assert printer.cite("nozzle_mm").startswith("default: ")
    assert printer.cite("build_volume_mm").startswith("your profile: little.ini")


def test_a_user_preset_is_written_in_full_and_needs_no_parent(tmp_path: Path) -> None:
    printer = from_keys(tmp_path, inherits="Some Printer That Nobody Has")
    assert printer.build_volume_mm == (250, 210, 220)


def test_a_flat_export_mixes_groups_and_odd_keys(tmp_path: Path) -> None:
    odd = {"inherits_cummulative": '"0.20mm X";;', "compatible_printers_condition_cummulative": ";;"}
    assert from_keys(tmp_path, **odd).nozzle_mm == 0.4


def test_comments_and_commented_sections_say_nothing(tmp_path: Path) -> None:
    text = ini(FFF) + "#[printer:Old]\n;nozzle_diameter = 0.8\n# bed_shape = 0x0,9x0,9x9,0x9\n"
    assert imported(write(tmp_path / "c.ini", text)).nozzle_mm == 0.4


BUNDLE = """[vendor]
name = Maker
[printer_model:ONE]
name = Maker One
variants = 0.4
[printer:*common*]
printer_technology = FFF
bed_shape = 0x0,180x0,180x180,0x180
max_print_height = 100
renamed_from = Ancient
nozzle_diameter = 0.4
[printer:*tall*]
max_print_height = 300
layer_height = 9
[printer:Maker One]
inherits = *common*; *tall*; *gone*
printer_model = ONE
default_print_profile = 0.15mm  Fine
[print:*base*]
layer_height = 0.15
support_material_threshold = 30
[print:0.15mm Fine]
inherits = *base*
extrusion_width = 0.5
[print:0.3mm Draft]
inherits = *base*
layer_height = 0.3
"""


def test_a_bundle_resolves_parents_the_later_one_winning(tmp_path: Path) -> None:
    printer = imported(write(tmp_path / "bundle.ini", BUNDLE.replace("layer_height = 9\n", "")))
    assert printer.build_volume_mm == (180, 180, 300)
    assert printer.line_width_mm == 0.5


def test_own_keys_win_over_all_parents(tmp_path: Path) -> None:
    text = BUNDLE.replace("layer_height = 9\n", "").replace("printer_model = ONE", "max_print_height = 50")
    assert imported(write(tmp_path / "bundle.ini", text)).build_volume_mm[2] == 50


def test_renamed_from_is_never_inherited() -> None:
    from printers.importing.ini import parse_ini, resolve

    keys, missing = resolve(parse_ini(BUNDLE, "bundle.ini"), "printer", "Maker One")
    assert "renamed_from" not in keys
    assert missing == ("*gone*",)


def test_abstract_sections_are_no_printers() -> None:
    from printers.importing.ini import parse_ini

    assert parse_ini(BUNDLE, "bundle.ini").named("printer") == ("Maker One",)


def test_a_print_profile_is_found_across_spaces(tmp_path: Path) -> None:
    text = BUNDLE.replace("layer_height = 9\n", "")
    layers = imported(write(tmp_path / "bundle.ini", text)).layer_height_mm
    assert layers is not None
    assert layers.default == 0.15


def test_the_presets_section_chooses(tmp_path: Path) -> None:
    text = BUNDLE.replace("layer_height = 9\n", "")
    text += "[printer:Maker Two]\ninherits = *common*\n[presets]\nprinter = Maker Two\nprint = 0.3mm Draft\n"
    printer = imported(write(tmp_path / "bundle.ini", text))
    assert printer.build_volume_mm[2] == 100
    assert printer.layer_height_mm is not None
    assert printer.layer_height_mm.default == 0.3


def test_a_bundle_of_several_asks_for_one_and_takes_it(tmp_path: Path) -> None:
    text = BUNDLE.replace("layer_height = 9\n", "") + "[printer:Maker Two]\ninherits = *common*\n"
    path = write(tmp_path / "bundle.ini", text)
    with pytest.raises(UnreadableProfile, match="Maker One, Maker Two"):
        imported(path)
    assert imported(path, pick="maker two").build_volume_mm[2] == 100


def test_a_bundle_whose_parent_is_a_system_preset_takes_it_from_ours(tmp_path: Path) -> None:
    text = "[printer:Mine]\ninherits = Original Prusa MK4S HF0.4 nozzle\nmax_print_height = 111\n"
    printer = imported(write(tmp_path / "bundle.ini", text))
    assert printer.build_volume_mm == (250, 210, 111)
    assert printer.cite("line_width_mm").startswith("maker's figure")


def test_a_g_code_holds_the_config(tmp_path: Path) -> None:
    assert imported(write(tmp_path / "part.gcode", gcode(FFF))).build_volume_mm == (250, 210, 220)


def test_a_g_code_of_any_size_is_read_from_its_end(tmp_path: Path) -> None:
    path = tmp_path / "large.gcode"
    with path.open("w") as file:
        file.writelines("G1 X10 Y10 E1\n" * 1000 for _ in range(2000))
        file.write(gcode(FFF))
    assert path.stat().st_size > 20 * 1024**2
    assert imported(path).nozzle_mm == 0.4


def test_a_project_holds_the_config_as_comments(tmp_path: Path) -> None:
    block = "".join(f"; {key} = {value}\n" for key, value in FFF.items())
    members: dict[str, str | bytes] = {"3D/3dmodel.model": "<model/>", "Metadata/Slic3r_PE.config": block}
    assert imported(write_zip(tmp_path / "p.3mf", members)).build_volume_mm == (250, 210, 220)


def test_a_short_vector_repeats_its_first_value(tmp_path: Path) -> None:
    printer = from_keys(tmp_path, nozzle_diameter="0.4,0.4,0.4,0.4,0.4", single_extruder_multi_material="1")
    assert (printer.colours, printer.extruders) == (5, 1)
    assert printer.layer_height_mm is not None
    assert printer.layer_height_mm.min == 0.07


def test_tool_changers_have_as_many_extruders_as_nozzles(tmp_path: Path) -> None:
    printer = from_keys(tmp_path, nozzle_diameter="0.4,0.6", single_extruder_multi_material="0")
    assert (printer.colours, printer.extruders, printer.nozzles_mm) == (2, 2, (0.4, 0.6))


def test_no_layer_limit_is_three_quarters_of_the_nozzle(tmp_path: Path) -> None:
    layers = from_keys(tmp_path, max_layer_height="0").layer_height_mm
    assert layers is not None
    assert layers.max == pytest.approx(0.3)


def test_a_layer_in_use_widens_the_limits(tmp_path: Path) -> None:
    layers = from_keys(tmp_path, layer_height="0.05").layer_height_mm
    assert layers is not None
    assert (layers.min, layers.default) == (0.05, 0.05)


@pytest.mark.parametrize(
    ("external", "every", "line"), [("0", "0.5", 0.5), ("0", "0", 0.45), ("200%", "0", 0.4), ("0", "225%", 0.45)]
)
def test_widths_are_mm_percent_of_the_layer_or_automatic(
    tmp_path: Path, external: str, every: str, line: float
) -> None:
    keys = {"external_perimeter_extrusion_width": external, "extrusion_width": every}
    assert from_keys(tmp_path, **keys).line_width_mm == pytest.approx(line)


def test_a_threshold_of_zero_is_automatic(tmp_path: Path) -> None:
    printer = from_keys(tmp_path, support_material_threshold="0")
    assert printer.overhang_from_vertical_deg is None
    assert printer.rules.overhang_from_vertical_deg.most_source.startswith("guide")


@pytest.mark.parametrize(("threshold", "angle"), [("30", 60), ("45", 45), ("50", 40)])
def test_angles_are_turned_to_count_from_the_vertical(tmp_path: Path, threshold: str, angle: float) -> None:
    assert from_keys(tmp_path, support_material_threshold=threshold).overhang_from_vertical_deg == angle


def test_strings_are_quoted_and_set_apart_by_semicolons(tmp_path: Path) -> None:
    printer = from_keys(tmp_path, printer_settings_id='"My ""best"" one"', filament_colour='"#FF8000";#00FF00')
    assert printer.slicer_machine_name == 'My ""best"" one'


def test_a_round_bed_is_elliptic(tmp_path: Path) -> None:
    from printers.exporting.outline import bed_outline
    from printers.exporting.prusaslicer import points

    square = from_keys(tmp_path)
    round_bed = square.model_copy(
        update={"bed_shape": "elliptic", "bed_min_xy_mm": (-100, -90), "build_volume_mm": (200.0, 180.0, 100.0)}
    )
    printer = from_keys(tmp_path, bed_shape=points(bed_outline(round_bed)))
    assert printer.bed_shape == "elliptic"
    assert printer.build_volume_mm[:2] == pytest.approx((200, 180))
    assert printer.bed_min_xy_mm == pytest.approx((-100, -90))


def test_an_odd_bed_is_its_bounding_box_and_says_so(tmp_path: Path) -> None:
    printer = from_keys(tmp_path, bed_shape="0x0,100x0,100x50,50x50,50x100,0x100")
    assert printer.build_volume_mm[:2] == (100, 100)
    assert "bounding box" in (printer.note or "")


def test_a_resin_printer_has_a_screen_and_tags_in_its_notes(tmp_path: Path) -> None:
    printer = imported(write(tmp_path / "sla.ini", ini(SLA)))
    assert (printer.process, printer.vendor, printer.build_volume_mm) == ("resin", "MAKER", (143.43, 89.6, 150))
    assert printer.pixel_um == (35.0, 35.0)
    assert (printer.display_px, printer.display_mirror) == ((4098, 2560), (True, False))
    assert printer.elephant_foot_mm == 0.2


def test_a_screen_stood_on_end_has_the_same_pixels(tmp_path: Path) -> None:
    turned = {**SLA, "display_pixels_x": "2560", "display_pixels_y": "4098", "display_orientation": "portrait"}
    assert imported(write(tmp_path / "sla.ini", ini(turned))).pixel_um == (35.0, 35.0)


def test_an_sl1_archive_holds_the_config(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "part.sl1", {"config.ini": "action = print\n", "prusaslicer.ini": ini(SLA)})
    assert imported(path).process == "resin"
