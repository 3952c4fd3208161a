"""Repair of what nobody drew: a solid or a plain refusal, within a time, whatever the triangles."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invariants import assert_solid
from trimesh import Trimesh

from fab.errors import EmptyModel
from fab.repair import Limits, mend
from fab.solid import NotSolid

LIMIT_S = 60.0  # of processor time for 40 faces, compiling included; they take under 1 s after that
QUICK = Limits(rewrap_cells=32)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise TimeoutError where the block takes more processor time."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"more than {seconds} s of processor time")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def mend_or_refuse(vertices: np.ndarray, faces: np.ndarray) -> None:
    try:
        with at_most(LIMIT_S):
            mended = mend(vertices, faces, QUICK)
    except (NotSolid, EmptyModel):
        return
    assert_solid(Trimesh(mended.vertices, mended.faces, process=False, validate=False))


@st.composite
def soups(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Triangles over few corners, so that they share, double, fold and cross; some on a lattice, so that they touch."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    corners, faces = draw(st.integers(4, 12)), draw(st.integers(4, 40))
    on_lattice = draw(st.booleans())
    vertices = rng.integers(0, 5, (corners, 3)) * 10.0 if on_lattice else rng.uniform(0, 50, (corners, 3))
    return vertices, rng.integers(0, corners, (faces, 3))


@given(soups())
@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_a_soup_is_mended_or_refused(soup: tuple[np.ndarray, np.ndarray]) -> None:
    mend_or_refuse(*soup)


@pytest.mark.slow
@given(soups())
@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_many_soups_are_mended_or_refused(soup: tuple[np.ndarray, np.ndarray]) -> None:
    mend_or_refuse(*soup)
