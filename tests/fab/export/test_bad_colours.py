"""Whatever is wrong with a model's colours, its shape still comes out, and one line says what was left out."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import solids
from model_files import Gltf, png
from PIL import Image
from threemf_judges import Lib3mf

from fab.colour import ColourField
from fab.export.glb import write_glb
from fab.export.threemf import write_threemf
from fab.frame import to_millimetres
from fab.readers import read_model
from fab.repair import repair

RED = png([[(255, 0, 0)]])


def ball() -> Gltf:
    """A ball with texture coordinates, and no picture yet."""
    mesh = solids.ball(10.0, subdivisions=2)
    gltf = Gltf()
    attributes = {"POSITION": gltf.add(mesh.vertices, "VEC3", "<f4")}
    attributes["TEXCOORD_0"] = gltf.add(mesh.vertices[:, :2] / 7, "VEC2", "<f4")  # far outside 0 to 1
    indices = gltf.add(mesh.faces.reshape(-1), "SCALAR", "<u2")
    gltf.tree["meshes"] = [{"primitives": [{"attributes": attributes, "indices": indices, "material": 0}]}]
    gltf.tree["materials"] = [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}]
    return gltf


def shown(data: bytes, mime: str = "image/png") -> Gltf:
    gltf = ball()
    gltf.texture(data, mime)
    return gltf


def missing() -> Gltf:
    gltf = ball()
    gltf.tree["images"], gltf.tree["textures"] = [{"uri": "gone.png"}], [{"source": 0}]
    return gltf


def basis() -> Gltf:
    gltf = shown(b"\xabKTX 20\xbb\r\n\x1a\n" + bytes(80), "image/ktx2")
    gltf.tree["textures"] = [{"extensions": {"KHR_texture_basisu": {"source": 0}}}]
    gltf.tree["extensionsRequired"] = ["KHR_texture_basisu"]
    return gltf


def sixteen_thousand() -> Gltf:
    buffer = io.BytesIO()
    Image.new("1", (16384, 16384)).save(buffer, "PNG")
    return shown(buffer.getvalue())


def with_vertex_colours(value: float, alpha: float) -> Gltf:
    gltf = ball()
    del gltf.tree["materials"], gltf.tree["meshes"][0]["primitives"][0]["material"]
    colours = np.tile((value, 0.2, 0.1, alpha), (gltf.tree["accessors"][0]["count"], 1))
    gltf.tree["meshes"][0]["primitives"][0]["attributes"]["COLOR_0"] = gltf.add(colours, "VEC4", "<f4")
    return gltf


LEFT_OUT: dict[str, tuple[Callable[[], Gltf], str]] = {
    "missing": (missing, "gone.png is missing"),
    "corrupt": (lambda: shown(RED[:40] + bytes(20)), "damaged"),
    "KTX2": (basis, "KTX2"),
    "16k": (sixteen_thousand, "8192 px"),
    "NaN": (lambda: with_vertex_colours(float("nan"), 1.0), "not numbers"),
}
KEPT: dict[str, Callable[[], Gltf]] = {
    "UV outside 0 to 1": lambda: shown(RED),
    "webp": lambda: shown(png([[(255, 0, 0)]], "WEBP"), "image/webp"),
    "vertex colours with alpha": lambda: with_vertex_colours(0.9, 0.25),
}


def exported(gltf: Gltf, folder: Path) -> tuple[tuple[str, ...], Path]:
    """Return what reading said, and the 3MF of the mended part; a GLB lies beside it."""
    model = read_model(gltf.write(folder / "m.glb"))
    placed = to_millimetres(model, height_mm=20)
    mended = repair(placed.mesh)
    field = ColourField.of(model.mesh, to_mm=np.linalg.inv(placed.to_input @ mended.to_input))
    solid = mended.solid.coloured(field) if field.has_colour else mended.solid
    write_threemf(solid, folder / "made.3mf")
    write_threemf(solid, folder / "pictured.3mf", colouring="texture")
    write_glb(solid, folder / "made.glb")
    return model.notes, folder / "made.3mf"


@pytest.mark.parametrize("name", LEFT_OUT)
def test_the_shape_comes_out_and_reading_says_what_did_not(name: str, tmp_path: Path) -> None:
    make, says = LEFT_OUT[name]
    notes, made = exported(make(), tmp_path)
    assert [says in note for note in notes] == [True]
    assert Lib3mf(made).manifold
    assert read_model(made).mesh.visual.kind is None


@pytest.mark.parametrize("name", KEPT)
def test_what_is_only_unusual_is_kept(name: str, tmp_path: Path) -> None:
    notes, made = exported(KEPT[name](), tmp_path)
    assert notes == ()
    judge = Lib3mf(made)
    assert judge.warnings == []
    assert judge.manifold
    assert (judge.corner_colours()[..., 3] == 255).all()
    assert judge.corner_colours()[..., 0].min() > 150
    assert judge.corner_colours()[..., 1].max() < 150
    assert Lib3mf(tmp_path / "pictured.3mf").warnings == []
    assert read_model(tmp_path / "made.glb").mesh.visual.kind is not None
