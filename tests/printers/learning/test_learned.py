"""What came out becomes the user's own limits: one answer, two, none; on presets and on own printers."""

from __future__ import annotations

from pathlib import Path

import pytest

from printers import Ceiling, Limit, NotPossible, Rules, get
from printers.learning.answers import answer_of, parse_answer, parse_sizes, read_answers
from printers.learning.learned import Answer, learn, limit_of, piece_plan, untaught
from printers.learning.sizes import Row
from printers.own import own_files

WALL = Row("wall_free_mm", "B", (0.3, 0.4, 0.7, 1.2))
LEAN = Row("overhang_from_vertical_deg", "H", (45.0, 52.0, 60.0, 70.0))


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config"


def every_answer(name: str) -> dict[str, Answer]:
    return {row.rule: (row.sizes[1], row.sizes[-1]) for row in piece_plan(name)[1]}


@pytest.mark.parametrize("name", ["bambu-lab-a1-mini", "elegoo-mars-5", "formlabs-form-4", "sls-nylon", "mjf"])
def test_afterwards_every_limit_is_from_your_print(name: str) -> None:
    learn(name, every_answer(name))
    printer = get(name)
    for rule in Rules.model_fields:
        limit = getattr(printer.rules, rule)
        if isinstance(limit, Limit):
            assert limit.floor_source.startswith("your print")
            assert limit.recommended_source.startswith("your print")
        if isinstance(limit, Ceiling) and rule in every_answer(name):
            assert limit.most_source.startswith("your print")
            assert limit.recommended_source.startswith("your print")


def test_all_else_of_the_preset_stays() -> None:
    before = get("prusa-mk4s")
    learn("mk4s", {"hole_mm": (1.0, 1.0)})
    after = get("MK4 S")
    assert after.rules.hole_mm.floor == 1.0
    assert after.rules.model_copy(update={"hole_mm": before.rules.hole_mm}) == before.rules
    assert after.model_copy(update={"rules": before.rules}) == before


def test_the_piece_is_the_same_after_learning() -> None:
    before = piece_plan("a1mini")
    learn("a1mini", every_answer("a1mini"))
    assert piece_plan("a1mini") == before
    assert untaught("a1mini").rules.hole_mm.floor_source.startswith("guide")


def test_learning_again_adds_and_replaces() -> None:
    learn("a1mini", {"hole_mm": (0.7, 1.0), "clearance_mm": (0.2, 0.2)})
    learn("a1mini", {"hole_mm": (1.4, 2.0)})
    rules = get("a1mini").rules
    assert (rules.hole_mm.floor, rules.hole_mm.recommended, rules.clearance_mm.floor) == (1.4, 2.0, 0.2)
    assert list(own_files()) == ["bambu-lab-a1-mini"]


def test_a_users_own_printer_learns_in_place() -> None:
    from printers.library import own_copy

    own_copy("Workshop", "a1mini")
    learn("workshop", {"hole_mm": (0.7, 0.7)})
    assert get("workshop").rules.hole_mm.recommended == 0.7
    assert get("a1mini").rules.hole_mm.recommended == 2.0


def test_the_harder_size_is_the_floor_in_any_order() -> None:
    assert limit_of(WALL, (0.7, 0.4)) == limit_of(WALL, (0.4, 0.7))
    assert limit_of(WALL, (0.4, 0.7))["floor"] == 0.4
    assert limit_of(LEAN, (45.0, 60.0))["most"] == 60
    assert limit_of(LEAN, (60.0, 45.0))["recommended"] == 45


def test_none_puts_the_limit_beyond_the_last_size() -> None:
    assert limit_of(WALL, None)["floor"] == pytest.approx(1.5)
    assert limit_of(LEAN, None)["most"] == pytest.approx(36)
    assert "none of 0.3, 0.4, 0.7, 1.2" in limit_of(WALL, None)["floor_source"]


def test_sizes_that_are_not_on_the_piece_are_refused() -> None:
    with pytest.raises(NotPossible, match=r"0\.3, 0\.4, 0\.7, 1\.2"):
        limit_of(WALL, (0.5, 0.7))
    with pytest.raises(NotPossible, match="drain_hole_mm"):
        learn("a1mini", {"drain_hole_mm": (3.0, 3.0)})
    with pytest.raises(NotPossible, match="nothing was answered"):
        learn("a1mini", {})
    assert own_files() == {}


@pytest.mark.parametrize(
    ("text", "meant"), [("0.4", (0.4, 0.4)), ("0.4 0.7", (0.4, 0.7)), ("0.4,0.7", (0.4, 0.7)), (" None ", None)]
)
def test_answers_as_people_type_them(text: str, meant: Answer) -> None:
    assert parse_sizes("hole_mm", text) == meant
    assert parse_answer(f"hole_mm={text}") == ("hole_mm", meant)


@pytest.mark.parametrize("text", ["", "thin", "0.3 0.4 0.5", "0.4 none"])
def test_what_is_no_answer_is_refused(text: str) -> None:
    with pytest.raises(NotPossible):
        parse_sizes("hole_mm", text)


@pytest.mark.parametrize("value", [True, [], [1, 2, 3], {"a": 1}, "much", ["0.4"]])
def test_what_is_no_answer_in_a_file_is_refused(value: object) -> None:
    with pytest.raises(NotPossible):
        answer_of("hole_mm", value)


def test_answers_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "answers.toml"
    path.write_text('hole_mm = [0.7, 1.0]\nwall_free_mm = 0.4\nbridge_mm = "none"\n')
    assert read_answers(path) == {"hole_mm": (0.7, 1.0), "wall_free_mm": (0.4, 0.4), "bridge_mm": None}
