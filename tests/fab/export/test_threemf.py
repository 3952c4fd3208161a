from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import solids
import trimesh
from model_files import png
from trimesh.visual import ColorVisuals

from fab.colour import ColourField
from fab.errors import ExportFailed
from fab.export import threemf
from fab.export.properties import MAX_COLOURS, quantise
from fab.export.threemf import write_threemf
from fab.paint import Paint
from fab.readers import read_model
from fab.solid import Solid
from fab.srgb import bytes_to_linear


def rainbow(mesh: trimesh.Trimesh) -> Solid:
    """A solid whose colour changes from vertex to vertex."""
    span = np.ptp(mesh.vertices, axis=0)
    colours = np.round((np.asarray(mesh.vertices) - mesh.vertices.min(axis=0)) / span * 255)
    dressed = solids.mesh_of(mesh.vertices, mesh.faces)
    dressed.visual = ColorVisuals(vertex_colors=np.column_stack([colours, np.full(len(colours), 255)]).astype(np.uint8))
    return Solid(mesh, "rainbow", ColourField.of(dressed, np.eye(4)))


def model_xml(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read("3D/3dmodel.model").decode()


def test_geometry_reads_back_exactly_in_the_positive_octant(tmp_path: Path) -> None:
    mesh = solids.ball()
    solid = Solid(solids.moved(mesh, 0.1, -7.3), "a ball")
    write_threemf(solid, tmp_path / "a.3mf")
    model = read_model(tmp_path / "a.3mf")
    assert model.unit == "mm"
    assert np.array_equal(model.mesh.faces, solid.faces)
    assert np.abs(model.mesh.bounds[0]).max() < 1e-6
    moved = solid.vertices - solid.vertices.min(axis=0)
    assert np.abs(model.mesh.vertices - moved).max() < 1e-6
    stored = trimesh.load_scene(tmp_path / "a.3mf").geometry["a ball"]
    assert np.array_equal(np.asarray(stored.vertices, np.float32), solid.vertices.astype(np.float32))


def test_a_bed_gets_the_part_in_its_middle(tmp_path: Path) -> None:
    write_threemf(Solid(solids.box(10, 20, 30)), tmp_path / "a.3mf", bed_mm=(180, 200))
    assert np.allclose(read_model(tmp_path / "a.3mf").mesh.bounds, [(85, 90, 0), (95, 110, 30)])


def test_every_triangle_has_its_colours(tmp_path: Path) -> None:
    solid = rainbow(solids.ball(subdivisions=2))
    write_threemf(solid, tmp_path / "a.3mf")
    xml = model_xml(tmp_path / "a.3mf")
    triangles = re.findall(r"<triangle [^>]*>", xml)
    assert len(triangles) == len(solid.faces)
    assert all(re.search(r'pid="2" p1="\d+" p2="\d+" p3="\d+"', t) for t in triangles)
    assert '<object id="1" type="model" name="rainbow" pid="2" pindex="0">' in xml
    assert xml.index("colorgroup") < xml.index("<object")
    assert solid.colour is not None
    model = read_model(tmp_path / "a.3mf")
    centres = np.full((len(model.mesh.faces), 3), 1 / 3)
    read = Paint.of(model.mesh).at(np.arange(len(model.mesh.faces)), centres)
    meant = solid.colour.at(solid.vertices)[solid.faces].mean(axis=1)
    assert np.abs(read - meant).max() < 0.02


def test_without_colour_there_is_no_extension(tmp_path: Path) -> None:
    write_threemf(Solid(solids.box()), tmp_path / "a.3mf")
    xml = model_xml(tmp_path / "a.3mf")
    assert "material" not in xml
    assert "pid" not in xml
    assert read_model(tmp_path / "a.3mf").mesh.visual.kind is None


def test_metadata_names_and_thumbnail(tmp_path: Path) -> None:
    picture = png([[(255, 0, 0)]])
    write_threemf(Solid(solids.box(), 'a <b> & "c" \x07'), tmp_path / "a.3mf", thumbnail=picture)
    xml = model_xml(tmp_path / "a.3mf")
    assert '<metadata name="Title">a &lt;b&gt; &amp; &quot;c&quot; ?</metadata>' in xml
    assert '<metadata name="Application">figurine</metadata>' in xml
    assert 'unit="millimeter"' in xml
    with zipfile.ZipFile(tmp_path / "a.3mf") as archive:
        assert archive.read("Metadata/thumbnail.png") == picture
        assert b"metadata/thumbnail" in archive.read("_rels/.rels")


def test_the_same_solid_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.3mf", "b.3mf"):
        write_threemf(rainbow(solids.ball()), tmp_path / name)
    assert (tmp_path / "a.3mf").read_bytes() == (tmp_path / "b.3mf").read_bytes()


def test_many_colours_are_rounded_until_they_fit() -> None:
    few = np.array([(10, 20, 30, 255), (11, 20, 30, 255)], np.uint8)
    assert np.array_equal(quantise(bytes_to_linear(few)), few[:, :3])
    steps = np.linspace(0, 255, 30).astype(np.uint8)
    many = np.array([(r, g, b) for r in steps for g in steps for b in steps], np.uint8)
    rounded = quantise(bytes_to_linear(many))
    assert 1000 < len(np.unique(rounded, axis=0)) <= MAX_COLOURS
    assert np.abs(rounded.astype(int) - many).max() <= 10
    assert {0, 255} <= set(rounded.reshape(-1).tolist())


@pytest.mark.parametrize("damage", ["colour", "vertex", "unit"])
def test_a_file_that_reads_back_differently_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    patterns = {"colour": (b'p2="5"', b'p2="6"'), "vertex": (b'x="0"', b'x="1"'), "unit": (b"millimeter", b"meter")}

    def damaged(model: bytes, **others: Any) -> bytes:
        assert patterns[damage][0] in model
        return package(model.replace(*patterns[damage]), **others)

    package = threemf.pack_package
    monkeypatch.setattr(threemf, "pack_package", damaged)
    with pytest.raises(ExportFailed):
        write_threemf(rainbow(solids.box()), tmp_path / "a.3mf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_three_hundred_thousand_faces_take_seconds(tmp_path: Path) -> None:
    import time

    solid = Solid(solids.ball(30.0, subdivisions=7))
    start = time.process_time()
    write_threemf(solid, tmp_path / "a.3mf")
    assert len(solid.faces) == 327_680
    assert time.process_time() - start < 8


@pytest.mark.slicer
@pytest.mark.parametrize("coloured", [False, True])
def test_prusa_slicer_finds_it_manifold(tmp_path: Path, coloured: bool) -> None:
    slicer = shutil.which("prusa-slicer")
    if slicer is None:
        pytest.skip("prusa-slicer is not installed")
    solid = rainbow(solids.ball()) if coloured else Solid(solids.two_parts())
    write_threemf(solid, tmp_path / "a.3mf")
    told = subprocess.run(
        [slicer, "--info", str(tmp_path / "a.3mf")], capture_output=True, text=True, check=True
    ).stdout
    assert "manifold = yes" in told
    assert f"number_of_facets = {len(solid.faces)}" in told
