"""The files of rules: each is whole with what it inherits, and each of its limits is cited."""

from pathlib import Path

import pytest

from printers import BadPreset, Process, Rules, rulebook
from printers.resolve import Machine, resolve
from printers.rulebook import rule_tables, rules_by_material, rules_for

MACHINE = Machine(nozzle_mm=0.4, line_mm=0.42, pixel_um=50.0)


@pytest.mark.parametrize("name", sorted(rule_tables()))
def test_every_book_of_rules_is_whole(name: str) -> None:
    rules = Rules.model_validate(resolve(rules_for(name), MACHINE))
    assert rules.wall_supported_mm.recommended >= rules.wall_supported_mm.floor > 0
    assert rules_for(name)["process"] in set(Process)


def test_every_process_has_one() -> None:
    assert {process.value for process in Process} <= rule_tables().keys()


def test_every_material_with_rules_is_one_that_some_printer_has() -> None:
    assert set(rules_by_material("mjf")) == {"TPU"}
    assert set(rules_by_material("fdm")) == {"PA-CF", "PAHT-CF"}


def test_unknown_rules_are_told() -> None:
    with pytest.raises(BadPreset, match="there are no rules 'clay'"):
        rules_for("clay")


@pytest.mark.parametrize("parent", ["a", "missing", "middle"])
def test_only_one_level_is_inherited(parent: str) -> None:
    stated = {"a": {"inherits": parent}, "middle": {"inherits": "fdm"}, "fdm": {}}
    with pytest.raises(BadPreset, match="missing or inherits itself"):
        rulebook._with_parent("a", stated)


def test_files_say_where_each_limit_comes_from(repository: Path) -> None:
    for file in (repository / "printers" / "rules").glob("*.toml"):
        for line in file.read_text(encoding="utf-8").splitlines():
            if "recommended =" in line:
                assert "recommended_source =" in line, f"{file.name}: {line}"
