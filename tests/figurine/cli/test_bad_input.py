"""Bad input: one clear line on stderr, exit 2, and nothing left behind."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from figurine.cli import call


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    disc = np.zeros((200, 160, 4), np.uint8)
    y, x = np.mgrid[:200, :160]
    disc[(x - 80) ** 2 / 60**2 + (y - 100) ** 2 / 90**2 < 1] = (200, 120, 60, 255)
    Image.fromarray(disc).save("front.png")
    bar = np.zeros((200, 160, 4), np.uint8)
    bar[85:115, 5:155] = (200, 120, 60, 255)
    Image.fromarray(bar).save("bar_back.png")
    Image.fromarray(np.zeros((100, 100, 4), np.uint8)).save("clear.png")
    Path("text.png").write_text("not a picture")
    (tmp_path / "cut.png").write_bytes((tmp_path / "front.png").read_bytes()[:120])
    Image.new("1", (20_000, 10_000)).save("huge.png")
    Path("model.stl").write_bytes(b"\0" * 84)
    Path("folder").mkdir()
    return tmp_path


MAKE = ("make", "-q", "--views")
CASES = {
    "no pictures": (("make",), "--views"),
    "a photo": (("make", "front.png"), "--style clay"),
    "no such picture": ((*MAKE, "nothing.png"), "no such picture"),
    "not an image": ((*MAKE, "text.png"), "text.png"),
    "a picture cut short": ((*MAKE, "cut.png"), "cut.png"),
    "fully transparent": ((*MAKE, "clear.png"), "transparent"),
    "200 megapixels": ((*MAKE, "huge.png"), "megapixels"),
    "not one subject": ((*MAKE, "front.png", "bar_back.png"), "0.5"),
    "negative height": ((*MAKE, "front.png", "--height", "-80"), "above 0"),
    "zero height": ((*MAKE, "front.png", "--height", "0"), "above 0"),
    "NaN height": ((*MAKE, "front.png", "--height", "nan"), "above 0"),
    "infinite height": ((*MAKE, "front.png", "--height", "inf"), "above 0"),
    "a height in words": ((*MAKE, "front.png", "--height", "tall"), "not a number"),
    "two sizes": ((*MAKE, "front.png", "--height", "80", "--longest", "90"), "one of height"),
    "unknown printer": ((*MAKE, "front.png", "--printer", "A2 mini"), "bambu-lab-a1-mini"),
    "ambiguous printer": ((*MAKE, "front.png", "--printer", "bambu"), "any of"),
    "one side twice": ((*MAKE, "front.png", "front.png@front"), "both from front"),
    "an output folder that is a file": ((*MAKE, "front.png", "-o", "text.png"), "cannot write"),
    "unknown verb": (("chek", "model.stl"), "did you mean 'check'"),
    "no model": (("check",), "`figurine check --help`"),
    "unknown printer for a photo": (
        ("make", "front.png", "--style", "clay", "--printer", "A2 mini"),
        "bambu-lab-a1-mini",
    ),
    "unknown filament": (("prepare", "model.stl", "--printer", "a1", "--filaments", "blurple"), "#RRGGBB"),
    "unknown flag": (("make", "--fly"), "fly"),
    "no such model": (("prepare", "-q", "nothing.stl"), "no such file"),
    "a folder as model": (("prepare", "-q", "folder"), "folder"),
    "an empty model": (("prepare", "-q", "model.stl"), "model.stl"),
    "a picture as model": (("prepare", "-q", "front.png"), "front.png"),
    "repair onto itself": (("repair", "-q", "model.stl", "model.stl"), "is the input"),
    "repair to no format": (("repair", "-q", "model.stl", "out.xyz"), ".xyz"),
    "no such job": (("rerun", "-q", "nothing.json"), "nothing.json"),
    "no job": (("rerun", "-q", "text.png"), "not a job file"),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_gets_one_line_and_leaves_nothing(case: str, here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    arguments, says = CASES[case]
    before = sorted(here.rglob("*"))
    assert call(list(arguments)) == 2
    out, err = capfd.readouterr()
    lines = [line for line in err.splitlines() if not line.startswith("printer: ")]
    assert len(lines) == 1, err
    assert lines[0].startswith("figurine: ")
    assert says in lines[0]
    assert "Traceback" not in out + err
    assert sorted(here.rglob("*")) == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_write_permission_is_named(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (here / "locked").mkdir(mode=0o500)
    assert call([*MAKE, "front.png", "-o", "locked/run"]) == 2
    assert "cannot write" in capfd.readouterr().err
