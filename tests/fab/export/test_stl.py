from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import solids
import trimesh
from invariants import assert_solid

from fab.errors import ExportFailed
from fab.export import stl
from fab.export.stl import write_stl
from fab.readers import read_model
from fab.solid import Solid


@pytest.mark.parametrize("build", [solids.box, solids.hollow_ball, solids.two_parts, solids.torus, solids.bow_tie])
def test_what_is_read_back_is_the_solid(tmp_path: Path, build: type) -> None:
    solid = Solid(build(), "ball")
    write_stl(solid, tmp_path / "a.stl")
    read = trimesh.load_mesh(tmp_path / "a.stl", process=False)
    assert np.array_equal(read.triangles, solid.mesh.triangles)
    assert_solid(read)
    assert read.volume == pytest.approx(solid.volume_mm3)


def test_the_layout_of_the_file(tmp_path: Path) -> None:
    solid = Solid(solids.box(10, 20, 30), "soldier é")
    write_stl(solid, tmp_path / "a.stl")
    data = (tmp_path / "a.stl").read_bytes()
    assert len(data) == 84 + 50 * 12
    assert not data.lower().startswith(b"solid")
    assert b"soldier" in data[:80]
    assert b"mm" in data[:80]
    assert int.from_bytes(data[80:84], "little") == 12
    record = np.frombuffer(data, stl.STL_TRIANGLE, 12, 84)
    assert np.allclose(np.linalg.norm(record["normal"], axis=1), 1)
    assert np.allclose(record["normal"], solid.mesh.face_normals)
    assert (record["attribute"] == 0).all()


def test_the_same_solid_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.stl", "b.stl"):
        write_stl(Solid(solids.ball(), "part"), tmp_path / name)
    assert (tmp_path / "a.stl").read_bytes() == (tmp_path / "b.stl").read_bytes()


def test_a_file_that_reads_back_differently_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def rounded(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
        return pack(np.round(vertices), faces)

    pack = stl.pack_triangles
    monkeypatch.setattr(stl, "pack_triangles", rounded)
    with pytest.raises(ExportFailed):
        write_stl(Solid(solids.ball(), "part"), tmp_path / "a.stl")
    assert list(tmp_path.iterdir()) == []


def test_it_reads_as_millimetres(tmp_path: Path) -> None:
    from fab.frame import to_millimetres

    write_stl(Solid(solids.box(10, 20, 30)), tmp_path / "a.stl")
    assert to_millimetres(read_model(tmp_path / "a.stl")).scale == 1.0
