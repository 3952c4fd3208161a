from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh
from PIL import Image
from trimesh.visual import ColorVisuals, TextureVisuals
from trimesh.visual.material import MultiMaterial, PBRMaterial, SimpleMaterial

from fab.paint import WRAP, Paint, Picture

CENTRES = np.full((12, 3), 1 / 3)
ALL = np.arange(12)


def dressed(visual: ColorVisuals | TextureVisuals) -> trimesh.Trimesh:
    mesh = solids.box()
    mesh.visual = visual
    return mesh


def test_a_bare_mesh_has_no_paint() -> None:
    paint = Paint.of(solids.box())
    assert not paint.present
    assert np.array_equal(paint.at(ALL, CENTRES), np.ones((12, 4)))


def test_vertex_colours_are_interpolated_in_linear_light() -> None:
    colours = np.zeros((8, 4), np.uint8)
    colours[:, 3] = 255
    colours[4:] = 255
    mesh = dressed(ColorVisuals(vertex_colors=colours))
    paint = Paint.of(mesh)
    assert paint.present
    share = (mesh.faces >= 4).mean(axis=1)
    assert np.allclose(paint.at(ALL, CENTRES)[:, 0], share)


def test_face_colours() -> None:
    colours = np.full((12, 4), 255, np.uint8)
    colours[3, :3] = (255, 0, 0)
    rgba = Paint.of(dressed(ColorVisuals(face_colors=colours))).at(ALL, CENTRES)
    assert np.allclose(rgba[3], (1, 0, 0, 1))
    assert np.allclose(np.delete(rgba, 3, axis=0), 1)


def test_several_pictures_and_a_tint() -> None:
    images = [Image.new("RGBA", (1, 1), c) for c in ("red", "lime")]
    materials = [PBRMaterial(baseColorTexture=image) for image in images] + [PBRMaterial()]
    number = np.repeat([0, 1, 2], 4)
    visual = TextureVisuals(np.zeros((8, 2)), MultiMaterial(materials), face_materials=number)
    visual.vertex_attributes["color"] = np.full((8, 4), 0.5)
    rgba = Paint.of(dressed(visual)).at(ALL, CENTRES)
    assert np.allclose(rgba[:4], (0.5, 0, 0, 0.5))
    assert np.allclose(rgba[4:8], (0, 0.5, 0, 0.5))
    assert np.allclose(rgba[8:], 0.5)


def test_trimesh_materials_without_pictures() -> None:
    pbr = TextureVisuals(material=PBRMaterial(baseColorFactor=(1.0, 0.0, 0.0, 1.0)))
    assert np.allclose(Paint.of(dressed(pbr)).at(ALL, CENTRES), (1, 0, 0, 1))
    simple = TextureVisuals(material=SimpleMaterial(diffuse=(0, 0, 255, 255)))
    assert np.allclose(Paint.of(dressed(simple)).at(ALL, CENTRES), (0, 0, 1, 1))
    assert not Paint.of(dressed(TextureVisuals(material=PBRMaterial()))).present


def test_pictures_are_bilinear_between_texel_centres() -> None:
    picture = Picture(np.array([[(0, 0, 0, 255), (255, 255, 255, 255)]], np.uint8), ("clamp", "clamp"))
    u = np.array([0.0, 0.25, 0.5, 0.625, 0.75, 1.0])
    red = picture.at(np.column_stack([u, np.full(6, 0.5)]))[:, 0]
    assert np.allclose(red, (0, 0, 0.5, 0.75, 1, 1))


@pytest.mark.parametrize(
    ("mode", "texels"), [("repeat", "0123012301"), ("clamp", "0123333333"), ("mirror", "0123321001")]
)
def test_wrap(mode: str, texels: str) -> None:
    pixels = np.zeros((1, 4, 4), np.uint8)
    pixels[0, :, 0] = (0, 80, 160, 255)
    image = Image.fromarray(pixels)
    image.info[WRAP] = (mode, "repeat")
    visual = TextureVisuals(np.zeros((8, 2)), PBRMaterial(baseColorTexture=image))
    picture = Paint.of(dressed(visual)).pictures[0]
    assert picture is not None
    u = (np.arange(10) + 0.5) / 4
    expected = picture.at(np.column_stack([(np.array([int(t) for t in texels]) + 0.5) / 4, np.full(10, 0.5)]))
    assert np.allclose(picture.at(np.column_stack([u, np.full(10, 0.5)])), expected)
    assert len(np.unique(expected[:, 0].round(6))) == 4
