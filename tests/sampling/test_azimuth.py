"""The yaw of a body from the outlines of its views."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install figurine[sampling]")

from sampling.azimuth import fit_yaw  # noqa: E402
from sampling.cameras import Cameras  # noqa: E402
from sampling.errors import BadConditions  # noqa: E402

SIDE = 40
CAMERAS = Cameras((0.0, 90.0, 180.0))


def body(yaw_deg: float) -> torch.Tensor:
    """Return a figure (R, R, R) turned by `yaw_deg` about Z: a trunk, a nose to the front, an arm to its left."""
    axis = torch.arange(SIDE) + 0.5 - SIDE / 2
    x, y, z = torch.meshgrid(axis, axis, axis, indexing="ij")
    angle = torch.deg2rad(torch.tensor(-yaw_deg))
    x, y = x * torch.cos(angle) - y * torch.sin(angle), x * torch.sin(angle) + y * torch.cos(angle)
    trunk = (x.abs() < 4) & (y.abs() < 4) & (z.abs() < 16)
    nose = (x.abs() < 2) & (y > -14) & (y < 0) & (z > 6) & (z < 11)
    arm = (x > 0) & (x < 11) & (y.abs() < 2) & (z > -4) & (z < 1)
    return trunk | nose | arm


def pictures(cameras: Cameras) -> torch.Tensor:
    """Return the outlines of the unturned figure from its front, its left and its back, (3, R, R), row 0 on top."""
    solid = body(0.0)
    front = solid.any(dim=1).T.flip(0)  # columns run along +X
    left = solid.any(dim=0).T.flip(0)  # from +X, columns run along +Y
    return torch.stack([front, left, front.flip(1)])


@pytest.mark.parametrize("yaw_deg", [0.0, 22.5, 90.0, 180.0, 270.0, 337.5])
def test_finds_the_yaw(yaw_deg: float) -> None:
    fit = fit_yaw(body(yaw_deg), pictures(CAMERAS), CAMERAS)
    assert fit.yaw_deg == yaw_deg
    assert fit.scores.max() > 0.85


def test_zoom_and_place_of_a_picture_do_not_matter() -> None:
    shown = pictures(CAMERAS).repeat_interleave(3, dim=1).repeat_interleave(3, dim=2)
    shown = torch.nn.functional.pad(shown, (17, 50, 30, 5))
    assert fit_yaw(body(90.0), shown, CAMERAS).yaw_deg == 90.0


def test_a_round_body_is_ambiguous() -> None:
    axis = torch.arange(SIDE) + 0.5 - SIDE / 2
    x, y, z = torch.meshgrid(axis, axis, axis, indexing="ij")
    column = (x**2 + y**2 < 64) & (z.abs() < 15)
    shown = column.any(dim=1).T.expand(3, -1, -1)
    assert fit_yaw(column, shown, CAMERAS).yaw_deg is None


def test_front_and_back_of_a_mirror_figure_are_ambiguous() -> None:
    solid = body(0.0) & ~((torch.arange(SIDE) >= SIDE // 2 + 4)[:, None, None])  # the arm cut off
    front = solid.any(dim=1).T.flip(0)
    fit = fit_yaw(solid, torch.stack([front, front.flip(1)]), Cameras((0.0, 180.0)))
    assert fit.yaw_deg is None


def test_empty_bodies_and_outlines_are_refused() -> None:
    with pytest.raises(BadConditions, match="body is empty"):
        fit_yaw(torch.zeros(4, 4, 4, dtype=torch.bool), pictures(CAMERAS), CAMERAS)
    with pytest.raises(BadConditions, match="silhouette is empty"):
        fit_yaw(body(0.0), torch.zeros(3, 8, 8, dtype=torch.bool), CAMERAS)
    with pytest.raises(BadConditions, match="as many silhouettes"):
        fit_yaw(body(0.0), pictures(CAMERAS)[:2], CAMERAS)
