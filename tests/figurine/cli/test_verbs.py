"""Verbs: they start quickly, help is there, and what they list is true."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import printers
from figurine.cli import VERBS, call


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_that_names_its_flags(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call([verb, "--help"]) == 0
    assert "Usage:" in capsys.readouterr().out


def test_help_lists_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(verb in out for verb in VERBS)


def test_printers_list_agrees_with_the_library(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["printers", "list", "--json"]) == 0
    assert [record["id"] for record in json.loads(capsys.readouterr().out)] == list(printers.names())


def test_printers_show_tells_figures_and_their_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["printers", "show", "a1mini"]) == 0
    out = capsys.readouterr().out
    assert "180 × 180 × 180 mm" in out
    assert "CrealityPrint" in out


def test_doctor_names_every_thing_and_the_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["doctor"]) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in ("GPU", "weights", "key", "slicer", "backend"))


def test_listing_printers_loads_no_geometry() -> None:
    code = (
        "import sys; from figurine.cli import call; call(['printers', 'list']); "
        "print([m for m in ('numpy', 'trimesh', 'numba', 'cv2') if m in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).splitlines()[-1] == "[]"
