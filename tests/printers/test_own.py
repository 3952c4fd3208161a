"""A user's own printers: written as text, found by name, never in the way of the others."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import printers
from printers import BadPreset
from printers.library import own_copy
from printers.own import own_files, own_folder, own_id, save_own
from printers.totoml import to_toml


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def write(printer_id: str, text: str) -> Path:
    own_folder().mkdir(parents=True, exist_ok=True)
    path = own_folder() / f"{printer_id}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_copy_inherits_all_and_is_found_by_its_name() -> None:
    path, printer = own_copy("Workshop A1", "a1mini", "like {parent}")
    assert path == own_folder() / "workshop-a1.toml"
    assert path.read_text(encoding="utf-8").startswith("# like bambu-lab-a1-mini\n")
    assert printers.get("workshop a1") == printer
    assert printer.rules == printers.get("a1mini").rules
    assert "workshop-a1" in printers.names()


def test_a_copy_of_a_copy_stands_on_its_own() -> None:
    own_copy("first", "mk4s")
    _, second = own_copy("second", "first")
    (own_folder() / "first.toml").unlink()
    assert printers.get("second") == second
    assert second.build_volume_mm == printers.get("mk4s").build_volume_mm


def test_own_figures_go_before_the_parents_and_drop_its_doubt() -> None:
    write("mine", 'inherits = "fdm-0.4"\nmodel = "mine"\nbuild_volume_mm = [1, 2, 3]\n')
    mine = printers.get("mine")
    assert mine.build_volume_mm == (1.0, 2.0, 3.0)
    assert printers.get("fdm-0.4").unverified == ("build_volume_mm",)
    assert mine.unverified == ()


def test_a_source_of_its_own_leaves_the_parents_figures_cited() -> None:
    write("mine", 'inherits = "prusa-mk4s"\nnozzle_mm = 0.6\nsource = "measured"\nconfidence = "your-print"\n')
    mine = printers.get("mine")
    assert mine.cite("nozzle_mm") == "your print: measured"
    assert mine.cite("build_volume_mm").startswith("maker's figure (slicer-profile): prusa3d/")


def test_limits_of_your_own_print_are_in_effect() -> None:
    limit = '{ floor = 0.3, floor_source = "your print", recommended = 0.4, recommended_source = "your print" }'
    write("mine", f'inherits = "prusa-mk4s"\n[rules]\nwall_supported_mm = {limit}\n')
    rules = printers.get("mine").rules
    assert (rules.wall_supported_mm.floor, rules.wall_supported_mm.floor_source) == (0.3, "your print")
    assert rules.hole_mm == printers.get("prusa-mk4s").rules.hole_mm


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("vendor = ", "is not TOML"),
        ("\x00", "is not TOML"),
        ("x = " + "[" * 5000, "is not TOML"),
        ("#" * 1_100_000, "larger than"),
        ('inherits = "nothing"', "no preset"),
        ('inherits = "mine"', "no preset"),
        ("inherits = 3", "must be a text"),
        ("inherits = []", "must be a text"),
        ('inherits = "fdm-0.4"\nwheels = 4', "wheels"),
        ('inherits = "fdm-0.4"\nbuild_volume_mm = [nan, 1, 1]', "build_volume_mm"),
        ('inherits = "fdm-0.4"\nbuild_volume_mm = [inf, 1, 1]', "build_volume_mm"),
        ('inherits = "fdm-0.4"\nnozzle_mm = 9', "none of nozzles_mm"),
        ('inherits = "fdm-0.4"\nrules = 7', "must be a table"),
        ('inherits = "fdm-0.4"\nsources = 7', "must be a table"),
        ('inherits = "fdm-0.4"\nline_width_mm = "wide"', "does not fit"),
        ('inherits = "fdm-0.4"\nprocess = "clay"', "there are no rules"),
        ('inherits = "fdm-0.4"\nrules_from = []', "must be a text"),
        ("", "neither its process"),
    ],
)
def test_a_broken_one_is_told_in_one_line_and_harms_no_other(text: str, says: str) -> None:
    write("mine", text)
    with pytest.raises(BadPreset) as caught:
        printers.get("mine")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert printers.get("a1mini").id == "bambu-lab-a1-mini"


@pytest.mark.parametrize("name", ["", "  ", "../../etc/passwd/..", "x" * 90, "日本"])
def test_names_that_are_none_are_refused_or_made_harmless(name: str) -> None:
    try:
        made = own_id(name)
    except BadPreset:
        return
    assert "/" not in made and not made.startswith(".")


def test_a_preset_or_an_own_printer_is_never_overwritten() -> None:
    with pytest.raises(BadPreset, match="is a preset"):
        own_copy("fdm-0.4", "a1mini")
    own_copy("mine", "a1mini")
    with pytest.raises(BadPreset, match="is there already"):
        own_copy("mine", "a1mini")
    save_own("mine", {"inherits": "prusa-mk4s", "model": "mine"}, replace=True)
    assert printers.get("mine").process == "fdm"
    assert [path.name for path in own_folder().iterdir()] == ["mine.toml"]


def test_without_a_config_folder_there_are_none(config: Path) -> None:
    assert own_files() == {}
    assert list(config.iterdir()) == []


TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
VALUE = st.recursive(
    st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(TEXT.filter(lambda key: key not in ("rules", "sources")), VALUE, max_size=4),
    st.dictionaries(TEXT, VALUE, max_size=3),
)
def test_text_reads_back_as_what_was_written(table: dict[str, object], rules: dict[str, object]) -> None:
    table = {**table, "rules": rules} if rules else table
    assert tomllib.loads(to_toml(table)) == table
