from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from model_files import TETRA_FACES, TETRA_VERTICES, Gltf, png, y_up

from fab.errors import UnreadableModel
from fab.paint import Paint
from fab.readers import InputModel, limits, read_model

CENTRE = np.full((4, 3), 1 / 3)


def read(gltf: Gltf, folder: Path) -> InputModel:
    return read_model(gltf.write(folder / "t.glb"))


def colours(model: InputModel) -> np.ndarray:
    return Paint.of(model.mesh).at(np.arange(len(model.mesh.faces)), np.full((len(model.mesh.faces), 3), 1 / 3))


def test_y_up_becomes_z_up_and_to_raw_goes_back(tmp_path: Path) -> None:
    gltf = Gltf()
    gltf.tetra()
    model = read(gltf, tmp_path)
    assert np.array_equal(model.mesh.vertices, y_up(TETRA_VERTICES))
    assert np.array_equal(model.mesh.faces, TETRA_FACES)
    assert np.array_equal(model.mesh.vertices @ model.to_raw[:3, :3].T, TETRA_VERTICES)
    assert model.unit is None
    assert model.mesh.volume == pytest.approx(1.0)
    assert model.mesh.visual.kind is None


def test_nodes_are_followed_and_mirrors_keep_the_volume(tmp_path: Path) -> None:
    gltf = Gltf()
    gltf.tetra()
    turn = {"rotation": [0, 0, 2**-0.5, 2**-0.5], "translation": [10, 0, 0], "scale": [2, 2, 2]}
    gltf.tree["nodes"] = [{"children": [1, 2], **turn}, {"mesh": 0}, {"mesh": 0, "scale": [-1, 1, 1]}]
    model = read(gltf, tmp_path)
    # 90° about z: (x, y, z) → (-y, x, z); then twice as large, then 10 along x.
    one = np.array([(-2 * y + 10, 2 * x, 2 * z) for x, y, z in TETRA_VERTICES])
    assert np.allclose(model.mesh.vertices[:4], y_up(one))
    assert model.mesh.volume == pytest.approx(16.0)


def test_matrix_nodes_are_column_major(tmp_path: Path) -> None:
    gltf = Gltf()
    gltf.tetra()
    gltf.tree["nodes"][0]["matrix"] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 5, 6, 7, 1]
    assert np.allclose(read(gltf, tmp_path).mesh.vertices, y_up(np.array(TETRA_VERTICES) + (5, 6, 7)))


def test_a_loop_of_nodes_is_refused(tmp_path: Path) -> None:
    gltf = Gltf()
    gltf.tetra()
    gltf.tree["nodes"] = [{"children": [1]}, {"children": [0], "mesh": 0}]
    with pytest.raises(UnreadableModel, match="loop"):
        read(gltf, tmp_path)


def test_many_instances_meet_the_face_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_FACES", 100)
    gltf = Gltf()
    gltf.tetra()
    gltf.tree["nodes"] = [{"children": list(range(1, 31))}, *[{"mesh": 0}] * 30]
    with pytest.raises(UnreadableModel, match="100"):
        read(gltf, tmp_path)


def test_without_indices(tmp_path: Path) -> None:
    gltf = Gltf()
    corners = np.array(TETRA_VERTICES)[np.array(TETRA_FACES)].reshape(-1, 3)
    gltf.tree["meshes"] = [{"primitives": [{"attributes": {"POSITION": gltf.add(corners, "VEC3", "<f4")}}]}]
    assert read(gltf, tmp_path).mesh.volume == pytest.approx(1.0)


@pytest.mark.parametrize(("mode", "order"), [(5, [0, 2, 1, 3, 0, 2]), (6, [0, 2, 1, 3, 2])])
def test_strips_and_fans(tmp_path: Path, mode: int, order: list[int]) -> None:
    """A strip round a tetrahedron closes it; a fan round one corner leaves the opposite face open."""
    gltf = Gltf()
    primitive = gltf.tetra(mode=mode)
    primitive["indices"] = gltf.add(order, "SCALAR", "<u2")
    mesh = read(gltf, tmp_path).mesh
    assert len(mesh.faces) == len(order) - 2
    assert mesh.is_winding_consistent
    assert mesh.is_watertight == (mode == 5)


def test_points_and_lines_are_left_out_with_a_note(tmp_path: Path) -> None:
    gltf = Gltf()
    gltf.tetra()
    gltf.tree["meshes"][0]["primitives"].append({**gltf.tree["meshes"][0]["primitives"][0], "mode": 1})
    model = read(gltf, tmp_path)
    assert len(model.mesh.faces) == 4
    assert len(model.notes) == 1


def test_sparse_positions(tmp_path: Path) -> None:
    gltf = Gltf()
    primitive = gltf.tetra()
    where = gltf.view(np.array([1, 2, 3], "<u2").tobytes())
    what = gltf.view(np.array(TETRA_VERTICES[1:], "<f4").tobytes())
    sparse = {"count": 3, "indices": {"bufferView": where, "componentType": 5123}, "values": {"bufferView": what}}
    gltf.tree["accessors"].append({"componentType": 5126, "count": 4, "type": "VEC3", "sparse": sparse})
    primitive["attributes"]["POSITION"] = len(gltf.tree["accessors"]) - 1
    assert np.array_equal(read(gltf, tmp_path).mesh.vertices, y_up(TETRA_VERTICES))


def test_strided_and_quantised_positions(tmp_path: Path) -> None:
    gltf = Gltf()
    primitive = gltf.tetra()
    rows = np.zeros((4, 4), "<i2")
    rows[:, :3] = np.round(np.array(TETRA_VERTICES) / 3 * 32767)
    view = gltf.view(rows.tobytes(), byteStride=8)
    accessor = {"bufferView": view, "componentType": 5122, "count": 4, "type": "VEC3", "normalized": True}
    gltf.tree["accessors"].append(accessor)
    gltf.tree["extensionsRequired"] = ["KHR_mesh_quantization"]
    primitive["attributes"]["POSITION"] = len(gltf.tree["accessors"]) - 1
    assert np.allclose(read(gltf, tmp_path).mesh.vertices, y_up(TETRA_VERTICES) / 3, atol=2e-5)


def test_draco(tmp_path: Path) -> None:
    import DracoPy

    gltf = Gltf()
    primitive = gltf.tetra()
    data = DracoPy.encode(np.array(TETRA_VERTICES), np.array(TETRA_FACES, np.uint32), quantization_bits=14)
    decoded = DracoPy.decode(data)
    draco = {"bufferView": gltf.view(data), "attributes": {"POSITION": decoded.attributes[0]["unique_id"]}}
    for index in (primitive["attributes"]["POSITION"], primitive["indices"]):
        del gltf.tree["accessors"][index]["bufferView"]
    primitive["extensions"] = {"KHR_draco_mesh_compression": draco}
    gltf.tree["extensionsRequired"] = ["KHR_draco_mesh_compression"]
    mesh = read(gltf, tmp_path).mesh
    assert mesh.volume == pytest.approx(1.0, rel=1e-3)
    assert np.allclose(mesh.bounds, [(0, -3, 0), (1, 0, 2)], atol=1e-3)


def test_damaged_draco_is_refused(tmp_path: Path) -> None:
    gltf = Gltf()
    primitive = gltf.tetra()
    draco = {"bufferView": gltf.view(b"DRACO" + bytes(60)), "attributes": {"POSITION": 0}}
    primitive["extensions"] = {"KHR_draco_mesh_compression": draco}
    with pytest.raises(UnreadableModel):
        read(gltf, tmp_path)


def test_unknown_compression_is_named(tmp_path: Path) -> None:
    gltf = Gltf()
    gltf.tetra()
    gltf.tree["extensionsRequired"] = ["EXT_meshopt_compression"]
    with pytest.raises(UnreadableModel, match="EXT_meshopt_compression"):
        read(gltf, tmp_path)


def textured(kind: str = "PNG", **sampler: int) -> tuple[Gltf, dict[str, Any]]:
    """A tetrahedron that shows a picture of 2 × 2: red green over blue white; every corner at the red texel."""
    gltf = Gltf()
    pixels = [[(255, 0, 0), (0, 255, 0)], [(0, 0, 255), (255, 255, 255)]]
    texture = gltf.texture(png(pixels, kind), f"image/{kind.lower()}")
    primitive = gltf.tetra(material=0)
    primitive["attributes"]["TEXCOORD_0"] = gltf.add([(0.25, 0.25)] * 4, "VEC2", "<f4")
    gltf.tree["materials"] = [{"pbrMetallicRoughness": {"baseColorTexture": {"index": texture}}}]
    if sampler:
        gltf.tree["samplers"] = [sampler]
        gltf.tree["textures"][0]["sampler"] = 0
    return gltf, primitive


def test_texture_has_its_origin_at_the_upper_left(tmp_path: Path) -> None:
    gltf, _ = textured()
    assert np.allclose(colours(read(gltf, tmp_path)), (1, 0, 0, 1))


def test_webp_through_its_extension(tmp_path: Path) -> None:
    gltf, _ = textured("WEBP")
    source = gltf.tree["textures"][0].pop("source")
    gltf.tree["textures"][0]["extensions"] = {"EXT_texture_webp": {"source": source}}
    gltf.tree["extensionsRequired"] = ["EXT_texture_webp"]
    assert np.allclose(colours(read(gltf, tmp_path)), (1, 0, 0, 1))


@pytest.mark.parametrize(("wrap", "expected"), [(10497, (1, 0, 0, 1)), (33071, (0, 1, 0, 1)), (33648, (0, 1, 0, 1))])
def test_wrap_modes(tmp_path: Path, wrap: int, expected: tuple[int, ...]) -> None:
    """u = 1.25 is the left half again when repeated, the right half when clamped or mirrored."""
    gltf, primitive = textured(wrapS=wrap, wrapT=10497)
    primitive["attributes"]["TEXCOORD_0"] = gltf.add([(1.25, 0.25)] * 4, "VEC2", "<f4")
    assert np.allclose(colours(read(gltf, tmp_path)), expected)


def test_texture_transform_and_second_uv_set(tmp_path: Path) -> None:
    gltf, primitive = textured()
    primitive["attributes"]["TEXCOORD_1"] = gltf.add([(0.5, 0.5)] * 4, "VEC2", "<f4")
    info = gltf.tree["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"]
    info["texCoord"] = 1
    info["extensions"] = {"KHR_texture_transform": {"scale": [0.5, 0.5], "offset": [0.5, 0.0]}}
    assert np.allclose(colours(read(gltf, tmp_path)), (0, 1, 0, 1))


def test_factor_texture_and_vertex_colours_multiply(tmp_path: Path) -> None:
    gltf, primitive = textured()
    gltf.tree["materials"][0]["pbrMetallicRoughness"]["baseColorFactor"] = [0.5, 1, 1, 1]
    primitive["attributes"]["COLOR_0"] = gltf.add([(0.003, 1, 1)] * 4, "VEC3", "<f4")
    assert np.allclose(colours(read(gltf, tmp_path)), (0.0015, 0, 0, 1))


def test_vertex_colours_are_linear(tmp_path: Path) -> None:
    gltf = Gltf()
    primitive = gltf.tetra()
    shades = [(0, 0, 0, 65535), (65535, 0, 0, 65535), (14006, 14006, 14006, 65535), (0, 0, 20, 65535)]
    primitive["attributes"]["COLOR_0"] = gltf.add(shades, "VEC4", "<u2", normalized=True)
    mesh = read(gltf, tmp_path).mesh
    # 14006 / 65535 = 0.2137 is sRGB 127; 20 / 65535 is the darkest sRGB byte.
    expected = [(0, 0, 0, 255), (255, 0, 0, 255), (127, 127, 127, 255), (0, 0, 1, 255)]
    assert (mesh.visual.vertex_colors == expected).all()


def test_a_material_without_picture_is_a_colour(tmp_path: Path) -> None:
    gltf = Gltf()
    gltf.tetra(material=0)
    gltf.tree["materials"] = [{"pbrMetallicRoughness": {"baseColorFactor": [1, 0, 0, 1]}}]
    assert np.allclose(colours(read(gltf, tmp_path)), (1, 0, 0, 1))


def test_two_pictures_stay_two(tmp_path: Path) -> None:
    gltf, primitive = textured()
    second = gltf.texture(png([[(255, 255, 0)]]))
    gltf.tree["materials"].append({"pbrMetallicRoughness": {"baseColorTexture": {"index": second}}})
    gltf.tree["meshes"][0]["primitives"].append({**primitive, "material": 1})
    rgba = colours(read(gltf, tmp_path))
    assert np.allclose(rgba[:4], (1, 0, 0, 1))
    assert np.allclose(rgba[4:], (1, 1, 0, 1))


def test_pictures_that_cannot_be_read_are_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    basis, _ = textured()
    basis.tree["textures"][0] = {"extensions": {"KHR_texture_basisu": {"source": 0}}}
    model = read(basis, tmp_path)
    assert "KTX2" in model.notes[0]
    assert not Paint.of(model.mesh).present
    broken, _ = textured()
    view = broken.tree["bufferViews"][broken.tree["images"][0]["bufferView"]]
    start, size = view["byteOffset"], view["byteLength"]
    broken.binary[start + 40 : start + size] = bytes(size - 40)
    assert "damaged" in read(broken, tmp_path).notes[0]
    assert len(read(textured()[0], tmp_path).notes) == 0
    monkeypatch.setattr(limits, "MAX_TEXTURE_SIDE_PX", 1)
    model = read(textured()[0], tmp_path)
    assert "limit is 1" in model.notes[0]
    assert len(model.mesh.faces) == 4


def test_gltf_with_files_beside_it(tmp_path: Path) -> None:
    gltf, _ = textured()
    gltf.tree["images"][0] = {"uri": "skin%201.png"}
    (tmp_path / "skin 1.png").write_bytes(png([[(0, 0, 255)]]))
    (tmp_path / "data.bin").write_bytes(gltf.binary)
    gltf.tree["buffers"] = [{"uri": "data.bin", "byteLength": len(gltf.binary)}]
    (tmp_path / "t.gltf").write_text(json.dumps(gltf.tree))
    assert np.allclose(colours(read_model(tmp_path / "t.gltf")), (0, 0, 1, 1))
    (tmp_path / "skin 1.png").unlink()
    model = read_model(tmp_path / "t.gltf")
    assert "skin 1.png" in model.notes[0]
    assert len(model.mesh.faces) == 4
    (tmp_path / "data.bin").unlink()
    with pytest.raises(UnreadableModel, match=r"data\.bin"):
        read_model(tmp_path / "t.gltf")


def test_files_outside_the_folder_are_not_read(tmp_path: Path) -> None:
    gltf, _ = textured()
    (tmp_path / "secret.png").write_bytes(png([[(0, 0, 255)]]))
    gltf.tree["images"][0] = {"uri": "../secret.png"}
    folder = tmp_path / "in"
    folder.mkdir()
    model = read(gltf, folder)
    assert "outside" in model.notes[0]
    assert not Paint.of(model.mesh).present


def test_data_uris(tmp_path: Path) -> None:
    gltf = Gltf()
    gltf.tetra()
    uri = "data:application/octet-stream;base64," + base64.b64encode(bytes(gltf.binary)).decode()
    gltf.tree["buffers"] = [{"uri": uri, "byteLength": len(gltf.binary)}]
    (tmp_path / "t.gltf").write_text(json.dumps(gltf.tree))
    assert read_model(tmp_path / "t.gltf").mesh.volume == pytest.approx(1.0)


def test_skins_are_noted(tmp_path: Path) -> None:
    gltf = Gltf()
    gltf.tetra()
    gltf.tree["nodes"] = [{"mesh": 0, "skin": 0}]
    assert len(read(gltf, tmp_path).notes) == 1


def test_truncated_glb_and_short_buffers_are_refused(tmp_path: Path) -> None:
    gltf = Gltf()
    gltf.tetra()
    path = gltf.write(tmp_path / "t.glb")
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    with pytest.raises(UnreadableModel, match="truncated"):
        read_model(path)
    gltf.tree["accessors"][0]["count"] = 1000
    with pytest.raises(UnreadableModel, match="truncated"):
        read(gltf, tmp_path)
    gltf.tree["accessors"][0] = {"componentType": 5126, "count": 10**12, "type": "VEC3"}
    with pytest.raises(UnreadableModel, match="limit"):
        read(gltf, tmp_path)


def test_gltf_1_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.gltf").write_text('{"asset": {"version": "1.0"}}')
    with pytest.raises(UnreadableModel, match=r"1\.0"):
        read_model(tmp_path / "t.gltf")
