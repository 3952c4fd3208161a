"""A subset of `bench/thin_parts.py`: what is planted is found, and nothing else."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def bench(repository: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("thin_parts_bench", repository / "bench" / "thin_parts.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["box", pytest.param("cylinder", marks=pytest.mark.slow)])
def test_planted_parts_are_found_and_nothing_else(bench: ModuleType, name: str) -> None:
    mesh, parts = bench.planted_body(name, None)
    score = bench.score(name, mesh, parts)
    assert score.found + len(score.missed) >= 8
    assert (score.missed, score.false) == ((), ())
