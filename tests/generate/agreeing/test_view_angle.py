"""Views from above told by their footing: blocks whose outline is known, then drawings and renders."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from drawings import figure

from generate.agreeing.view_angle import estimate_tilt
from generate.views import View

LEVEL_DEG = (0.0, 90.0, 180.0, 270.0)


def block(azimuth_deg: float, elevation_deg: float, depth: float, sides: int = 4) -> View:
    """Return an orthographic view of a prism 1 tall, 0.6 wide and `depth` deep."""
    turn = np.arange(sides) * 2.0 * np.pi / sides + np.pi / 4.0
    outline = np.stack([0.3 * np.cos(turn), depth / 2.0 * np.sin(turn)], axis=1)
    outline *= np.sqrt(2.0) if sides == 4 else 1.0
    az, el = np.radians(azimuth_deg), np.radians(elevation_deg)
    right, away = outline @ (np.cos(az), np.sin(az)), outline @ (-np.sin(az), np.cos(az))
    rows = [(z - 0.5) * np.cos(el) + away * np.sin(el) for z in (0.0, 1.0)]
    pixels = 256.0 + 220.0 * np.stack([np.tile(right, 2), -np.concatenate(rows)], axis=1)
    image = np.zeros((512, 512, 4), np.uint8)
    cv2.fillConvexPoly(image, cv2.convexHull(np.rint(pixels).astype(np.int32)), (90, 90, 200, 255))
    return View(image, 0.0)


@pytest.mark.parametrize("azimuth_deg", [0.0, 20.0, 35.0, 45.0, 90.0])
@pytest.mark.parametrize("sides", [4, 48])
def test_a_level_block_is_level_from_everywhere(azimuth_deg: float, sides: int) -> None:
    tilt = estimate_tilt(block(azimuth_deg, 0.0, depth=0.6, sides=sides))
    assert tilt.flat_share == pytest.approx(1.0, abs=0.03)
    assert tilt.elevation_deg < 2.0
    assert not tilt.is_tilted


@pytest.mark.parametrize("elevation_deg", [10.0, 20.0, 30.0])
def test_a_round_block_gives_its_elevation(elevation_deg: float) -> None:
    tilt = estimate_tilt(block(0.0, elevation_deg, depth=0.6, sides=96))
    assert tilt.elevation_deg == pytest.approx(elevation_deg, abs=8.0)


@pytest.mark.parametrize(("azimuth_deg", "elevation_deg"), [(30.0, 25.0), (-40.0, 30.0), (45.0, 35.0)])
def test_a_three_quarter_block_is_tilted(azimuth_deg: float, elevation_deg: float) -> None:
    tilt = estimate_tilt(block(azimuth_deg, elevation_deg, depth=0.6))
    assert tilt.is_tilted
    assert tilt.elevation_deg == pytest.approx(elevation_deg, abs=15.0)


def test_drawn_figures_are_level() -> None:
    for how in ({}, {"tail": "left"}, {"raised_arm": "right"}):
        assert not estimate_tilt(View(figure(**how), 0.0)).is_tilted


RENDERED = (
    "artist/Duck.glb", "artist/fox_kaolin.obj", "artist/rabbit.obj", "generated/minaifig_goblin.stl",
    "generated/meshy_feralis_skinned.glb", "generated/meshy_ignar_skinned.glb", "generated/meshy_sylphid_skinned.glb",
    "generated/meshy_umbrix_skinned.glb", "printable/rpgscad_king_troll.stl", "printable/rpgscad_gnome.stl",
    "printable/rpgscad_mini_giant_boar_0.stl", "printable/rpgscad_monk_0.stl", "printable/rpgscad_wyrmling.stl",
)  # fmt: skip


@pytest.mark.slow
def test_rates_on_renders(shared: Path) -> None:
    """No level view of 13 meshes is called tilted; of 52 views from three quarters above, most are."""
    import trimesh

    from fab.render import render

    level, three_quarter = [], []
    for name in RENDERED:
        mesh = trimesh.load(shared / "corpus" / name, force="mesh")
        if not name.endswith(".stl"):
            mesh.apply_transform(trimesh.transformations.rotation_matrix(np.pi / 2, (1, 0, 0)))
        for azimuth_deg in LEVEL_DEG:
            level.append(estimate_tilt(View(render(mesh, azimuth_deg=azimuth_deg, size_px=320), 0.0)))
        for azimuth_deg in (-40.0, 30.0, 145.0, 215.0):
            picture = render(mesh, azimuth_deg=azimuth_deg, elevation_deg=28.0, size_px=320)
            three_quarter.append(estimate_tilt(View(picture, 0.0)))
    assert sum(tilt.is_tilted for tilt in level) == 0
    assert np.mean([tilt.is_tilted for tilt in three_quarter]) >= 0.75  # 41 of 52
    assert np.median([abs(tilt.elevation_deg - 28.0) for tilt in three_quarter]) <= 10.0
