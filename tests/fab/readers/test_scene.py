from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from model_files import png
from trimesh.visual import ColorVisuals

from fab.paint import Paint
from fab.readers import read_model

CUBE = [(x, y, z) for z in (0, 1) for y in (0, 1) for x in (0, 1)]
QUADS = [(1, 3, 4, 2), (5, 6, 8, 7), (1, 2, 6, 5), (3, 7, 8, 4), (1, 5, 7, 3), (2, 4, 8, 6)]


def cube_obj(extra: str = "", corner: str = "{}") -> str:
    vertices = "".join(f"v {x} {y} {z}\n" for x, y, z in CUBE)
    faces = "".join("f " + " ".join(corner.format(i) for i in quad) + "\n" for quad in QUADS)
    return vertices + extra + faces


def test_obj_polygons_become_triangles(tmp_path: Path) -> None:
    (tmp_path / "c.obj").write_text(cube_obj())
    mesh = read_model(tmp_path / "c.obj").mesh
    assert len(mesh.faces) == 12
    assert mesh.volume == pytest.approx(1.0)


def test_obj_indices_from_the_end_count_from_where_they_stand(tmp_path: Path) -> None:
    faces = "".join("f " + " ".join(str(i - 9) for i in quad) + "\n" for quad in QUADS)
    one = "".join(f"v {x} {y} {z}\n" for x, y, z in CUBE) + faces
    two = "".join(f"v {x + 5} {y} {z}\n" for x, y, z in CUBE) + faces
    (tmp_path / "c.obj").write_text(one + two)
    mesh = read_model(tmp_path / "c.obj").mesh
    assert mesh.volume == pytest.approx(2.0)
    assert mesh.extents[0] == pytest.approx(6.0)


def test_obj_material_with_picture(tmp_path: Path) -> None:
    (tmp_path / "m.mtl").write_text("newmtl skin\nKd 0 0 0\nmap_Kd skin.png\n")
    (tmp_path / "skin.png").write_bytes(png([[(255, 0, 0), (0, 255, 0)]]))
    uv = "".join(f"vt {0.25 if i < 4 else 0.75} 0.5\n" for i in range(8))
    (tmp_path / "c.obj").write_text("mtllib m.mtl\n" + cube_obj(uv + "usemtl skin\n", "{0}/{0}"))
    model = read_model(tmp_path / "c.obj")
    paint = Paint.of(model.mesh)
    assert model.notes == ()
    low = model.mesh.triangles[:, :, 2].max(axis=1) == 0
    centre = np.full((len(model.mesh.faces), 3), 1 / 3)
    rgba = paint.at(np.arange(len(model.mesh.faces)), centre)
    assert np.allclose(rgba[low, :3], (1, 0, 0))
    assert np.allclose(rgba[model.mesh.triangles[:, :, 2].min(axis=1) == 1, :3], (0, 1, 0))


def test_obj_plain_materials_are_colours(tmp_path: Path) -> None:
    (tmp_path / "m.mtl").write_text("newmtl a\nKd 1 0 0\nnewmtl b\nKd 0 0 1\n")
    text = cube_obj()
    head, _, tail = text.partition("f ")
    lines = ("f " + tail).splitlines()
    (tmp_path / "c.obj").write_text(
        "mtllib m.mtl\n" + head + "usemtl a\n" + "\n".join(lines[:3]) + "\nusemtl b\n" + "\n".join(lines[3:])
    )
    paint = Paint.of(read_model(tmp_path / "c.obj").mesh)
    assert paint.present
    colours = {tuple(c) for c in paint.at(np.arange(12), np.full((12, 3), 1 / 3)).round(3).tolist()}
    assert colours == {(1.0, 0.0, 0.0, 1.0), (0.0, 0.0, 1.0, 1.0)}


@pytest.mark.parametrize("name", ["gone.mtl", "../gone.mtl"])
def test_obj_without_its_material_file_is_read_and_noted(tmp_path: Path, name: str) -> None:
    (tmp_path / "gone.mtl").write_text("newmtl skin\n")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "c.obj").write_text(f"mtllib {name}\n" + cube_obj("usemtl skin\n"))
    model = read_model(folder / "c.obj")
    assert len(model.mesh.faces) == 12
    assert len(model.notes) == 1
    assert name in model.notes[0]
    assert not Paint.of(model.mesh).present


@pytest.mark.parametrize("top", [1.0, 255.0])
def test_obj_vertex_colours(tmp_path: Path, top: float) -> None:
    vertices = "".join(f"v {x} {y} {z} {top} 0 {top if z else 0}\n" for x, y, z in CUBE)
    (tmp_path / "c.obj").write_text(vertices + "".join("f " + " ".join(map(str, q)) + "\n" for q in QUADS))
    mesh = read_model(tmp_path / "c.obj").mesh
    assert mesh.visual.kind == "vertex"
    high = mesh.vertices[:, 2] == 1
    assert (mesh.visual.vertex_colors[high] == (255, 0, 255, 255)).all()
    assert (mesh.visual.vertex_colors[~high] == (255, 0, 0, 255)).all()


def test_colours_that_are_no_numbers_are_dropped_with_a_note(shared: Path) -> None:
    model = read_model(shared / "corpus" / "broken" / "trimesh_nancolor.obj")
    assert len(model.mesh.faces) == 12
    assert len(model.notes) == 1
    assert not Paint.of(model.mesh).present


def test_ply_vertex_and_face_colours(tmp_path: Path) -> None:
    vertices = "".join(f"{x} {y} {z} 10 20 {200 * z}\n" for x, y, z in CUBE)
    faces = "".join("4 " + " ".join(str(i - 1) for i in quad) + "\n" for quad in QUADS)
    colour = "property uchar red\nproperty uchar green\nproperty uchar blue\n"
    point = "property float x\nproperty float y\nproperty float z\n"
    corners = "property list uchar int vertex_indices\n"
    head = f"ply\nformat ascii 1.0\nelement vertex 8\n{{}}element face 6\n{corners}{{}}end_header\n"
    (tmp_path / "v.ply").write_text(head.format(point + colour, "") + vertices + faces)
    mesh = read_model(tmp_path / "v.ply").mesh
    assert mesh.volume == pytest.approx(1.0)
    assert (mesh.visual.vertex_colors[mesh.vertices[:, 2] == 1] == (10, 20, 200, 255)).all()
    bare = "".join(f"{x} {y} {z}\n" for x, y, z in CUBE)
    triangles = "".join(f"3 {a - 1} {b - 1} {c - 1} 9 8 7\n3 {a - 1} {c - 1} {d - 1} 1 2 3\n" for a, b, c, d in QUADS)
    (tmp_path / "f.ply").write_text(head.format(point, colour).replace("face 6", "face 12") + bare + triangles)
    mesh = read_model(tmp_path / "f.ply").mesh
    assert isinstance(mesh.visual, ColorVisuals)
    assert mesh.visual.kind == "face"
    assert (np.unique(mesh.visual.face_colors, axis=0) == [(1, 2, 3, 255), (9, 8, 7, 255)]).all()


def test_declared_normals_do_not_turn_faces(tmp_path: Path) -> None:
    (tmp_path / "c.obj").write_text(cube_obj("".join(f"vn {-x} {-y} {-z}\n" for x, y, z in CUBE), "{0}//{0}"))
    assert read_model(tmp_path / "c.obj").mesh.volume == pytest.approx(1.0)


def test_off(tmp_path: Path) -> None:
    lines = [f"{x} {y} {z}" for x, y, z in CUBE] + ["4 " + " ".join(str(i - 1) for i in quad) for quad in QUADS]
    (tmp_path / "c.off").write_text("OFF\n# a cube\n8 6 0\n" + "\n".join(lines) + "\n")
    assert read_model(tmp_path / "c.off").mesh.volume == pytest.approx(1.0)
