"""What a user wishes of colours, from the command line to the report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import solids
import trimesh
from painted_solids import banded

import printers
from fab.palette.cost import ColourCost
from fab.palette.purging import purge_of
from figurine.cli import call
from figurine.colour_report import colour_findings
from figurine.colouring import ColouringWishes


@pytest.fixture
def two_tone(tmp_path: Path) -> Path:
    """Return a PLY of a ball of 10 mm, red on one side and white on the other."""
    ball = solids.ball(5.0, subdivisions=4)
    srgb = np.where(np.asarray(ball.vertices)[:, :1] > 0, (200, 30, 30, 255), (250, 250, 250, 255)).astype(np.uint8)
    painted = trimesh.Trimesh(ball.vertices, ball.faces, process=False, vertex_colors=srgb)
    path = tmp_path / "ball.ply"
    painted.export(path)
    return path


def test_wishes_take_lines_and_layers_from_the_printer() -> None:
    printer = printers.get("prusa-xl-5t")
    wishes = ColouringWishes(filaments=("#fff",), max_changes=5).of(printer, 3)
    assert (wishes.colours, wishes.line_mm, wishes.layer_mm) == (3, 0.45, 0.2)
    assert (wishes.filaments, wishes.max_changes) == (("#fff",), 5)
    assert wishes.purge == purge_of(printer)


def test_borders_that_could_not_be_split_are_told() -> None:
    printer = printers.get("prusa-xl-5t")
    costs = tuple(
        ColourCost(colours=n, changes=10 * n, waste_g=1.0 * n, added_hours=0.1 * n, difference=2.0) for n in (2, 1)
    )
    smooth = replace(banded(2), costs=costs)
    codes = [[f.code for f in colour_findings(part, printer)] for part in (smooth, replace(smooth, jagged=True))]
    assert codes == [["changes"], ["jagged-borders", "changes"]]


def test_report_tells_palette_and_cost(two_tone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flags = [
        "--height",
        "10",
        "--printer",
        "prusa-xl-5t",
        "--filaments",
        "#fff,PLA Basic Red",
        "--formats",
        "3mf",
        "-q",
    ]
    assert call(["prepare", str(two_tone), *flags, "-o", str(tmp_path / "run")]) in (0, 1)
    colour = json.loads((tmp_path / "run" / "report.json").read_text())["colour"]
    assert [entry["hex"] for entry in colour["palette"]] == ["#FFFFFF", "#C12E1F"]
    assert sum(entry["share"] for entry in colour["palette"]) == pytest.approx(1.0, abs=1e-3)
    assert [cost["colours"] for cost in colour["costs"]] == [2, 1]
    assert colour["costs"][0]["changes"] == pytest.approx(50, abs=2)
    assert "changes of filament" in capsys.readouterr().out


def test_a_filament_that_nobody_knows_is_wrong_use(
    two_tone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--printer", "prusa-xl-5t", "--filaments", "PLA Basic Rde", "-o", str(tmp_path / "run")]
    assert call(["prepare", str(two_tone), *flags]) == 2
    assert "PLA Basic Red" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
