"""Faults planted in our own examples are found; the whole measurement is `bench/view_faults.py`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.view_faults import CODES, MESHES, Case, draw_cases, found_in, subject_of, table


@pytest.fixture(scope="module")
def found() -> list[tuple[Case, set[str]]]:
    subjects = [subject_of(Path(), name, None) for name in ("cat", "child")]
    return [(case, found_in(case)) for case in draw_cases(subjects, 12, np.random.default_rng(1))]


def test_each_planted_fault_is_found(found: list[tuple[Case, set[str]]]) -> None:
    missed = [(case.fault, case.how, case.subject) for case, codes in found if case.fault and not codes]
    assert missed == []
    named = {case.fault for case, codes in found if CODES.get(case.fault) in codes}
    assert named == set(CODES)


def test_sound_views_raise_no_alarm(found: list[tuple[Case, set[str]]]) -> None:
    assert [(case.subject, codes) for case, codes in found if not case.fault and codes] == []
    assert sum(not case.fault for case, _ in found) == 6


def test_the_table_has_a_line_for_each_fault(found: list[tuple[Case, set[str]]]) -> None:
    assert [line.split()[0] for line in table(found).splitlines()[1:]] == ["sound", *CODES]


@pytest.mark.slow
def test_rates_on_meshes_that_set_no_threshold(shared: Path) -> None:
    subjects = [subject_of(shared / "corpus", mesh, None, seed=7) for mesh in MESHES[1::2]]
    results = [(case, found_in(case)) for case in draw_cases(subjects, 200, np.random.default_rng([7, 8]))]
    faulty = [bool(codes) for case, codes in results if case.fault]
    sound = [bool(codes) for case, codes in results if not case.fault]
    assert np.mean(faulty) >= 0.9
    assert np.mean(sound) <= 0.1
