from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from painted_solids import banded

from fab.export.threemf import write_threemf
from figurine.cli import call

SLICE = ("--printer", "prusa xl 5t", "--colours", "3", "-q", "--scale", "1")
PRUSA = shutil.which("prusa-slicer")


@pytest.fixture
def ball(tmp_path: Path) -> Path:
    """A ball in three level bands of one colour each."""
    write_threemf(banded(3), tmp_path / "ball.3mf")
    return tmp_path / "ball.3mf"


def test_without_a_slicer_one_line_says_how_to_get_one(
    ball: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert call(["slice", str(ball), *SLICE, "-o", str(tmp_path / "out")]) == 3
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert "apt install prusa-slicer" in said[0]
    assert not (tmp_path / "out").exists()


@pytest.mark.slicer
@pytest.mark.skipif(PRUSA is None, reason="prusa-slicer is not installed")
def test_what_the_slicer_says_is_in_the_report(ball: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert call(["slice", str(ball), *SLICE, "-o", str(tmp_path / "out")]) in (0, 1)
    said = json.loads((tmp_path / "out" / "report.json").read_text())["slice"]
    assert said["slicer"].startswith("PrusaSlicer-")
    assert said["layers"] == pytest.approx(100, abs=1)
    assert said["time_s"] > 300
    assert [one["slot"] for one in said["filaments"]] == [1, 2, 3]
    assert min(one["grams"] for one in said["filaments"]) > 0.2
    assert sum(one["grams"] for one in said["filaments"]) == pytest.approx(said["filament_g"], abs=0.02)
    assert 2 <= said["tool_changes"] < 100
    assert 0 < said["support_share"] < 0.4
    assert "by PrusaSlicer-" in capsys.readouterr().out
    assert "by PrusaSlicer-" in (tmp_path / "out" / "report.html").read_text()


@pytest.mark.slicer
@pytest.mark.skipif(PRUSA is None, reason="prusa-slicer is not installed")
def test_other_filaments_than_the_palettes_are_a_failure(
    ball: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """PrusaSlicer itself, called with one nozzle: it drops all paint and exits with 0."""
    one = "--nozzle-diameter 0.4 --min-layer-height 0.07 --max-layer-height 0.3"
    script = tmp_path / "prusa-slicer-of-one-nozzle"
    script.write_text(f'#!/bin/sh\nexec {PRUSA} "$@" {one}\n')
    script.chmod(0o755)
    assert call(["slice", str(ball), *SLICE, "--slicer", str(script), "-o", str(tmp_path / "out")]) == 3
    said = capsys.readouterr().err.splitlines()[-1]
    assert "prints with filament 1, the part is painted with 1, 2, 3" in said
    assert json.loads((tmp_path / "out" / "report.json").read_text())["slice"]["tool_changes"] == 0
