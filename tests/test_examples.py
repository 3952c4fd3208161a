"""The example figurines: solid, standing, lopsided where they should be, and what the script makes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import trimesh
from numpy.typing import NDArray
from PIL import Image
from scipy.spatial import Delaunay

NAMES = ("corgi", "cat", "child")
VIEWS = {"front": 0.0, "left": 90.0, "back": 180.0, "right": 270.0}


def true_mesh(repository: Path, name: str) -> trimesh.Trimesh:
    mesh = trimesh.load(repository / "examples" / name / "true.ply", process=False)
    assert isinstance(mesh, trimesh.Trimesh)
    return mesh


def picture(folder: Path, view: str) -> NDArray[np.uint8]:
    return np.asarray(Image.open(folder / f"{view}.png"))


@pytest.mark.parametrize("name", NAMES)
def test_true_mesh_is_one_closed_coloured_body_of_unit_height(repository: Path, name: str) -> None:
    mesh = true_mesh(repository, name)
    assert mesh.is_watertight
    assert mesh.is_winding_consistent
    assert mesh.volume > 0.05
    assert mesh.body_count == 1
    assert mesh.bounds[:, 2] == pytest.approx([0, 1], abs=1e-6)
    assert len(np.unique(mesh.visual.face_colors, axis=0)) >= 5


@pytest.mark.parametrize("name", NAMES)
def test_true_mesh_is_a_solid(repository: Path, name: str) -> None:
    from fab.solid import Solid

    assert Solid(true_mesh(repository, name).apply_scale(80.0)).volume_mm3 > 20_000


@pytest.mark.parametrize("name", NAMES)
def test_figurine_stands_on_flat_soles(repository: Path, name: str) -> None:
    mesh = true_mesh(repository, name)
    soles = (mesh.triangles[:, :, 2] < 1e-4).all(axis=1)
    assert mesh.area_faces[soles].sum() > 0.02
    contact = mesh.triangles[soles].reshape(-1, 3)[:, :2]
    assert Delaunay(contact).find_simplex(mesh.center_mass[:2]) >= 0


def test_corgi_is_twice_as_long_as_wide_with_its_tail_to_its_left(repository: Path) -> None:
    mesh = true_mesh(repository, "corgi")
    width, length, _ = mesh.extents
    assert length / width == pytest.approx(2, rel=0.15)
    behind_the_rump = mesh.vertices[mesh.vertices[:, 1] > 0.56]
    assert behind_the_rump[:, 0].min() > 0


def test_cat_has_its_tail_on_its_right(repository: Path) -> None:
    x = true_mesh(repository, "cat").vertices[:, 0]
    assert -x.min() > 1.4 * x.max()


def test_child_raises_its_left_arm_only(repository: Path) -> None:
    vertices = true_mesh(repository, "child").vertices
    high = vertices[(vertices[:, 2] > 0.62) & (vertices[:, 2] < 0.78)]
    assert high[:, 0].max() > 0.4
    assert high[:, 0].min() > -0.28


@pytest.mark.parametrize("name", NAMES)
def test_pictures_are_cut_out_and_of_one_scale(repository: Path, name: str) -> None:
    pictures = {view: picture(repository / "examples" / name, view) for view in VIEWS}
    heights = {int(np.ptp(np.flatnonzero((p[..., 3] > 127).any(axis=1)))) for p in pictures.values()}
    assert len(heights) == 1
    for image in pictures.values():
        assert image.shape[2] == 4
        assert not image[[0, -1]].any()
        assert ((image[..., 3] > 0) & (image[..., 3] < 255)).any()
    front, back = (pictures[v][..., 3].astype(int) for v in ("front", "back"))
    assert np.abs(front - back[:, ::-1]).mean() < 2
    assert np.abs(front - back).mean() > 10, "lopsided, so that a mix-up of left and right shows"


@pytest.mark.parametrize("name", NAMES)
def test_pictures_show_the_true_mesh(repository: Path, name: str) -> None:
    from fab.render import render

    mesh = true_mesh(repository, name)
    for view, azimuth_deg in VIEWS.items():
        shown = picture(repository / "examples" / name, view)[..., 3] > 127
        height = int(np.ptp(np.flatnonzero(shown.any(axis=1)))) + 1
        columns = np.flatnonzero(shown.any(axis=0))
        size = (columns[-1] - columns[0] + 1, height)
        expected = render(mesh, azimuth_deg=azimuth_deg, size_px=size, margin=0, supersample=1, shading="flat")[..., 3]
        top = int(np.flatnonzero(shown.any(axis=1))[0])
        cut = shown[top : top + height, columns[0] : columns[-1] + 1]
        both, either = (cut & (expected > 0)).sum(), (cut | (expected > 0)).sum()
        assert both / either > 0.99


def test_examples_are_small(repository: Path) -> None:
    files = [p for p in (repository / "examples").rglob("*") if p.suffix in (".png", ".ply")]
    assert len(files) == 15
    assert sum(p.stat().st_size for p in files) < 2_700_000
    assert max(p.stat().st_size for p in files) <= 400_000


@pytest.mark.slow
def test_script_makes_what_is_in_the_repository(repository: Path, tmp_path: Path) -> None:
    script = repository / "examples" / "make_figurines.py"
    subprocess.run([sys.executable, script, "--only", "child", "-o", tmp_path], check=True, timeout=300)
    kept = repository / "examples" / "child"
    for view in VIEWS:
        made, committed = (picture(folder, view).astype(int) for folder in (tmp_path / "child", kept))
        assert made.shape == committed.shape
        assert np.abs(made - committed).mean() < 1
    made_mesh = trimesh.load(tmp_path / "child" / "true.ply", process=False)
    assert made_mesh.volume == pytest.approx(true_mesh(repository, "child").volume, rel=1e-3)
