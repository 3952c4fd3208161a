"""3MF for full-colour services: the input's pictures on a closed mesh."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
import solids
from PIL import Image
from threemf_judges import Lib3mf, model_of, schema_errors
from trimesh.visual import TextureVisuals

from fab.colour import ColourField
from fab.errors import ExportFailed
from fab.export import patches
from fab.export.threemf import write_threemf
from fab.paint import WRAP, Paint
from fab.readers import read_model
from fab.solid import Solid

RAMP = np.zeros((4, 256, 3), np.uint8)
RAMP[..., 0] = np.arange(256)
RAMP[..., 1] = 255 - np.arange(256)


def ramped(mode: str = "mirror", colour: np.ndarray | None = None, lift_mm: float = 0.0) -> Solid:
    """A box whose sides show a ramp from green to red along x; its top may lie off the input's."""
    box = solids.box(20, 30, 40)
    corners = box.vertices[box.faces].reshape(-1, 3)
    picture = Image.fromarray(RAMP)
    picture.info[WRAP] = (mode, mode)
    dressed = solids.mesh_of(corners * (1, 1, 1 + lift_mm / 40), np.arange(36).reshape(-1, 3))
    dressed.visual = TextureVisuals(corners[:, [0, 2]] / (20, 40), image=picture)
    if colour is not None:
        dressed.visual.vertex_attributes["color"] = colour
    return Solid(box, "ramp", ColourField.of(dressed, np.eye(4)))


def judged(path: Path) -> Lib3mf:
    assert schema_errors(path) == []
    judge = Lib3mf(path)
    assert judge.warnings == []
    assert judge.manifold
    return judge


def test_the_picture_is_in_the_package_and_on_the_mesh(tmp_path: Path) -> None:
    solid = ramped()
    write_threemf(solid, tmp_path / "a.3mf", colouring="texture")
    judge = judged(tmp_path / "a.3mf")
    assert len(judge.vertices()) == 8
    with zipfile.ZipFile(tmp_path / "a.3mf") as archive:
        held = np.asarray(Image.open(archive.open("3D/Textures/0.png")))
        assert b"3dtexture" in archive.read("3D/_rels/3dmodel.model.rels")
    assert np.array_equal(held, RAMP)
    assert b'tilestyleu="mirror"' in model_of(tmp_path / "a.3mf")
    mesh = read_model(tmp_path / "a.3mf").mesh
    shown = Paint.of(mesh).at(np.arange(12), np.full((12, 3), 1 / 3))
    meant = solid.colour.at(mesh.triangles_center, mesh.face_normals)  # type: ignore[union-attr]
    assert np.abs(shown - meant).max() < 1e-3


def test_what_lies_on_no_input_has_colours_and_the_mesh_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patches, "MAX_FACES", 5_000)
    write_threemf(ramped(lift_mm=3.0), tmp_path / "a.3mf", colouring="texture")
    judge = judged(tmp_path / "a.3mf")
    assert len(judge.faces()) > 100
    words = model_of(tmp_path / "a.3mf")
    assert b"<m:texture2dgroup" in words
    assert b"<m:colorgroup" in words
    assert read_model(tmp_path / "a.3mf").mesh.volume == pytest.approx(24_000, rel=1e-6)


def test_one_colour_over_a_picture_goes_into_it(tmp_path: Path) -> None:
    write_threemf(ramped(colour=np.tile((1.0, 0.0, 1.0, 1.0), (36, 1))), tmp_path / "a.3mf", colouring="texture")
    with zipfile.ZipFile(tmp_path / "a.3mf") as archive:
        held = np.asarray(Image.open(archive.open("3D/Textures/0.png")).convert("RGB"))
    assert np.array_equal(held, RAMP * np.array((1, 0, 1), np.uint8))


def test_colours_that_change_over_a_picture_are_refused(tmp_path: Path) -> None:
    colours = np.ones((36, 4))
    colours[::2, 0] = 0.5
    with pytest.raises(ExportFailed, match="--colour vertex"):
        write_threemf(ramped(colour=colours), tmp_path / "a.3mf", colouring="texture")


def test_without_colours_there_are_none(tmp_path: Path) -> None:
    write_threemf(Solid(solids.box()), tmp_path / "a.3mf", colouring="texture")
    assert b"texture" not in model_of(tmp_path / "a.3mf")
    write_threemf(ramped(), tmp_path / "b.3mf", colouring="none")
    assert b"pid" not in model_of(tmp_path / "b.3mf")
