from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pytest
import solids
import trimesh

from fab.errors import EmptyModel, FabError, UnreadableModel
from fab.readers import limits, read_model

NOT_READ = {"broken/trimesh_empty.stl": EmptyModel}


def test_every_corpus_file_is_read_or_refused_in_one_line(shared: Path) -> None:
    for record in json.loads((shared / "corpus" / "manifest.json").read_text()):
        path = shared / "corpus" / record["path"]
        if record["path"] in NOT_READ:
            with pytest.raises(NOT_READ[record["path"]]):
                read_model(path)
            continue
        model = read_model(path)
        assert len(model.mesh.faces) > 0, path
        if record["load_ok"] and path.suffix.lower() not in (".3mf", ".stl"):
            assert len(model.mesh.faces) == record["faces"], path


def test_seed_figures_are_read(shared: Path) -> None:
    figures = sorted((shared / "seed" / "figures").glob("*.ply"))
    assert len(figures) == 8
    for path in figures:
        assert len(read_model(path).mesh.faces) >= 150_000


def test_to_raw_gives_the_numbers_trimesh_reads(shared: Path) -> None:
    for name in ("artist/Duck.glb", "artist/CesiumMilkTruck.glb", "printable/heartgears.3mf", "artist/bunny.ply"):
        path = shared / "corpus" / name
        model = read_model(path)
        raw = model.mesh.vertices @ model.to_raw[:3, :3].T + model.to_raw[:3, 3]
        other = trimesh.load_scene(path).to_mesh()
        assert np.allclose(trimesh.bounds.corners([raw.min(0), raw.max(0)]), trimesh.bounds.corners(other.bounds))


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.stl", b""), ("a.xyz", b"1 2 3"), ("a.glb", b"glTF"), ("a.obj", b"\xff\xfe\x00"), ("a.ply", b"ply\nformat")],
)
def test_what_is_no_model_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UnreadableModel) as caught:
        read_model(tmp_path / name)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.stl", tmp_path):
        with pytest.raises(UnreadableModel):
            read_model(path)


def test_flat_things_are_empty(tmp_path: Path) -> None:
    box = solids.box()
    for scale in ((1, 1, 0), (1, 0, 0), (0, 0, 0)):
        mesh = trimesh.Trimesh(box.vertices * scale, box.faces, process=False)
        (tmp_path / "flat.stl").write_bytes(mesh.export(file_type="stl"))
        with pytest.raises(EmptyModel, match="flat"):
            read_model(tmp_path / "flat.stl")


def test_points_alone_are_empty(tmp_path: Path) -> None:
    (tmp_path / "p.obj").write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\n")
    with pytest.raises(EmptyModel):
        read_model(tmp_path / "p.obj")


def test_vertices_that_are_no_numbers_stay(tmp_path: Path) -> None:
    (tmp_path / "nan.stl").write_bytes(solids.nan_vertex().export(file_type="stl"))
    model = read_model(tmp_path / "nan.stl")
    assert np.isnan(model.mesh.vertices).any()


def test_index_out_of_range_is_refused(tmp_path: Path) -> None:
    vertices, faces = solids.index_out_of_range()
    lines = [f"{x} {y} {z}" for x, y, z in vertices] + [f"3 {a} {b} {c}" for a, b, c in faces]
    (tmp_path / "bad.off").write_text(f"OFF\n{len(vertices)} {len(faces)} 0\n" + "\n".join(lines))
    with pytest.raises(UnreadableModel):
        read_model(tmp_path / "bad.off")
    text = [f"v {x} {y} {z}" for x, y, z in vertices] + [f"f {a + 1} {b + 1} {c + 1}" for a, b, c in faces]
    (tmp_path / "bad.obj").write_text("\n".join(text))
    with pytest.raises(UnreadableModel):
        read_model(tmp_path / "bad.obj")


def test_units_force_millimetres(tmp_path: Path) -> None:
    (tmp_path / "box.stl").write_bytes(solids.box(1, 2, 3).export(file_type="stl"))
    model = read_model(tmp_path / "box.stl", units="in")
    assert model.unit == "mm"
    assert np.allclose(model.mesh.extents, (25.4, 50.8, 76.2))
    raw = model.mesh.vertices @ model.to_raw[:3, :3].T
    assert np.allclose(raw, solids.box(1, 2, 3).triangles.reshape(-1, 3))
    with pytest.raises(UnreadableModel, match="furlong"):
        read_model(tmp_path / "box.stl", units="furlong")


def test_limits_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "box.stl"
    path.write_bytes(solids.box().export(file_type="stl"))
    with monkeypatch.context() as patch:
        patch.setattr(limits, "MAX_FILE_BYTES", 100)
        with pytest.raises(UnreadableModel, match="100"):
            read_model(path)
    with monkeypatch.context() as patch:
        patch.setattr(limits, "MAX_FACES", 11)
        with pytest.raises(UnreadableModel, match="11"):
            read_model(path)


def test_nothing_leaks_for_damaged_files(tmp_path: Path) -> None:
    """Bytes are turned over in good files; every outcome is a model or a FabError of one line, and no warning."""
    random = np.random.default_rng(7)
    good = {
        kind: solids.ball(subdivisions=1).export(file_type=kind) for kind in ("stl", "ply", "obj", "off", "glb", "3mf")
    }
    outcomes = set()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind, exported in good.items():
            data = exported.encode() if isinstance(exported, str) else exported
            for _ in range(60):
                damaged = bytearray(data)
                for at in random.integers(0, len(damaged), 4):
                    damaged[at] = random.integers(0, 256)
                path = tmp_path / f"damaged.{kind}"
                path.write_bytes(damaged[: random.integers(1, len(damaged) * 2)])
                try:
                    outcomes.add(type(read_model(path)).__name__)
                except FabError as error:
                    assert "\n" not in str(error)
                    outcomes.add(type(error).__name__)
    assert {"InputModel", "UnreadableModel"} <= outcomes
