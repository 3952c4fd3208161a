"""The report in a terminal: what comes first, what comes last, and how wide it gets."""

from __future__ import annotations

import pytest
import solids

import printers.library as library
from fab.findings import Finding, Severity
from fab.inspect import inspect
from fab.report.build import build_report
from fab.report.model import Report
from fab.report.terminal import render
from fab.solid import Solid

HEADLINE = Finding(
    check="views", code="depth-guessed", severity=Severity.INFO, message="depth is guessed", remedy="add left.png"
)


@pytest.fixture(scope="module")
def report() -> Report:
    solid, printer = Solid(solids.plate(8.0, 0.3), name="plate"), library.get("bambu-lab-p1s")
    files = {"glb": "out/plate.glb", "stl": "out/plate.stl", "3mf": "out/" + 12 * "long-" + "name/plate_80mm_p1s.3mf"}
    return build_report(solid, printer, inspect(solid, printer), extra_findings=[HEADLINE], files=files)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_lines_keep_to_the_width(report: Report, width: int) -> None:
    assert max(map(len, render(report, width=width, colour=False).splitlines())) <= width


def test_verdict_leads_and_headlines_follow(report: Report) -> None:
    lines = render(report, colour=False).splitlines()
    assert lines[0] == "plate on Bambu Lab P1S: will not print"
    assert "depth is guessed" in lines[1]
    assert "add left.png" in lines[2]


def test_worst_findings_come_first(report: Report) -> None:
    text = render(report, colour=False)
    assert text.index("wall-thickness") < text.index("solid ") < text.index("fits ")
    assert text.count("depth is guessed") == 1


def test_last_line_names_the_one_file_to_open(report: Report) -> None:
    assert render(report, colour=False).rstrip().endswith("plate_80mm_p1s.3mf")


def test_nothing_written_is_said(report: Report) -> None:
    bare = report.model_copy(update={"files": {}})
    assert "nothing was written" in render(bare, colour=False).splitlines()[-1]


def test_colour_only_when_asked(report: Report) -> None:
    assert "\x1b[" not in render(report, colour=False)
    assert "\x1b[" in render(report, colour=True)


def test_square_brackets_are_text_and_not_markup(report: Report) -> None:
    odd = report.model_copy(update={"part": report.part.model_copy(update={"name": "[bold]x[/y]"})})
    assert render(odd, colour=False).startswith("[bold]x[/y] on")


def test_why_and_limit_are_told_once_a_check_of_what_is_bad(report: Report) -> None:
    rod = Finding(check="rod", code="r", severity=Severity.WARN, message="rod", why="it snaps", limit_source="a guide")
    note = Finding(check="note", code="n", severity=Severity.INFO, message="note", why="no matter")
    told = report.model_copy(update={"findings": (rod, rod, rod.model_copy(update={"check": "pin"}), note)})
    lines = [line.strip() for line in render(told, colour=False).splitlines()]
    assert [lines.count("it snaps; limit: a guide"), lines.count("no matter")] == [2, 0]
    first = next(number for number, line in enumerate(lines) if line.endswith("rod"))
    assert lines[first + 1] == "it snaps; limit: a guide"


def test_neighbours_share_their_remedy(report: Report) -> None:
    found = [
        Finding(check="solid", code="s", severity=Severity.WARN, message=f"body {number}", remedy=remedy)
        for number, remedy in enumerate(["join", "join", "drop", "join"])
    ]
    lines = render(report.model_copy(update={"findings": tuple(found)}), colour=False).splitlines()
    told = [line.split()[-1] for line in lines if "body" in line or "→" in line]
    assert told == ["0", "1", "join", "2", "drop", "3", "join"]
