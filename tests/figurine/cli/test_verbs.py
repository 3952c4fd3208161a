"""Verbs: they start quickly, help is there, and what they list is true."""

from __future__ import annotations

import pytest

from figurine.cli import VERBS, call


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_that_names_its_flags(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call([verb, "--help"]) == 0
    assert "Usage:" in capsys.readouterr().out


def test_help_lists_flags_that_belong_together_under_one_heading(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["make", "--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    heading_of, heading = {}, ""
    for line in lines:
        if line.endswith(":") and not line.startswith(" "):
            heading = line[:-1]
        elif heading and line.startswith("  -"):
            assert line.split()[0] not in heading_of
            heading_of[line.split()[0]] = heading
    assert {heading_of[flag] for flag in ("--views", "-o,", "--json", "-h,")} == {"Options"}
    assert {heading_of[flag] for flag in ("--printer", "--nozzle", "--colours")} == {"Printer"}
    assert {heading_of[flag] for flag in ("--weights", "--texture-size")} == {"Shape by TRELLIS"}
    assert {heading_of[flag] for flag in ("--formats", "--quantise")} == {"Files"}
    assert set(heading_of) >= {"--style", "--tolerance", "--even-light", "--strict", "--height", "--trust"}
    assert not any(line.strip() == "[PHOTO|RUN]" for line in lines)


def test_help_lists_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(verb in out for verb in VERBS)


def test_doctor_names_every_thing_and_the_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["doctor"]) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in ("GPU", "weights", "key", "slicer", "backend"))
