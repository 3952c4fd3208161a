from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import solids
import trimesh
from PIL import Image
from trimesh.visual import ColorVisuals, TextureVisuals

from fab.colour import ColourField
from fab.errors import ExportFailed
from fab.export import glb, glb_container, patches
from fab.export.glb import write_glb, write_mesh_glb
from fab.paint import Paint
from fab.readers import read_model
from fab.solid import Solid


@pytest.fixture(autouse=True)
def _few_faces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Split no finer than these tests need."""
    monkeypatch.setattr(patches, "MAX_FACES", 30_000)


def tree_of(path: Path) -> dict:
    data = path.read_bytes()
    return json.loads(data[20 : 20 + int.from_bytes(data[12:16], "little")])


def test_it_is_in_metres_with_y_up(tmp_path: Path) -> None:
    write_glb(Solid(solids.box(10, 20, 30)), tmp_path / "a.glb")
    mesh = trimesh.load_scene(tmp_path / "a.glb").to_mesh()
    assert np.allclose(mesh.bounds, [(0, 0, -0.020), (0.010, 0.030, 0)])
    assert mesh.volume == pytest.approx(6e-6)
    model = read_model(tmp_path / "a.glb")
    assert np.allclose(model.mesh.bounds, [(0, 0, 0), (0.010, 0.020, 0.030)])
    assert not Paint.of(model.mesh).present


def test_nothing_is_rounded(tmp_path: Path) -> None:
    solid = Solid(solids.ball())
    write_glb(solid, tmp_path / "a.glb")
    mesh = read_model(tmp_path / "a.glb").mesh
    assert np.array_equal(mesh.vertices, solid.vertices * 0.001)
    assert np.array_equal(mesh.faces, solid.faces)


def test_the_material_is_matte_and_one_sided(tmp_path: Path) -> None:
    write_glb(Solid(solids.box()), tmp_path / "a.glb")
    material = tree_of(tmp_path / "a.glb")["materials"][0]
    assert material["pbrMetallicRoughness"] == {"metallicFactor": 0.0, "roughnessFactor": 0.8}
    assert material["doubleSided"] is False


def checkered_box(swollen_mm: float = 0.0) -> Solid:
    """A box of 40 mm, 12 faces, with a chessboard of 8 × 8 on each side; its input may be a little larger."""
    board = (np.indices((8, 8)).sum(axis=0) % 2 * 255).astype(np.uint8)
    picture = Image.fromarray(np.kron(board, np.ones((16, 16), np.uint8))).convert("RGB")
    box = solids.box(40, 40, 40)
    corners = box.vertices[box.faces].reshape(-1, 3)
    normal = np.abs(np.repeat(box.face_normals, 3, axis=0)).argmax(axis=1)
    uv = np.array([np.delete(corner, axis) / 40 for corner, axis in zip(corners, normal, strict=True)])
    dressed = solids.mesh_of(corners, np.arange(36).reshape(-1, 3))
    dressed.visual = TextureVisuals(uv, image=picture)
    grown = np.diag([1 + swollen_mm / 20] * 3 + [1.0])
    grown[:3, 3] = -swollen_mm
    return Solid(box, "chess", ColourField.of(dressed, grown))


def squares_on_top(mesh: trimesh.Trimesh) -> tuple[np.ndarray, np.ndarray]:
    """Return what is shown in the middle of each field of the chessboard on top, and what is meant, 0 or 1."""
    squares = (np.indices((8, 8)).reshape(2, -1).T + 0.5) / 8 * 0.040
    top = ColourField.of(mesh, np.eye(4)).at(np.column_stack([squares, np.full(64, 0.040)]))[:, 0].round()
    return top, np.array([(int(x / 0.005) + 7 - int(y / 0.005)) % 2 for x, y in squares])


def test_a_picture_stays_a_picture(tmp_path: Path) -> None:
    solid = checkered_box()
    write_glb(solid, tmp_path / "a.glb")
    mesh = read_model(tmp_path / "a.glb").mesh
    assert len(mesh.faces) == 12
    assert np.array_equal(mesh.triangles, (solid.mesh.triangles * 0.001)[face_order(mesh, solid)])
    shown, meant = squares_on_top(mesh)
    assert np.array_equal(shown, meant)
    picture = np.asarray(mesh.visual.material.baseColorTexture)
    assert np.array_equal(picture, solid.colour.paint.pictures[0].pixels)  # type: ignore[union-attr]
    stored = trimesh.load_scene(tmp_path / "a.glb").to_mesh()
    assert stored.visual.material.baseColorTexture.size == (128, 128)


def face_order(mesh: trimesh.Trimesh, solid: Solid) -> np.ndarray:
    """Return for each face of a file which face of the solid it is."""
    middles = solid.mesh.triangles_center * 0.001
    return np.array([np.abs(middles - middle).sum(axis=1).argmin() for middle in mesh.triangles_center])


def test_a_jpeg_is_handed_on_byte_for_byte(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (32, 32, 3)).astype(np.uint8)
    file = tmp_path / "noise.jpg"
    Image.fromarray(noise).save(file)
    box = solids.box(40, 40, 40)
    mtl, uv = "newmtl m\nmap_Kd noise.jpg\n", "vt 0 0\nvt 1 0\nvt 0 1\n"
    faces = "".join("f " + " ".join(f"{v + 1}/{k + 1}" for k, v in enumerate(face)) + "\n" for face in box.faces)
    points = "".join(f"v {x} {y} {z}\n" for x, y, z in box.vertices)
    (tmp_path / "m.mtl").write_text(mtl)
    (tmp_path / "m.obj").write_text(f"mtllib m.mtl\nusemtl m\n{points}{uv}{faces}")
    write_glb(Solid(box, "x", ColourField.of(read_model(tmp_path / "m.obj").mesh, np.eye(4))), tmp_path / "a.glb")
    assert file.read_bytes() in (tmp_path / "a.glb").read_bytes()
    assert b'"mimeType":"image/jpeg"' in (tmp_path / "a.glb").read_bytes()


def test_sixteen_bits_move_no_vertex_by_more_than_half_a_step(tmp_path: Path) -> None:
    solid = Solid(solids.ball(31.0), "ball")
    write_glb(solid, tmp_path / "a.glb", quantise=True)
    write_glb(solid, tmp_path / "b.glb")
    assert tree_of(tmp_path / "a.glb")["extensionsRequired"] == ["KHR_mesh_quantization"]
    mesh = read_model(tmp_path / "a.glb").mesh
    assert np.abs(mesh.vertices * 1000 - solid.vertices).max() <= 62 / 65535 * 0.501
    assert np.array_equal(mesh.faces, solid.faces)
    assert (tmp_path / "a.glb").stat().st_size < (tmp_path / "b.glb").stat().st_size


def test_where_the_surface_is_new_faces_are_split_for_the_picture(tmp_path: Path) -> None:
    solid = checkered_box(swollen_mm=0.2)
    write_glb(solid, tmp_path / "a.glb")
    mesh = read_model(tmp_path / "a.glb").mesh
    assert mesh.volume == pytest.approx(solid.volume_mm3 * 1e-9)
    assert mesh.is_watertight
    edges = np.linalg.norm(mesh.triangles - np.roll(mesh.triangles, 1, axis=1), axis=2)
    assert edges.max() <= 0.040 / 16 * (1 + 1e-9)
    assert 5_000 < len(mesh.faces) <= 30_000
    shown, meant = squares_on_top(mesh)
    assert np.array_equal(shown, meant)


def test_colours_are_linear_and_opaque_in_sixteen_bits(tmp_path: Path) -> None:
    mesh = solids.ball(subdivisions=4)
    dressed = solids.mesh_of(mesh.vertices, mesh.faces)
    dressed.visual = ColorVisuals(vertex_colors=np.tile((127, 1, 255, 255), (len(mesh.vertices), 1)).astype(np.uint8))
    write_glb(Solid(mesh, "x", ColourField.of(dressed, np.eye(4))), tmp_path / "a.glb")
    tree = tree_of(tmp_path / "a.glb")
    accessor = tree["accessors"][tree["meshes"][0]["primitives"][0]["attributes"]["COLOR_0"]]
    assert (accessor["componentType"], accessor["type"], accessor["normalized"]) == (5123, "VEC4", True)
    assert (read_model(tmp_path / "a.glb").mesh.visual.vertex_colors == (127, 1, 255, 255)).all()
    raw = trimesh.load_scene(tmp_path / "a.glb", process=False).to_mesh()
    assert raw.volume == pytest.approx(mesh.volume * 1e-9)


def test_one_colour_needs_few_faces(tmp_path: Path) -> None:
    box = solids.box(40, 40, 40)
    box.visual = ColorVisuals(vertex_colors=np.tile((9, 99, 199, 255), (8, 1)).astype(np.uint8))
    write_glb(Solid(box, "plain", ColourField.of(box, np.eye(4))), tmp_path / "a.glb")
    mesh = read_model(tmp_path / "a.glb").mesh
    assert len(mesh.faces) < 10_000
    assert (mesh.visual.vertex_colors == (9, 99, 199, 255)).all()


def test_the_same_solid_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.glb", "b.glb"):
        write_glb(checkered_box(), tmp_path / name)
    assert (tmp_path / "a.glb").read_bytes() == (tmp_path / "b.glb").read_bytes()


def test_a_raw_mesh_comes_back_with_the_same_numbers_and_colours(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    mesh = solids.mesh_of(solids.ball().vertices * 0.0123 - (0.5, 0.25, 7), solids.ball().faces)
    colours = random.integers(0, 256, (len(mesh.vertices), 4)).astype(np.uint8)
    mesh.visual = ColorVisuals(vertex_colors=colours)
    write_mesh_glb(mesh, tmp_path / "02-shape.glb")
    read = read_model(tmp_path / "02-shape.glb").mesh
    assert np.array_equal(read.vertices, mesh.vertices.astype(np.float32))
    assert np.array_equal(read.faces, mesh.faces)
    assert np.array_equal(read.visual.vertex_colors, colours)


def test_a_raw_mesh_may_be_without_colours_but_not_with_a_picture(tmp_path: Path) -> None:
    write_mesh_glb(solids.open_box(), tmp_path / "a.glb")
    assert len(read_model(tmp_path / "a.glb").mesh.faces) == 10
    mesh = solids.box()
    mesh.visual = ColorVisuals(face_colors=np.full((12, 4), 9, np.uint8))
    with pytest.raises(ExportFailed, match="face"):
        write_mesh_glb(mesh, tmp_path / "b.glb")
    assert not (tmp_path / "b.glb").exists()


def test_a_file_that_reads_back_differently_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glb, "METRES_PER_MM", 0.001)
    join = glb_container.join
    monkeypatch.setattr(glb_container, "join", lambda text, binary: join(text, binary[:-4] + b"\1\0\0\0"))
    with pytest.raises(ExportFailed):
        write_glb(Solid(solids.box()), tmp_path / "a.glb")
    assert list(tmp_path.iterdir()) == []
