"""A model of rembg is used where it is; without one, nothing is fetched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from drawings import figure, over

from generate.cutting.cutout import cut_out
from generate.cutting.foreground_model import MODELS, find_model
from generate.errors import UnusableView


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("U2NET_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("REMBG_HOME", str(tmp_path / "rembg"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def tiles() -> np.ndarray:
    return np.random.default_rng(0).uniform(0, 255, (20, 20, 3)).repeat(16, axis=0).repeat(16, axis=1)


def test_without_a_model_the_outline_is_a_guess_that_names_the_remedy(home: Path) -> None:
    assert find_model() is None
    cut = cut_out(over(figure(size=320), tiles()))
    assert cut.method == "grabcut"
    (note,) = cut.notes
    assert note.code == "cutout-uncertain"
    assert note.remedy is not None
    assert "rembg" in note.remedy


def test_the_best_model_that_is_there_is_used_and_a_broken_one_named(home: Path) -> None:
    pytest.importorskip("rembg")
    for name in MODELS[1:3]:
        weights = home / "rembg" / "models" / name / f"{name}.onnx"
        weights.parent.mkdir(parents=True)
        weights.write_bytes(b"no model")
    assert find_model() == MODELS[1]
    with pytest.raises(UnusableView, match="weights"):
        cut_out(over(figure(size=320), tiles()))
