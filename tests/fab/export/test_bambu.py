"""The flavour for Bambu Studio and OrcaSlicer: neither runs here, so their files are held to what is known of them."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from lxml import etree
from painted_solids import banded
from threemf_judges import Lib3mf, model_of

from fab.export.threemf import write_threemf
from fab.readers import read_model
from printers import get

A1 = get("bambu-lab-a1")


def written(folder: Path, count: int = 4) -> Path:
    write_threemf(banded(count), folder / "a.3mf", bed_mm=(256, 256), thumbnail=b"\x89PNG", project=A1)
    return folder / "a.3mf"


def test_triangles_are_painted_for_all_slicers(tmp_path: Path) -> None:
    triangles = re.findall(r"<triangle [^>]*>", model_of(written(tmp_path)).decode())
    pattern = r'v3="\d+" pid="2" p1="(\d)" slic3rpe:mmu_segmentation="(\w+)" paint_color="(\w+)"/>'
    found = [re.search(pattern, triangle) for triangle in triangles]
    assert all(found)
    codes = {"0": "4", "1": "8", "2": "0C", "3": "1C"}
    assert all(one[2] == one[3] == codes[one[1]] for one in found if one is not None)
    assert "path" not in triangles[0]


def test_others_only_mind_the_attribute_that_has_no_namespace(tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"(?i)attribute"):
        Lib3mf(written(tmp_path))
    lax = Lib3mf(written(tmp_path), strict=False)
    assert {warning[:17] for warning in lax.warnings} == {"Invalid Attribute"}
    assert len(lax.warnings) == len(lax.faces())
    assert lax.manifold
    part = banded(4)
    assert np.array_equal(lax.corner_colours()[:, 0, :3], part.face_srgb)


def test_the_project_names_parts_plate_and_filaments(tmp_path: Path) -> None:
    with zipfile.ZipFile(written(tmp_path)) as archive:
        settings = json.loads(archive.read("Metadata/project_settings.config"))
        config = etree.fromstring(archive.read("Metadata/model_settings.config"))
        model = etree.fromstring(archive.read("3D/3dmodel.model"))
        assert archive.read("Metadata/plate_1.png") == b"\x89PNG"
    colours = [colour.hex for colour in banded(4).palette.colours]
    assert settings["filament_colour"] == colours
    assert len(settings["filament_type"]) == len(settings["filament_settings_id"]) == 4
    assert settings["printer_settings_id"] == "Bambu Lab A1 0.4 nozzle"
    assert settings["printable_area"] == ["0x0", "256x0", "256x256", "0x256"]
    assert all(isinstance(value, str | list) for value in settings.values())
    core = "{http://schemas.microsoft.com/3dmanufacturing/core/2015/02}"
    item = model.find(f".//{core}item").get("objectid")
    held = [component.get("objectid") for component in model.iter(f"{core}component")]
    assert [one.get("id") for one in config.findall("object")] == [item]
    assert [one.get("id") for one in config.findall("object/part")] == held
    assert config.find("plate/model_instance/metadata[@key='object_id']").get("value") == item
    application = model.find(f"{core}metadata[@name='Application']").text
    assert application.startswith("BambuStudio-")


def test_it_reads_back_as_the_same_part(tmp_path: Path) -> None:
    mesh = read_model(written(tmp_path)).mesh
    part = banded(4)
    assert len(mesh.faces) == len(part.solid.faces)
    assert np.allclose(mesh.bounds.mean(axis=0), (128, 128, 10), atol=1e-4)
    shown = np.asarray(mesh.visual.vertex_colors)[mesh.faces][:, 0, :3]
    assert np.array_equal(shown, part.face_srgb)


def test_an_unpainted_part_is_valid_for_all(tmp_path: Path) -> None:
    write_threemf(banded(1).solid, tmp_path / "a.3mf", project=A1)
    assert Lib3mf(tmp_path / "a.3mf").warnings == []
