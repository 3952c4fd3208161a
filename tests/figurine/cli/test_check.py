"""`figurine check`: nothing is written without --report, and with it the page, its numbers and its pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
import solids

from fab.report.json import from_json
from figurine.cli import call


@pytest.fixture
def box(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    solids.box().export(tmp_path / "in" / "box.stl")
    return tmp_path / "in" / "box.stl"


def test_a_check_writes_nothing(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["check", str(box), "--scale", "1", "-q"]) == 0
    assert [file.name for file in box.parent.iterdir()] == ["box.stl"]
    assert capsys.readouterr().out.splitlines()[-1].startswith("nothing was written")


def test_its_report_is_written_where_asked(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = box.parent.parent / "what I found"
    assert call(["check", str(box), "--scale", "1", "-q", "--report", str(folder)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"open next: {folder / 'report.html'}"
    assert sorted(file.name for file in folder.iterdir()) == ["pictures", "report.html", "report.json"]
    assert {file.stem for file in (folder / "pictures").iterdir()} == {"views", "thickness", "overhang", "layers"}
    report = from_json((folder / "report.json").read_text("utf-8"))
    assert report.files == {"report": "report.html"}
    assert report.verdict_text in (folder / "report.html").read_text("utf-8")


def test_a_report_on_an_unreadable_model_leaves_no_folder(tmp_path: Path) -> None:
    (tmp_path / "bad.stl").write_bytes(b"no mesh")
    assert call(["check", str(tmp_path / "bad.stl"), "-q", "--report", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()
