"""`figurine printers import, export, test-piece, learn`: a user's own machine, from its file to its findings."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import trimesh
from slicer_files import FFF, MACHINE, ini, write, write_json

from figurine.cli import call
from printers import get
from printers.learning.learned import piece_plan


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "figurine" / "printers"


def say(arguments: list[str], capsys: pytest.CaptureFixture[str], status: int = 0) -> tuple[str, str]:
    assert call(["printers", *arguments]) == status
    told = capsys.readouterr()
    return told.out, told.err


def test_import_stores_a_printer_that_is_found_by_name(
    tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "bench.ini", ini(FFF))
    out, err = say(["import", str(path), "--name", "My bench"], capsys)
    assert str(config / "my-bench.toml") in out
    assert err == ""
    assert get("my bench").build_volume_mm == (250, 210, 220)
    assert "my-bench" in say(["list"], capsys)[0]
    assert "your profile: bench.ini" in say(["show", "my bench"], capsys)[0]


def test_import_names_a_printer_as_its_file_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    say(["import", str(write_json(tmp_path / "m.json", MACHINE))], capsys)
    assert get("maker-one-0.4-nozzle").build_volume_mm == (220, 220, 250)


def test_import_says_what_the_file_leaves_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, err = say(["import", str(write_json(tmp_path / "m.json", MACHINE)), "--name", "m"], capsys)
    assert "line_width_mm" in err
    assert "nozzle_mm" not in err


def test_import_does_not_overwrite_unasked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(write(tmp_path / "bench.ini", ini(FFF)))
    say(["import", path, "--name", "bench"], capsys)
    assert "bench" in say(["import", path, "--name", "bench"], capsys, status=2)[1]
    write(tmp_path / "bench.ini", ini({**FFF, "max_print_height": "99"}))
    say(["import", path, "--name", "bench", "--replace"], capsys)
    assert get("bench").build_volume_mm[2] == 99


def test_import_takes_no_presets_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(write(tmp_path / "bench.ini", ini(FFF)))
    assert "preset" in say(["import", path, "--name", "Prusa MK4S"], capsys, status=2)[1]


def test_export_goes_to_stdout_or_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, _ = say(["export", "a1mini", "--to", "prusaslicer"], capsys)
    assert "bed_shape = 0x0,180x0,180x180,0x180\n" in text
    say(["export", "a1mini", "--to", "prusaslicer", "-o", str(tmp_path / "a1.ini")], capsys)
    assert (tmp_path / "a1.ini").read_text() == text


def test_export_to_orca_says_that_it_is_untested(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = say(["export", "a1mini", "--to", "orca"], capsys)
    assert json.loads(out)["printable_height"] == "180"
    assert "no OrcaSlicer has loaded it" in err


def test_export_refuses_what_no_slicer_slices(capsys: pytest.CaptureFixture[str]) -> None:
    assert "sls" in say(["export", "sls-nylon", "--to", "prusaslicer"], capsys, status=2)[1]


def test_test_piece_writes_an_stl_and_says_what_is_on_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "piece.stl"
    out, err = say(["test-piece", "elegoo mars 5", "-o", str(path)], capsys)
    assert trimesh.load(path).is_volume
    assert "about 20 minutes" in out
    rows = [line.split()[0] for line in out.splitlines()[1:]]
    assert rows == [row.letter for row in piece_plan("elegoo mars 5")[1]]
    assert "figurine printers learn elegoo-mars-5" in err


def test_learn_takes_answers_from_flags_and_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = write(tmp_path / "a.toml", "hole_mm = [0.7, 1.0]\n")
    say(["learn", "a1mini", "--answers", str(answers), "--answer", "clearance_mm=0.2,0.3"], capsys)
    rules = get("a1mini").rules
    assert (rules.hole_mm.floor, rules.hole_mm.recommended) == (0.7, 1.0)
    assert (rules.clearance_mm.floor, rules.clearance_mm.recommended) == (0.2, 0.3)
    assert "your print" in say(["show", "a1mini"], capsys)[0]


def test_learn_without_a_terminal_wants_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--answers" in say(["learn", "a1mini"], capsys, status=2)[1]


@pytest.mark.parametrize("answer", ["hole_mm", "hole_mm=0.123", "drain_hole_mm=3", "hole_mm=wide"])
def test_learn_refuses_what_is_no_answer(answer: str, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, err = say(["learn", "a1mini", "--answer", answer], capsys, status=2)
    assert len(err.splitlines()) == 1
    assert not config.exists()


def test_learn_asks_row_by_row_and_again_after_a_slip() -> None:
    """Type 0.35 (not on the piece) and then 0.4 0.6 for the first row, pass over the second, none for the third."""
    master, terminal = pty.openpty()
    os.write(master, b"0.35\n0.4 0.6\n\nnone\n" + b"\n" * 6)
    command = [sys.executable, "-m", "figurine", "printers", "learn", "a1mini"]
    done = subprocess.run(command, stdin=terminal, capture_output=True, text=True, timeout=60, check=True)
    os.close(master)
    os.close(terminal)
    assert "has no 0.35" in done.stderr
    rules = get("a1mini").rules
    assert (rules.wall_supported_mm.floor, rules.wall_supported_mm.recommended) == (0.4, 0.6)
    assert rules.wall_free_mm.floor_source.startswith("maker's figure")
    assert rules.feature_mm.floor_source.startswith("your print: none of")


def thin_plate(path: Path) -> Path:
    trimesh.creation.box((8, 0.25, 8)).export(path)
    return path


def wall_source(model: Path, capsys: pytest.CaptureFixture[str]) -> str:
    call(["check", str(model), "--units", "mm", "--printer", "a1mini", "--json", "-q"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    return next(str(f["limit_source"]) for f in findings if f["code"] == "wall-too-thin")


def test_findings_then_say_your_print(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plate = thin_plate(tmp_path / "plate.stl")
    assert wall_source(plate, capsys).startswith("maker's figure")
    walls = ["--answer", "wall_supported_mm=0.4,0.6", "--answer", "wall_free_mm=0.4,0.7"]
    say(["learn", "a1mini", *walls], capsys)
    assert wall_source(plate, capsys).startswith("your print")
