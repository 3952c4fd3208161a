from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import solids
import trimesh

from fab.errors import EmptyModel, UnreadableModel
from fab.readers import read_model

ASCII_TRIANGLE = "facet normal 0 0 0\nouter loop\nvertex {}\nvertex {}\nvertex {}\nendloop\nendfacet\n"


def ascii_stl(mesh: trimesh.Trimesh, end: str = "endsolid box\n") -> str:
    corners = [[" ".join(map(repr, point)) for point in t.tolist()] for t in mesh.triangles]
    return "SOLID box\n" + "".join(ASCII_TRIANGLE.format(*c) for c in corners) + end


def test_binary_stl_gives_its_own_numbers(tmp_path: Path) -> None:
    path = tmp_path / "box.STL"
    path.write_bytes(solids.box(1, 2, 3).export(file_type="stl"))
    model = read_model(path)
    assert model.kind == "stl"
    assert model.unit is None
    assert model.notes == ()
    assert np.array_equal(model.mesh.triangles, solids.box(1, 2, 3).triangles)
    assert np.array_equal(model.to_raw, np.eye(4))


def test_text_stl_in_capitals_gives_the_same(tmp_path: Path) -> None:
    path = tmp_path / "box.stl"
    path.write_text(ascii_stl(solids.box(1, 2, 3)).upper())
    assert np.array_equal(read_model(path).mesh.triangles, solids.box(1, 2, 3).triangles)


def test_binary_stl_whose_header_says_solid_is_binary(tmp_path: Path) -> None:
    path = tmp_path / "box.stl"
    data = solids.box().export(file_type="stl")
    path.write_bytes(b"solid facet".ljust(80, b" ") + data[80:])
    assert len(read_model(path).mesh.faces) == 12


@pytest.mark.parametrize("cut", [20, 84, 100, 300])
def test_truncated_binary_stl_is_unreadable(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "cut.stl"
    path.write_bytes(solids.box().export(file_type="stl")[:cut])
    with pytest.raises(UnreadableModel, match="truncated") as caught:
        read_model(path)
    assert not isinstance(caught.value, EmptyModel)


def test_truncated_text_stl_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "cut.stl"
    path.write_text(ascii_stl(solids.box(), end=""))
    with pytest.raises(UnreadableModel, match="truncated"):
        read_model(path)


def test_bytes_after_the_triangles_are_noted(tmp_path: Path) -> None:
    path = tmp_path / "long.stl"
    path.write_bytes(solids.box().export(file_type="stl") + b"colour=red")
    model = read_model(path)
    assert len(model.mesh.faces) == 12
    assert len(model.notes) == 1
    assert "10 bytes" in model.notes[0]


def test_no_triangles_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "none.stl"
    path.write_bytes(bytes(84))
    with pytest.raises(EmptyModel):
        read_model(path)
    path.write_text("solid\nendsolid\n")
    with pytest.raises(EmptyModel):
        read_model(path)
