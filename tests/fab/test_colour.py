from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import solids
import trimesh
from PIL import Image
from trimesh.visual import ColorVisuals, TextureVisuals

from fab.colour import ColourField
from fab.frame import to_millimetres
from fab.readers import read_model

RED, GREEN, BLUE = (1, 0, 0, 1), (0, 1, 0, 1), (0, 0, 1, 1)


def painted(mesh: trimesh.Trimesh, colour: tuple[int, ...]) -> trimesh.Trimesh:
    mesh.visual = ColorVisuals(face_colors=np.tile(np.array(colour) * 255, (len(mesh.faces), 1)).astype(np.uint8))
    return mesh


def two(inner: trimesh.Trimesh, outer: trimesh.Trimesh) -> trimesh.Trimesh:
    """Join a red and a green mesh."""
    mesh = solids.joined(inner, outer)
    colours = np.repeat([RED, GREEN], (len(inner.faces), len(outer.faces)), axis=0) * 255
    mesh.visual = ColorVisuals(face_colors=colours.astype(np.uint8))
    return mesh


def test_without_colours_everything_is_white() -> None:
    field = ColourField.of(solids.box(), np.eye(4))
    assert not field.has_colour
    assert np.array_equal(field.at([(0, 0, 0), (1, 2, 3)]), np.ones((2, 4)))


def test_the_inner_skin_does_not_shine_through() -> None:
    """Points a little below the outer skin, nearer to a lining 0.2 mm under it, get the outer colour."""
    lining = solids.ball(9.8, centre=(0, 0, 10))
    for inner in (lining, solids.inverted(lining)):
        field = ColourField.of(two(inner, solids.ball(10.0)), np.eye(4))
        direction = solids.ball(1.0, centre=(0, 0, 0)).vertices
        points = np.asarray(direction) * 9.75 + (0, 0, 10)
        assert np.allclose(field.at(points, direction), GREEN)
        assert np.allclose(field.at(points), GREEN)


def test_the_far_side_of_a_thin_plate_does_not_shine_through() -> None:
    """A plate of 0.2 mm, red below and green on top; points in the middle are decided by their normal."""
    mesh = solids.plate(30, 0.2)
    up = np.cross(mesh.triangles[:, 1] - mesh.triangles[:, 0], mesh.triangles[:, 2] - mesh.triangles[:, 0])[:, 2] > 0
    mesh.visual = ColorVisuals(face_colors=(np.where(up[:, None], GREEN, RED) * 255).astype(np.uint8))
    field = ColourField.of(mesh, np.eye(4))
    points = np.array([(5, 5, 0.05), (15, 12, 0.15), (20, 20, 0.1)])
    assert np.allclose(field.at(points, np.tile((0, 0, 1), (3, 1))), GREEN)
    assert np.allclose(field.at(points, np.tile((0, 0, -1), (3, 1))), RED)


def test_a_surface_far_off_does_not_win_by_its_normal_alone() -> None:
    """On the green top of a tall box, a normal that looks down does not fetch red from the bottom."""
    mesh = solids.box(10, 10, 100)
    low = mesh.triangles[:, :, 2].max(axis=1) == 0
    mesh.visual = ColorVisuals(face_colors=(np.where(low[:, None], RED, GREEN) * 255).astype(np.uint8))
    assert np.allclose(ColourField.of(mesh, np.eye(4)).at([(5, 4, 100)], [(0, 0, -1)]), GREEN)


def test_an_inside_out_input_gives_the_same_colours() -> None:
    mesh = painted(solids.box(), BLUE)
    turned = painted(solids.inverted(solids.box()), BLUE)
    points, normals = np.array([(5, 4, 10.0), (0, 5, 4)]), np.array([(0, 0, 1.0), (-1, 0, 0)])
    assert np.allclose(ColourField.of(mesh, np.eye(4)).at(points, normals), BLUE)
    assert np.allclose(ColourField.of(turned, np.eye(4)).at(points, normals), BLUE)


def test_the_frame_is_undone_for_points_and_normals() -> None:
    mesh = solids.plate(30, 0.2)
    up = np.arange(12) // 2 == 1
    mesh.visual = ColorVisuals(face_colors=(np.where(up[:, None], GREEN, RED) * 255).astype(np.uint8))
    turn = trimesh.transformations.rotation_matrix(np.radians(70), (1, 2, 3)) @ np.diag([4.0, 4, 4, 1])
    turn[:3, 3] = (100, -50, 7)
    points, normals = np.array([(5, 5, 0.05), (15, 12, 0.15)]), np.array([(0, 0, 1.0), (0, 0, 1)])
    plain = ColourField.of(mesh, np.eye(4)).at(points, normals)
    moved = ColourField.of(mesh, turn).at(points @ turn[:3, :3].T + turn[:3, 3], normals @ turn[:3, :3].T / 4)
    assert np.allclose(moved, plain)
    assert np.allclose(plain, GREEN)


def test_a_picture_is_found_again_on_another_mesh() -> None:
    """A plate with a gradient from black (x = 0) to white in linear steps, asked on points of the top."""
    corners = np.array([(0, 0, 1), (30, 0, 1), (30, 30, 1), (0, 30, 1), (0, 0, 0), (30, 0, 0), (30, 30, 0), (0, 30, 0)])
    mesh = solids.mesh_of(corners, [(0, 1, 2), (0, 2, 3), (4, 6, 5), (4, 7, 6)])
    ramp = np.zeros((2, 256, 4), np.uint8)
    ramp[..., :3] = np.arange(256)[None, :, None]
    uv = corners[:, :2] / 30
    mesh.visual = TextureVisuals(uv, image=Image.fromarray(ramp))
    field = ColourField.of(mesh, np.eye(4))
    x = np.linspace(1, 29, 57)
    rgba = field.at(np.column_stack([x, np.full(57, 13.0), np.full(57, 1.02)]))
    srgb = 1.055 * rgba[:, 0] ** (1 / 2.4) - 0.055
    assert np.abs(srgb * 255 - (x / 30 * 256 - 0.5)).max() < 1.0


def test_the_input_is_not_touched() -> None:
    mesh = painted(solids.box(), BLUE)
    vertices, faces = mesh.vertices.copy(), mesh.faces.copy()
    field = ColourField.of(mesh, np.diag([2.0, 2, 2, 1]))
    field.at([(1, 2, 3)], [(0, 0, 1)])
    assert field.mesh is mesh
    assert np.array_equal(mesh.vertices, vertices)
    assert np.array_equal(mesh.faces, faces)


def test_broken_meshes_still_answer() -> None:
    broken = painted(solids.nan_vertex(), GREEN)
    assert np.allclose(ColourField.of(broken, np.eye(4)).at([(5, 5, 5), (0, 0, 0)]), GREEN)


@pytest.mark.slow
def test_three_hundred_thousand_points_take_seconds(shared: Path) -> None:
    model = read_model(shared / "corpus" / "generated" / "hunyuan_dragon_hawk.glb")
    placed = to_millimetres(model)
    points, face = trimesh.sample.sample_surface(placed.mesh, 300_000, seed=1)
    normals = placed.mesh.face_normals[face]
    start = time.process_time()
    rgba = ColourField.of(model.mesh, np.linalg.inv(placed.to_input)).at(points, normals)
    assert time.process_time() - start < 12
    assert rgba.shape == (300_000, 4)
    assert rgba.min() >= 0
    assert rgba.max() <= 1
    assert rgba[:, :3].std(axis=0).min() > 0.02


@pytest.mark.parametrize(
    "name", ["artist/Duck.glb", "generated/instantmesh_chair.obj", "printable/dodeca_chain_color.3mf"]
)
def test_real_colours_are_found_where_they_are(shared: Path, name: str) -> None:
    """At the centre of each visible face the field gives what the face itself has there."""
    from fab.paint import Paint
    from fab.visible import visible_sides

    mesh = read_model(shared / "corpus" / name).mesh
    faces = np.flatnonzero(visible_sides(np.asarray(mesh.vertices), np.asarray(mesh.faces)).any(axis=1))
    expected = Paint.of(mesh).at(faces, np.full((len(faces), 3), 1 / 3))
    rgba = ColourField.of(mesh, np.eye(4)).at(mesh.triangles_center[faces])
    same = np.abs(rgba - expected).max(axis=1) < 1e-3
    assert same.mean() > 0.995
