"""`figurine printers`: lists, finds, shows, copies, and is quick about it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import solids

import printers
from figurine.cli import call
from figurine.cli.printers import VERBS


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def said(arguments: list[str], capsys: pytest.CaptureFixture[str], status: int = 0) -> str:
    assert call(["printers", *arguments]) == status
    out, err = capsys.readouterr()
    return out if status == 0 else err


def ids(text: str) -> list[str]:
    return [line.split()[0] for line in text.splitlines()]


def test_list_names_every_printer(capsys: pytest.CaptureFixture[str]) -> None:
    assert ids(said(["list"], capsys)) == list(printers.names())
    assert len(json.loads(said(["list", "--json"], capsys))) >= 120


@pytest.mark.parametrize(
    ("filters", "holds"),
    [
        (["--process", "resin"], lambda printer: printer.process == "resin"),
        (["--min-height", "300"], lambda printer: printer.largest_mm[2] >= 300),
        (["--colours", "4"], lambda printer: printer.most_colours >= 4),
        (["--process", "fdm", "--colours", "5", "--min-height", "350"],
         lambda printer: printer.id in ("prusa-xl-5t", "creality-k2-plus")),
    ],
)  # fmt: skip
def test_list_filters(filters: list[str], holds: object, capsys: pytest.CaptureFixture[str]) -> None:
    listed = ids(said(["list", *filters], capsys))
    assert listed == [name for name in printers.names() if holds(printers.get(name))]  # type: ignore[operator]
    assert 0 < len(listed) < len(printers.names())
    assert [record["id"] for record in json.loads(said(["list", *filters, "--json"], capsys))] == listed


def test_a_broken_printer_of_the_users_own_is_told_and_left_out(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = config / "figurine" / "printers"
    folder.mkdir(parents=True)
    (folder / "broken.toml").write_text("vendor = ")
    assert call(["printers", "list"]) == 0
    out, err = capsys.readouterr()
    assert len(ids(out)) == len(printers.names()) - 1
    assert err.count("\n") == 1 and "broken.toml is not TOML" in err


def test_search_forgives_spelling_and_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert ids(said(["search", "mini", "a1"], capsys)) == ["bambu-lab-a1-mini"]
    assert ids(said(["search", "MK4 S"], capsys)) == ["prusa-mk4s"]
    assert ids(said(["search", "prusa-xl"], capsys)) == ["prusa-xl", "prusa-xl-2t", "prusa-xl-5t"]
    assert "bambu-lab-a1-mini" in said(["search", "A2 mini"], capsys, status=2)


def test_show_tells_figures_sources_and_doubts(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(["show", "a1mini"], capsys)
    assert all(part in out for part in ("180 × 180 × 180 mm", "CrealityPrint", "1 (4 fed), fed by AMS lite", "60°"))
    out = said(["show", "mimaki 2207"], capsys)
    assert "unverified      build volume" in out
    assert json.loads(said(["show", "h2d", "--json"], capsys))["nozzle_reach_mm"][1]["min_xy_mm"] == [25.0, 0.0]


@pytest.mark.parametrize("process", ["fdm", "resin", "sls", "mjf", "full-colour"])
def test_rules_say_who_says_so(process: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = said(["rules", process], capsys)
    assert "wall supported" in out
    assert "[guide: " in out


def test_new_copies_and_says_where(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = said(["new", "my A1", "--from", "a1 mini"], capsys)
    assert str(config / "figurine" / "printers" / "my-a1.toml") in out
    assert "my-a1" in ids(said(["list"], capsys))
    assert "is there already" in said(["new", "my A1", "--from", "a1 mini"], capsys, status=2)
    assert "any of" in said(["new", "other", "--from", "bambu"], capsys, status=2)


@pytest.mark.parametrize(
    "flags", [("--nozzle", "0.3"), ("--layer", "1"), ("--material", "wood"), ("--colours", "40"), ("--nozzle", "nan")]
)
def test_what_the_printer_cannot_be_set_to_is_one_line(
    flags: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "part.stl").write_bytes(b"solid\nendsolid\n")
    assert call(["check", str(tmp_path / "part.stl"), "--printer", "p1s", *flags]) == 2
    err = capsys.readouterr().err
    assert err.startswith("figurine: ") and err.count("\n") == 1


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["check", "m.stl", "--printer", "prusa-mk4"], ["prusa-mk4", "prusa-mk4s"]),
        (["printers", "show", "mk4s"], ["prusa-mk4s"]),
        (["printers", "new", "mine", "--from", "a1mini"], ["bambu-lab-a1-mini"]),
    ],
)
def test_shells_complete_names_without_building_a_model(typed: list[str], offered: list[str]) -> None:
    program = "import sys; from figurine.cli import main\ntry: main()\nfinally: print('pydantic' in sys.modules)"
    words = {"COMP_WORDS": " ".join(["figurine", *typed]), "COMP_CWORD": str(len(typed))}
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.argv = ['figurine']\n{program}"],
        env={**os.environ, "_FIGURINE_COMPLETE": "bash_complete", **words}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    *lines, loaded = done.stdout.split()
    assert [line.partition(",")[2] for line in lines] == offered
    assert loaded == "False"


def test_listing_is_quick_and_builds_no_model() -> None:
    code = (
        "import sys, time; from figurine.cli import call; call(['printers', 'list']); "
        "print(time.process_time(), [m for m in ('numpy', 'trimesh', 'pydantic') if m in sys.modules])"
    )
    runs = [subprocess.check_output([sys.executable, "-c", code], text=True).splitlines()[-1] for _ in range(3)]
    assert all(run.endswith("[]") for run in runs)
    assert min(float(run.split()[0]) for run in runs) <= 0.5


def test_importing_printers_pulls_in_no_geometry() -> None:
    code = (
        "import sys, printers; printers.get('A1 mini'); printers.Overrides; "
        "print([m for m in ('numpy', 'trimesh', 'click') if m in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_every_verb_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in VERBS:
        assert "Usage:" in said([verb, "--help"], capsys)
    out = said(["--help"], capsys)
    assert all(verb in out for verb in VERBS)


def test_what_is_set_goes_into_job_and_report_and_moves_the_limit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    solids.standing(solids.plate(8.0, 0.3)).export(tmp_path / "plate.stl")
    setup = ["--nozzle", "0.2", "--layer", "0.06", "--colours", "4", "--material", "PLA"]
    flags = ["--units", "mm", "--printer", "p1s", *setup]
    assert call(["prepare", str(tmp_path / "plate.stl"), *flags, "-q", "-o", str(tmp_path / "run")]) == 0
    assert "Bambu Lab P1S (fdm, 0.2 mm nozzle, 0.06 mm layers, PLA)" in capsys.readouterr().out
    job = json.loads((tmp_path / "run" / "job.json").read_text())
    assert job["setup"] == {"nozzle_mm": 0.2, "layer_mm": 0.06, "material": "PLA", "colours": 4}
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    assert (report["printer"]["nozzle_mm"], report["printer"]["colours"]) == (0.2, 4)
    (weak,) = [finding for finding in report["findings"] if finding["code"] == "wall-thin"]
    assert (weak["limit"], weak["limit_source"][:7]) == (0.4, "default")
    assert call(["rerun", str(tmp_path / "run" / "job.json"), "-q", "-o", str(tmp_path / "again")]) == 0
    assert (tmp_path / "again" / "report.json").read_bytes() == (tmp_path / "run" / "report.json").read_bytes()


def test_the_report_repeats_what_nobody_has_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    solids.box().export(tmp_path / "box.stl")
    assert call(["check", str(tmp_path / "box.stl"), "--units", "mm", "--printer", "mimaki-3duj-2207", "-q"]) == 0
    assert "figures: unverified; unverified: build volume" in " ".join(capsys.readouterr().out.split())
