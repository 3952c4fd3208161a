"""Pictures of meshes: areas, directions, colours and scale against what geometry says they must be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import trimesh
from numpy.typing import NDArray
from PIL import Image

from fab.errors import EmptyModel, FabError
from fab.render import (
    NEUTRAL,
    camera_axes,
    contact_sheet,
    four_views,
    frame_of,
    render,
    render_around,
    save_png,
)

RED, GREEN, BLUE = (220, 30, 40, 255), (20, 160, 60, 255), (30, 60, 200, 255)


def pointer(direction: tuple[float, float, float]) -> trimesh.Trimesh:
    """A ball at the origin with a long thin arm."""
    arm = trimesh.creation.cylinder(0.1, segment=[(0, 0, 0), np.array(direction) * 2.0])
    return trimesh.util.concatenate([trimesh.creation.icosphere(subdivisions=3, radius=0.5), arm])


def centre_px(image: NDArray[np.uint8]) -> tuple[float, float]:
    """Where the alpha lies on average, from the middle: right and up positive, in pixels."""
    y, x = np.indices(image.shape[:2])
    alpha = image[..., 3].astype(float)
    height, width = image.shape[:2]
    return (x * alpha).sum() / alpha.sum() - (width - 1) / 2, (height - 1) / 2 - (y * alpha).sum() / alpha.sum()


def test_silhouette_of_a_sphere_has_the_area_of_a_disc() -> None:
    image = render(trimesh.creation.icosphere(subdivisions=5, radius=3.0), size_px=200, margin=0.1)
    area = image[..., 3].sum() / 255
    assert area == pytest.approx(np.pi * 80.0**2, rel=0.01)


def test_silhouette_of_a_box_fills_its_pixels_exactly() -> None:
    image = render(trimesh.creation.box((2, 1, 4)), size_px=(60, 100), margin=0.1, supersample=1)
    rows, columns = np.nonzero(image[..., 3])
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (10, 89, 10, 49)
    assert (image[10:90, 10:50, 3] == 255).all()


@pytest.mark.parametrize(
    ("azimuth_deg", "arm", "right", "up"),
    [
        (0.0, (1, 0, 0), 1, 0),
        (180.0, (1, 0, 0), -1, 0),
        (90.0, (0, 1, 0), 1, 0),  # from the figure's own left its back is on the right
        (270.0, (0, 1, 0), -1, 0),
        (0.0, (0, 0, 1), 0, 1),
        (90.0, (0, 0, -1), 0, -1),
    ],
)
def test_arms_point_where_the_camera_sees_them(
    azimuth_deg: float, arm: tuple[float, float, float], right: int, up: int
) -> None:
    around = frame_of(trimesh.creation.box((4, 4, 4)))
    x, y = centre_px(render(pointer(arm), azimuth_deg=azimuth_deg, size_px=64, framing=around, shading="flat"))
    assert (np.sign(np.round(x)), np.sign(np.round(y))) == (right, up)


@pytest.mark.parametrize(
    ("azimuth_deg", "elevation_deg", "seen"),
    [(0, 0, (0, -1, 0)), (90, 0, (1, 0, 0)), (180, 0, (0, 1, 0)), (270, 0, (-1, 0, 0)), (0, 90, (0, 0, 1))],
)
def test_camera_stands_on_the_side_it_is_named_for(
    azimuth_deg: float, elevation_deg: float, seen: tuple[int, int, int]
) -> None:
    box = trimesh.creation.box((1, 1, 1))
    facing = box.face_normals @ np.array(seen) > 0.9
    colours = np.where(facing[:, None], np.array(GREEN), np.array(RED)).astype(np.uint8)
    image = render(
        box, azimuth_deg=azimuth_deg, elevation_deg=elevation_deg, size_px=33, colours=colours, shading="flat"
    )
    assert tuple(image[16, 16]) == GREEN


def test_axes_are_a_right_handed_frame_everywhere() -> None:
    for azimuth, elevation in ((0, 0), (37, 12), (205, -40)):
        axes = camera_axes(azimuth, elevation)
        assert np.allclose(axes @ axes.T, np.eye(3))
        assert np.linalg.det(axes) == pytest.approx(1)


def test_alpha_is_the_covered_share_of_a_pixel() -> None:
    sphere = trimesh.creation.icosphere(subdivisions=5)
    hard, soft = (render(sphere, size_px=64, supersample=s)[..., 3] for s in (1, 4))
    assert set(np.unique(hard)) == {0, 255}
    assert ((soft > 0) & (soft < 255)).sum() > 60
    assert abs(int(soft.sum()) - int(hard.sum())) / soft.sum() < 0.01


def test_no_light_leaks_through_the_edges_of_faces() -> None:
    image = render(trimesh.creation.box((1, 1, 1)).subdivide().subdivide(), size_px=256, margin=0.0)
    assert (image[..., 3] == 255).all()


def test_flat_colours_are_exact() -> None:
    box = trimesh.creation.box((1, 1, 1))
    image = render(box, size_px=32, colours=np.tile(np.array(BLUE, np.uint8), (len(box.vertices), 1)), shading="flat")
    assert (image[image[..., 3] > 0][:, :3] == BLUE[:3]).all()
    assert (image[image[..., 3] == 0] == 0).all()


def test_vertex_colours_run_evenly_in_linear_light() -> None:
    square = trimesh.Trimesh([(0, 0, 0), (1, 0, 0), (1, 0, 1), (0, 0, 1)], [(0, 1, 2), (0, 2, 3)], process=False)
    colours = np.array([(0, 0, 0, 255), (255,) * 4, (255,) * 4, (0, 0, 0, 255)], np.uint8)
    image = render(square, size_px=100, colours=colours, shading="flat", margin=0.0)
    assert image[50, 49:51, 0].mean() == pytest.approx(188, abs=1)  # sRGB of 0.5
    assert (np.diff(image[50, :, 0].astype(int)) >= 0).all()


def test_textures_are_sampled_and_stand_upright() -> None:
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[:32, :32], picture[:32, 32:], picture[32:] = RED[:3], GREEN[:3], BLUE[:3]
    square = trimesh.Trimesh([(0, 0, 0), (1, 0, 0), (1, 0, 1), (0, 0, 1)], [(0, 1, 2), (0, 2, 3)], process=False)
    square.visual = trimesh.visual.TextureVisuals(uv=[(0, 0), (1, 0), (1, 1), (0, 1)], image=Image.fromarray(picture))
    image = render(square, size_px=64, shading="flat", margin=0.0)
    assert [tuple(image[y, x]) for y, x in ((8, 8), (8, 56), (56, 8))] == [RED, GREEN, BLUE]


def test_shape_shows_without_colours_and_inside_out() -> None:
    sphere = trimesh.creation.icosphere(subdivisions=4)
    turned = sphere.copy()
    turned.invert()
    right, wrong = render(sphere, size_px=64), render(turned, size_px=64)
    assert np.ptp(right[right[..., 3] == 255][:, 0].astype(int)) > 60
    assert np.abs(right.astype(int) - wrong).mean() < 1


def test_hollows_are_darker_than_open_places() -> None:
    cup = trimesh.creation.annulus(0.3, 1.0, 2.0)
    floor = trimesh.creation.cylinder(1.0, 0.2).apply_translation((0, 0, -0.9))
    image = render(trimesh.util.concatenate([cup, floor]), elevation_deg=90, size_px=100)
    assert int(image[50, 50, 0]) < int(image[50, 15, 0]) - 40


def test_views_of_one_frame_agree_in_scale() -> None:
    tall = trimesh.creation.box((1, 3, 2)).apply_translation((5, -4, 9))
    heights, widths = [], []
    for image in render_around(tall, size_px=(300, 120)):
        rows, columns = np.nonzero(image[..., 3] > 127)
        heights.append(int(np.ptp(rows)) + 1)
        widths.append(int(np.ptp(columns)) + 1)
    assert len(set(heights)) == 1
    assert widths[1] / widths[0] == pytest.approx(3, rel=0.03)
    assert widths[0] == widths[2]


def test_background_is_laid_under() -> None:
    image = render(trimesh.creation.icosphere(), size_px=32, background=NEUTRAL)
    assert (image[..., 3] == 255).all()
    assert tuple(image[0, 0, :3]) == NEUTRAL


def test_four_views_stand_side_by_side() -> None:
    sheet = four_views(pointer((1, 0, 0)), 48)
    assert sheet.shape == (48, 192, 4)
    front, _, back, _ = np.split(np.any(sheet[..., :3] != NEUTRAL, axis=2), 4, axis=1)
    assert (front == back[:, ::-1]).mean() > 0.99


def test_contact_sheet_keeps_pictures_whole_and_in_order() -> None:
    cells = [np.full((2, 3, 4), value, np.uint8) for value in (10, 20, 30)]
    sheet = contact_sheet(cells, 2, background=None)
    assert sheet.shape == (4, 6, 4)
    assert [int(sheet[y, x, 0]) for y, x in ((0, 0), (0, 3), (2, 0), (2, 3))] == [10, 20, 30, 0]


def test_same_picture_same_bytes(tmp_path: Path) -> None:
    mesh = pointer((0, 1, 0))
    first, second = (save_png(render(mesh, size_px=64), tmp_path / f"{i}.png").read_bytes() for i in (1, 2))
    assert first == second
    assert np.array_equal(np.asarray(Image.open(tmp_path / "1.png")), render(mesh, size_px=64))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["1.png", "2.png"]


def test_place_and_size_of_the_mesh_do_not_matter() -> None:
    near = pointer((1, 0, 0))
    far = near.copy().apply_scale(1e-3).apply_translation((50, -20, 7))
    assert np.abs(render(near, size_px=64).astype(int) - render(far, size_px=64)).mean() < 0.5


def test_bands_of_rows_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    mesh = pointer((1, 0, 0))
    whole = render(mesh, size_px=64)
    monkeypatch.setattr("fab.raytrace._RAYS_AT_ONCE", 64 * 4 * 7)
    assert np.array_equal(whole, render(mesh, size_px=64))


def test_bad_requests_say_so() -> None:
    box = trimesh.creation.box((1, 1, 1))
    with pytest.raises(EmptyModel):
        render(trimesh.Trimesh())
    with pytest.raises(FabError, match="0 to below"):
        render(box, margin=0.5)
    with pytest.raises(FabError, match="px"):
        render(box, size_px=0)
    with pytest.raises(FabError, match="7 colours"):
        render(box, colours=np.zeros((7, 4), np.uint8))
    with pytest.raises(FabError, match="uint8"):
        render(box, colours=np.zeros((8, 4)))
