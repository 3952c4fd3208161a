"""View weights: between steps, on disk, and at other places."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install figurine[sampling]")

from sampling.cells import Cells  # noqa: E402
from sampling.errors import BadWeights  # noqa: E402
from sampling.weights import ViewWeights, interpolate  # noqa: E402

TIMES = np.array([1.0, 0.8, 0.2])
WHOLE = ViewWeights(TIMES, np.array([[0.5, 0.5], [1.0, 0.0], [0.4, 0.6]]), ("front", "back"))
GRID = np.array([[0, 0, 0], [1, 1, 1]])
PLACED = ViewWeights(
    TIMES, np.array([[[0.5, 0.1], [0.5, 0.9]]] * 3, dtype=np.float32), ("front", "back"), grid=GRID, resolution=2
)


@pytest.mark.parametrize(("t", "front"), [(1.0, 0.5), (0.9, 0.75), (0.8, 1.0), (0.5, 0.7), (0.2, 0.4), (0.0, 0.4)])
def test_between_steps(t: float, front: float) -> None:
    assert WHOLE.at(t) == pytest.approx([front, 1 - front])
    assert interpolate(TIMES, torch.as_tensor(WHOLE.values), t).tolist() == pytest.approx([front, 1 - front])


@pytest.mark.parametrize("weights", [WHOLE, PLACED])
def test_come_back_from_disk_as_they_were(weights: ViewWeights, tmp_path: Path) -> None:
    weights.save(tmp_path / "weights.npz")
    back = ViewWeights.load(tmp_path / "weights.npz")
    assert np.array_equal(back.values, weights.values)
    assert (back.values.dtype, back.names, back.resolution) == (
        weights.values.dtype,
        weights.names,
        weights.resolution,
    )
    assert (back.grid is None) == (weights.grid is None)
    assert [path.name for path in tmp_path.iterdir()] == ["weights.npz"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"text"])
def test_other_files_are_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.npz").write_bytes(content)
    with pytest.raises(BadWeights, match="not view weights"):
        ViewWeights.load(tmp_path / "x.npz")


def test_archives_of_other_things_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", times=TIMES)
    with pytest.raises(BadWeights, match="not view weights"):
        ViewWeights.load(tmp_path / "x.npz")


def test_who_was_believed() -> None:
    assert WHOLE.overruled() == "back"
    assert PLACED.winners().tolist() == [0, 1]
    assert PLACED.curve() == pytest.approx(np.array([[0.3, 0.7]] * 3))


def test_other_places_take_the_nearest() -> None:
    cells = Cells.sparse(torch.tensor([[0, 1, 1, 0], [0, 3, 3, 2], [0, 0, 0, 3]]), 4)
    placed = PLACED.placed(cells, 0)
    assert placed.values[0, 0] == pytest.approx([0.5, 0.1, 0.5])
    assert placed.resolution == 4


@pytest.mark.parametrize(
    ("times", "values", "grid"),
    [
        (TIMES, np.full((3, 2), 0.4), None),
        (TIMES[::-1], np.full((3, 2), 0.5), None),
        (TIMES, np.full((2, 2), 0.5), None),
        (TIMES, np.full((3, 2, 4), 0.5), None),
        (TIMES, np.full((3, 2, 4), 0.5), GRID),
        (TIMES, np.full((3, 2), np.nan), None),
    ],
)
def test_what_are_no_weights(times: np.ndarray, values: np.ndarray, grid: np.ndarray | None) -> None:
    with pytest.raises(BadWeights):
        ViewWeights(times, values, ("front", "back"), grid)
