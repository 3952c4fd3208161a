"""What a user sets for one print, and how the limits follow."""

import pytest

import printers
from printers import NotPossible, Overrides, Printer, override
from printers.overrides import COUNTED_IN_LINES
from printers.rulebook import rules_for

P1S, MARS, HP = printers.get("bambu-lab-p1s"), printers.get("elegoo-mars-5"), printers.get("hp-mjf-5200")


def test_nothing_set_changes_nothing() -> None:
    assert override(P1S, Overrides()) is P1S
    assert override(P1S, Overrides(nozzle_mm=0.4)) is P1S


def test_another_nozzle_scales_lines_layers_and_what_is_counted_in_lines() -> None:
    fine = override(P1S, Overrides(nozzle_mm=0.2))
    assert (fine.nozzle_mm, fine.line_mm) == (0.2, 0.21)
    assert fine.layer_height_mm is not None
    assert (fine.layer_height_mm.min, fine.layer_height_mm.default, fine.layer_height_mm.max) == (0.04, 0.1, 0.14)
    assert (fine.rules.wall_supported_mm.floor, fine.rules.wall_supported_mm.recommended) == (0.21, 0.4)
    assert fine.rules.feature_mm.floor == pytest.approx(0.42)
    assert fine.rules.hole_mm == P1S.rules.hole_mm
    assert fine.rules.overhang_from_vertical_deg == P1S.rules.overhang_from_vertical_deg


def test_scaled_limits_say_that_they_are_ours_and_of_what() -> None:
    limit = override(P1S, Overrides(nozzle_mm=0.6)).rules.wall_free_mm
    assert limit.recommended_source == "default: scaled to a 0.6 mm nozzle from guide: Xometry FDM"
    assert override(P1S, Overrides(nozzle_mm=0.6)).cite("line_width_mm").startswith("default: scaled from a 0.4 mm")


def test_a_scaled_nozzle_agrees_with_rules_resolved_for_it() -> None:
    scaled = override(printers.get("fdm-0.4").model_copy(update={"nozzles_mm": (0.2, 0.4)}), Overrides(nozzle_mm=0.2))
    for name in COUNTED_IN_LINES:
        there = getattr(printers.get("fdm-0.2").rules, name)
        assert getattr(scaled.rules, name).recommended == pytest.approx(there.recommended)


def test_the_rules_that_follow_a_nozzle_are_those_counted_in_lines() -> None:
    counted = {name for name, rule in rules_for("fdm").items() if isinstance(rule, dict) and "floor_lines" in rule}
    assert counted == set(COUNTED_IN_LINES)


def test_a_layer_is_taken_within_what_the_nozzle_prints() -> None:
    layers = override(P1S, Overrides(layer_mm=0.12)).layer_height_mm
    assert layers is not None and layers.default == 0.12
    assert override(P1S, Overrides(nozzle_mm=0.2, layer_mm=0.06)).layer_height_mm is not None


def test_a_material_brings_the_rules_that_are_published_for_it() -> None:
    soft = override(HP, Overrides(material="tpu"))
    assert soft.material == "TPU"
    assert (HP.rules.wall_supported_mm.floor, soft.rules.wall_supported_mm.floor) == (0.3, 1.0)
    assert override(HP, Overrides(material="PA12")).rules == HP.rules


def test_a_feeder_gives_colours_when_the_user_says_so() -> None:
    assert (P1S.colours, P1S.most_colours) == (1, 16)
    assert override(P1S, Overrides(colours=4)).colours == 4


@pytest.mark.parametrize(
    ("printer", "wish", "says"),
    [
        (P1S, Overrides(nozzle_mm=0.25), ("0.25 mm nozzle", "0.2, 0.4, 0.6, 0.8")),
        (MARS, Overrides(nozzle_mm=0.4), ("no nozzle", "leave --nozzle away")),
        (P1S, Overrides(layer_mm=0.5), ("0.08 to 0.28 mm", "not 0.5 mm")),
        (P1S, Overrides(nozzle_mm=0.2, layer_mm=0.2), ("0.2 mm nozzle", "0.04 to 0.14 mm")),
        (printers.get("materialise-pa12-mjf"), Overrides(layer_mm=0.1), ("not known", "leave --layer away")),
        (P1S, Overrides(material="wood"), ("'wood'", "PLA")),
        (printers.get("ultimaker-s5"), Overrides(material="PLA"), ("no materials are known", "leave --material away")),
        (P1S, Overrides(colours=17), ("at most 16", "not 17")),
        (MARS, Overrides(colours=2), ("at most 1", "not 2")),
    ],
)
def test_what_a_printer_does_not_do_is_one_clear_line(printer: Printer, wish: Overrides, says: tuple[str, str]) -> None:
    with pytest.raises(NotPossible) as caught:
        override(printer, wish)
    assert all(part in str(caught.value) for part in says)
    assert "\n" not in str(caught.value)
