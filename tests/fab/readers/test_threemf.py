from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from model_files import CORE, TETRA_VERTICES, png, tetra_mesh, threemf

from fab.errors import EmptyModel, UnreadableModel
from fab.paint import Paint
from fab.readers import InputModel, limits, read_model
from fab.readers import threemf as reader

OBJECT = f'<object id="1" type="model">{tetra_mesh()}</object>'
ITEM = '<item objectid="1"/>'


def face_colours(model: InputModel) -> np.ndarray:
    return Paint.of(model.mesh).at(np.arange(len(model.mesh.faces)), np.full((len(model.mesh.faces), 3), 1 / 3))


@pytest.mark.parametrize(
    ("unit", "mm"),
    [("micron", 0.001), ("millimeter", 1), ("centimeter", 10), ("inch", 25.4), ("foot", 304.8), ("meter", 1000)],
)
def test_units_are_honoured(tmp_path: Path, unit: str, mm: float) -> None:
    model = read_model(threemf(tmp_path / "t.3mf", OBJECT, ITEM, unit=unit))
    assert model.unit == "mm"
    assert reader.unit_of(model.to_raw) == unit
    assert np.allclose(model.mesh.extents, np.array((1, 2, 3)) * mm)
    raw = model.mesh.vertices @ model.to_raw[:3, :3].T
    assert np.allclose(raw, TETRA_VERTICES)


def test_unknown_unit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableModel, match="parsec"):
        read_model(threemf(tmp_path / "t.3mf", OBJECT, ITEM, unit="parsec"))


def test_forced_unit_counts_the_files_own_numbers(tmp_path: Path) -> None:
    model = read_model(threemf(tmp_path / "t.3mf", OBJECT, ITEM, unit="inch"), units="cm")
    assert np.allclose(model.mesh.extents, (10, 20, 30))
    assert np.allclose(model.mesh.vertices @ model.to_raw[:3, :3].T, TETRA_VERTICES)


def test_items_and_components_are_placed(tmp_path: Path) -> None:
    # 3MF multiplies row vectors: this one takes x to y and y to -x, then moves.
    turn = "0 1 0 -1 0 0 0 0 1 10 20 30"
    parts = f'{OBJECT}<object id="2"><components><component objectid="1" transform="{turn}"/></components></object>'
    build = '<item objectid="2" transform="2 0 0 0 2 0 0 0 2 0 0 0"/><item objectid="1"/>'
    model = read_model(threemf(tmp_path / "t.3mf", parts, build))
    expected = np.array([(-y + 10, x + 20, z + 30) for x, y, z in TETRA_VERTICES]) * 2
    assert np.allclose(model.mesh.vertices, np.concatenate([expected, TETRA_VERTICES]))
    assert model.mesh.volume == pytest.approx(9.0)


def test_mirrored_items_keep_their_volume(tmp_path: Path) -> None:
    build = '<item objectid="1" transform="-1 0 0 0 1 0 0 0 1 0 0 0"/>'
    assert read_model(threemf(tmp_path / "t.3mf", OBJECT, build)).mesh.volume == pytest.approx(1.0)


def test_parts_of_the_production_extension(tmp_path: Path) -> None:
    part = f'<model xmlns="{CORE}" unit="millimeter"><resources>{OBJECT}</resources><build/></model>'
    resources = (
        '<object id="7"><components><component objectid="1" p:path="/3D/Objects/a.model"/></components></object>'
    )
    path = threemf(tmp_path / "t.3mf", resources, '<item objectid="7"/>', parts={"3D/Objects/a.model": part.encode()})
    assert read_model(path).mesh.volume == pytest.approx(1.0)


def test_objects_outside_the_build_and_supports_are_left_out(tmp_path: Path) -> None:
    support = f'<object id="2" type="support">{tetra_mesh()}</object><object id="3">{tetra_mesh()}</object>'
    model = read_model(threemf(tmp_path / "t.3mf", OBJECT + support, ITEM + '<item objectid="2"/>'))
    assert len(model.mesh.faces) == 4
    assert len(model.notes) == 1


def test_required_extensions_are_read_or_named(tmp_path: Path) -> None:
    lattice = "http://schemas.microsoft.com/3dmanufacturing/beamlattice/2017/02"
    path = threemf(tmp_path / "t.3mf", OBJECT, ITEM, unit='millimeter" requiredextensions="p m')
    assert len(read_model(path).mesh.faces) == 4
    path = threemf(tmp_path / "t.3mf", OBJECT, ITEM, unit=f'millimeter" xmlns:b="{lattice}" requiredextensions="p b')
    with pytest.raises(UnreadableModel, match="beamlattice"):
        read_model(path)


def test_an_empty_build_is_empty(tmp_path: Path) -> None:
    with pytest.raises(EmptyModel):
        read_model(threemf(tmp_path / "t.3mf", OBJECT, ""))


COLOURS = '<m:color color="#FF0000"/><m:color color="#00FF0080"/><m:color color="#808080"/>'
GROUP = f'<m:colorgroup id="5">{COLOURS}</m:colorgroup>'


def test_colour_groups_by_triangle_corner_and_object(tmp_path: Path) -> None:
    mesh = tetra_mesh(extras=['pid="5" p1="1"', 'pid="5" p1="0" p2="1" p3="2"', "", 'p1="0"'])
    resources = f'{GROUP}<object id="1" pid="5" pindex="2">{mesh}</object>'
    model = read_model(threemf(tmp_path / "t.3mf", resources, ITEM))
    grey = 0.2158605
    expected = [
        (0, 1, 0, 0.502),
        ((1 + grey) / 3, (1 + grey) / 3, grey / 3, 0.834),
        (grey, grey, grey, 1),
        (1, 0, 0, 1),
    ]
    assert np.allclose(face_colours(model), expected, atol=2e-3)
    assert model.mesh.volume == pytest.approx(1.0)


def test_base_materials(tmp_path: Path) -> None:
    bases = '<base name="a" displaycolor="#0000FF"/><base name="b" displaycolor="#FFFFFF"/>'
    mesh = tetra_mesh(extras=["", "", "", 'p1="1"'])
    resources = f'<basematerials id="5">{bases}</basematerials><object id="1" pid="5" pindex="0">{mesh}</object>'
    model = read_model(threemf(tmp_path / "t.3mf", resources, ITEM))
    assert np.allclose(face_colours(model)[:3], (0, 0, 1, 1))
    assert np.allclose(face_colours(model)[3], (1, 1, 1, 1))


def test_textures_have_their_origin_at_the_lower_left(tmp_path: Path) -> None:
    texture = '<m:texture2d id="6" path="/3D/Textures/t.png" contenttype="image/png" tilestyleu="clamp"/>'
    coordinates = '<m:tex2coord u="0.25" v="0.25"/><m:tex2coord u="1.25" v="0.75"/>'
    group = f'<m:texture2dgroup id="5" texid="6">{coordinates}</m:texture2dgroup>'
    mesh = tetra_mesh(extras=['p1="0"', 'p1="1"', 'p1="0"', 'p1="0"'])
    resources = f'{texture}{group}<object id="1" pid="5" pindex="0">{mesh}</object>'
    picture = png([[(255, 0, 0), (0, 255, 0)], [(0, 0, 255), (255, 255, 255)]])
    model = read_model(threemf(tmp_path / "t.3mf", resources, ITEM, parts={"3D/Textures/t.png": picture}))
    assert np.allclose(face_colours(model)[0], (0, 0, 1, 1))
    assert np.allclose(face_colours(model)[1], (0, 1, 0, 1))
    model = read_model(threemf(tmp_path / "t.3mf", resources, ITEM))
    assert "t.png" in model.notes[0]
    assert len(model.mesh.faces) == 4


def test_multiproperties_multiply(tmp_path: Path) -> None:
    multi = '<m:multiproperties id="9" pids="5 5"><m:multi pindices="0 2"/></m:multiproperties>'
    resources = f'{GROUP}{multi}<object id="1" pid="9" pindex="0">{tetra_mesh()}</object>'
    assert np.allclose(face_colours(read_model(threemf(tmp_path / "t.3mf", resources, ITEM))), (0.2158605, 0, 0, 1))


def test_unknown_property_groups_are_noted(tmp_path: Path) -> None:
    model = read_model(threemf(tmp_path / "t.3mf", f'<object id="1" pid="77" pindex="0">{tetra_mesh()}</object>', ITEM))
    assert len(model.mesh.faces) == 4
    assert "77" in model.notes[0]


def test_a_colour_that_is_not_there_is_refused(tmp_path: Path) -> None:
    resources = f'{GROUP}<object id="1" pid="5" pindex="3">{tetra_mesh()}</object>'
    with pytest.raises(UnreadableModel):
        read_model(threemf(tmp_path / "t.3mf", resources, ITEM))


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE model [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    with pytest.raises(UnreadableModel, match="document type"):
        read_model(threemf(tmp_path / "t.3mf", OBJECT, ITEM, head=bomb))


def test_zip_bombs_and_paths_outside_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableModel, match="outside"):
        read_model(threemf(tmp_path / "t.3mf", OBJECT, ITEM, parts={"../evil.model": b"x"}))
    bomb = threemf(tmp_path / "t.3mf", OBJECT, ITEM, parts={"3D/pad": bytes(1_000_000)})
    assert len(read_model(bomb).mesh.faces) == 4
    with monkeypatch.context() as patch:
        patch.setattr(reader, "SMALL_ENTRY_BYTES", 1000)
        with pytest.raises(UnreadableModel, match="times its size"):
            read_model(bomb)
    with monkeypatch.context() as patch:
        patch.setattr(reader, "MAX_UNZIPPED_BYTES", 1000)
        with pytest.raises(UnreadableModel, match="unpacks"):
            read_model(bomb)


def test_components_that_multiply_meet_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nested = "".join(
        f'<object id="{i}"><components>{f"""<component objectid="{i - 1}"/>""" * 10}</components></object>'
        for i in range(2, 20)
    )
    monkeypatch.setattr(limits, "MAX_FACES", 1000)
    with pytest.raises(UnreadableModel):
        read_model(threemf(tmp_path / "t.3mf", OBJECT + nested, '<item objectid="19"/>'))


def test_undefined_objects_loops_and_indices_are_refused(tmp_path: Path) -> None:
    loop = '<object id="1"><components><component objectid="1"/></components></object>'
    bad = OBJECT.replace('v3="1"', 'v3="99"')
    for resources, build in ((OBJECT, '<item objectid="8"/>'), (loop, ITEM), (bad, ITEM)):
        with pytest.raises(UnreadableModel):
            read_model(threemf(tmp_path / "t.3mf", resources, build))


def test_not_a_zip_and_no_model_inside_are_refused(tmp_path: Path) -> None:
    (tmp_path / "t.3mf").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(UnreadableModel):
        read_model(tmp_path / "t.3mf")
    with zipfile.ZipFile(tmp_path / "t.3mf", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(UnreadableModel, match="3dmodel"):
        read_model(tmp_path / "t.3mf")
