"""The formats for people who ask: OBJ with materials or vertex colours, PLY with colours of faces or vertices."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import solids
import trimesh
from painted_solids import banded
from trimesh.visual import ColorVisuals

from fab.colour import ColourField
from fab.errors import ExportFailed
from fab.export import obj, ply
from fab.export.obj import write_obj
from fab.export.ply import write_ply
from fab.palette.record import Painted
from fab.solid import Solid

Writer = Callable[[Solid | Painted, Path], None]
WRITERS: dict[str, Writer] = {"obj": write_obj, "ply": write_ply}


def blended() -> Solid:
    """A ball whose colour runs along its axes."""
    mesh = solids.ball(10.0, subdivisions=2)
    colours = np.round((np.asarray(mesh.vertices) + (10, 10, 0)) / 20 * 255).astype(np.uint8)
    dressed = solids.mesh_of(mesh.vertices, mesh.faces)
    dressed.visual = ColorVisuals(vertex_colors=np.column_stack([colours, np.full(len(colours), 255, np.uint8)]))
    return Solid(mesh, "blend", ColourField.of(dressed, np.eye(4)))


@pytest.mark.parametrize("kind", WRITERS)
def test_shapes_alone_are_closed_and_exact(tmp_path: Path, kind: str) -> None:
    solid = Solid(solids.ball(7.3))
    WRITERS[kind](solid, tmp_path / f"a.{kind}")
    mesh = trimesh.load_mesh(tmp_path / f"a.{kind}")
    assert mesh.is_watertight
    assert len(mesh.vertices) == len(solid.vertices)
    assert mesh.volume == pytest.approx(solid.volume_mm3, rel=1e-6)


@pytest.mark.parametrize("kind", WRITERS)
def test_vertex_colours_are_srgb_bytes(tmp_path: Path, kind: str) -> None:
    solid = blended()
    WRITERS[kind](solid, tmp_path / f"a.{kind}")
    mesh = trimesh.load_mesh(tmp_path / f"a.{kind}", process=False)
    meant = np.round((solid.vertices + (10, 10, 0)) / 20 * 255)
    read = mesh.visual.vertex_colors[:, :3].astype(int)
    order, ours = np.lexsort(np.round(mesh.vertices, 4).T), np.lexsort(np.round(solid.vertices, 4).T)
    assert np.abs(read[order] - meant[ours]).max() <= 1


def test_an_obj_has_a_material_for_each_colour(tmp_path: Path) -> None:
    part = banded(3)
    write_obj(part, tmp_path / "a.obj")
    words = (tmp_path / "a.mtl").read_text()
    assert [line for line in words.splitlines() if line.startswith("newmtl")] == [f"newmtl slot{k}" for k in (1, 2, 3)]
    faces = [block.count("\nf ") for block in (tmp_path / "a.obj").read_text().split("usemtl")[1:]]
    assert faces == np.bincount(part.slots).tolist()


def test_a_ply_has_its_colours_on_the_faces(tmp_path: Path) -> None:
    part = banded(3)
    write_ply(part, tmp_path / "a.ply")
    mesh = trimesh.load_mesh(tmp_path / "a.ply", process=False)
    assert np.array_equal(mesh.visual.face_colors[:, :3], part.face_srgb)
    assert np.array_equal(mesh.faces, part.solid.faces)


@pytest.mark.parametrize(("kind", "module"), [("obj", obj), ("ply", ply)])
def test_what_reads_back_differently_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, module: object
) -> None:
    write = module.write_bytes_checked  # type: ignore[attr-defined]

    def damaged(path: Path, data: bytes, check: Callable[[Path], None]) -> None:
        write(path, data[:-8] + data[-40:-32] if kind == "ply" else data.replace(b"\nv 0 ", b"\nv 1 "), check)

    monkeypatch.setattr(module, "write_bytes_checked", damaged)
    with pytest.raises(ExportFailed):
        WRITERS[kind](Solid(solids.box()), tmp_path / f"a.{kind}")
    assert list(tmp_path.iterdir()) == []
