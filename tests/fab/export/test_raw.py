from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import solids
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from fab.errors import ExportFailed
from fab.export import raw
from fab.export.raw import write_raw
from fab.readers import read_model

FORMATS = ("stl", "ply", "obj", "off", "glb", "3mf")


def awkward() -> tuple[np.ndarray, np.ndarray]:
    """A ball at a place and size that need every digit of a float32."""
    ball = solids.ball()
    return np.asarray(ball.vertices) / 3e3 - (1 / 7, 1000 / 3, 1e-5), np.asarray(ball.faces)


@pytest.mark.parametrize("kind", FORMATS)
def test_trimesh_reads_the_same_float32_numbers(tmp_path: Path, kind: str) -> None:
    vertices, faces = awkward()
    write_raw(vertices, faces, tmp_path / f"a.{kind}")
    meant = vertices.astype(np.float32).astype(np.float64)[faces]
    for process in (False, True):
        read = trimesh.load(tmp_path / f"a.{kind}", force="mesh", process=process)
        assert np.array_equal(read.triangles, meant)


@pytest.mark.parametrize("kind", FORMATS)
def test_what_was_read_goes_back_through_to_raw(tmp_path: Path, kind: str) -> None:
    vertices, faces = awkward()
    write_raw(vertices, faces, tmp_path / f"a.{kind}", unit="inch")
    model = read_model(tmp_path / f"a.{kind}")
    back = np.asarray(model.mesh.vertices) @ model.to_raw[:3, :3].T + model.to_raw[:3, 3]
    (tmp_path / "again").mkdir()
    write_raw(back, np.asarray(model.mesh.faces), tmp_path / "again" / f"a.{kind}", unit="inch")
    assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / "again" / f"a.{kind}").read_bytes()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(-(2.0**100), 2.0**100, width=32), min_size=12, max_size=12),
    st.sampled_from(["obj", "off", "3mf"]),
)
def test_text_formats_keep_any_float32(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[float], kind: str
) -> None:
    vertices = np.array(numbers).reshape(4, 3)
    spread = np.linalg.svd(vertices - vertices.mean(axis=0), compute_uv=False)
    if spread[2] <= 1e-5 * spread[0]:
        return
    faces = np.array([(0, 2, 1), (0, 1, 3), (1, 2, 3), (0, 3, 2)])
    path = tmp_path_factory.mktemp("raw") / f"a.{kind}"
    write_raw(vertices, faces, path)
    assert np.array_equal(trimesh.load(path, force="mesh", process=False).triangles, vertices[faces])


def test_other_extensions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportFailed, match=r"\.step"):
        write_raw(*awkward(), tmp_path / "a.step")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_reads_back_differently_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        raw, "filled", lambda line, rows: line * len(rows) % tuple(np.round(rows, 3).reshape(-1).tolist())
    )
    (tmp_path / "a.off").write_text("old")
    with pytest.raises(ExportFailed):
        write_raw(*awkward(), tmp_path / "a.off")
    assert [p.name for p in tmp_path.iterdir()] == ["a.off"]
    assert (tmp_path / "a.off").read_text() == "old"
