"""Which files a job writes, and how they carry colour."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import solids
from threemf_judges import Lib3mf, model_of
from trimesh.visual import ColorVisuals

from fab.colour import ColourField
from fab.gate import find_defects
from fab.readers import read_model
from fab.solid import Solid
from figurine.export_wishes import ExportWishes
from figurine.exporting import export
from figurine.job import Job, Source
from figurine.progress import Stopwatch, ignore
from figurine.runfolder import RunFolder
from printers import get, override
from printers.overrides import Overrides


def two_halves() -> Solid:
    """A ball, red below and white above."""
    mesh = solids.ball(10.0, subdivisions=3)
    low = mesh.triangles[:, :, 2].mean(axis=1) < 10
    dressed = solids.mesh_of(mesh.vertices, mesh.faces)
    hues = np.where(low[:, None], (200, 20, 30, 255), (250, 250, 250, 255)).astype(np.uint8)
    dressed.visual = ColorVisuals(face_colors=hues)
    return Solid(mesh, "ball", ColourField.of(dressed, np.eye(4)))


def exported(folder: Path, printer: str, colours: int | None = None, **wishes: Any) -> dict[str, Path]:
    job = Job(
        name="ball",
        mesh=Source(file="ball.stl", sha256=""),
        printer=printer,
        setup=Overrides(colours=colours),
        export=ExportWishes(**wishes),
    )
    return export(job, two_halves(), RunFolder(folder), Stopwatch(ignore)).files


def test_one_slot_prints_one_colour(tmp_path: Path) -> None:
    files = exported(tmp_path, "fdm-0.4")
    assert list(files) == ["3mf", "stl", "glb"]
    assert b"pid" not in model_of(files["3mf"])
    assert read_model(files["glb"]).mesh.visual.kind is not None
    assert (tmp_path / "03-solid.3mf").read_bytes() == files["3mf"].read_bytes()


def test_slots_get_a_palette_and_bambu_lab_a_project(tmp_path: Path) -> None:
    for printer, project in (("prusa-xl-5t", False), ("bambu-lab-a1", True)):
        words = model_of(exported(tmp_path, printer, colours=2)["3mf"])
        assert b"slic3rpe:mmu_segmentation" in words
        assert (b"paint_color" in words) is project
        assert words.count(b"<m:color ") == 2


@pytest.mark.parametrize(("reader", "project"), [("any", False), ("prusa", False), ("orca", True)])
def test_who_opens_it_decides_where_it_is_said(tmp_path: Path, reader: str, project: bool) -> None:
    words = model_of(exported(tmp_path, "bambu-lab-a1", colours=2, reader=reader)["3mf"])
    assert (b"paint_color" in words) is project


def test_colour_can_be_asked_for_where_there_is_one_slot(tmp_path: Path) -> None:
    assert b"mmu_segmentation" in model_of(exported(tmp_path, "fdm-0.4", colour="palette")["3mf"])
    assert b"mmu_segmentation" not in model_of(exported(tmp_path, "fdm-0.4", colour="vertex")["3mf"])


def test_services_in_full_colour_get_every_colour() -> None:
    assert ExportWishes().colouring(get("full-colour")) == "texture"
    assert ExportWishes().colouring(override(get("bambu-lab-a1"), Overrides(colours=4))) == "palette"
    assert ExportWishes().colouring(get("elegoo-mars-5")) == "none"


def test_other_formats_and_one_stl_a_colour(tmp_path: Path) -> None:
    files = exported(tmp_path, "prusa-xl-5t", colours=2, formats=("obj", "ply"), split_colours=True)
    assert list(files) == ["obj", "ply", "stl1", "stl2"]
    assert [path.suffix for path in files.values()] == [".obj", ".ply", ".stl", ".stl"]
    parts = [read_model(files[kind]).mesh for kind in ("stl1", "stl2")]
    merged = [part.merge_vertices() or part for part in parts]
    assert all(find_defects(np.asarray(part.vertices), np.asarray(part.faces)).none for part in merged)
    assert sum(part.volume for part in merged) == pytest.approx(two_halves().volume_mm3, rel=1e-5)
    assert Lib3mf(tmp_path / "03-solid.3mf").manifold
