"""Verbs: they start quickly, help is there, and what they list is true."""

from __future__ import annotations

import pytest

from figurine.cli import VERBS, call


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_that_names_its_flags(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call([verb, "--help"]) == 0
    assert "Usage:" in capsys.readouterr().out


def test_help_lists_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(verb in out for verb in VERBS)


def test_doctor_names_every_thing_and_the_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["doctor"]) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in ("GPU", "weights", "key", "slicer", "backend"))
