"""Decoded meshes as the house takes them."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from generate.backends.trellis.surface import Decoded, outer_surface, standing
from generate.errors import ShapeFailed


def decoded(*meshes: trimesh.Trimesh) -> Decoded:
    """Return meshes as one decoded mesh, grey."""
    both = trimesh.util.concatenate(list(meshes))
    return Decoded(np.asarray(both.vertices), np.asarray(both.faces), np.full((len(both.vertices), 3), 0.5))


def test_a_cavity_is_left_out_and_a_second_body_stays() -> None:
    ball, inner = trimesh.creation.icosphere(radius=0.4), trimesh.creation.icosphere(radius=0.3)
    inner.invert()
    beside = trimesh.creation.icosphere(radius=0.05).apply_translation([0.46, 0, 0])
    kept, cavities = outer_surface(decoded(ball, inner, beside))
    assert cavities == 1
    assert len(kept.faces) == len(ball.faces) + len(beside.faces)


@pytest.mark.parametrize(("yaw_deg", "nose"), [(0.0, (0, -1, 0)), (90.0, (1, 0, 0)), (180.0, (0, 1, 0))])
def test_a_turned_body_faces_minus_y_again(yaw_deg: float, nose: tuple[int, int, int]) -> None:
    ball = trimesh.creation.icosphere(radius=0.2)
    tip = trimesh.creation.icosphere(radius=0.03).apply_translation(0.3 * np.array(nose))
    mesh = standing(decoded(ball, tip), yaw_deg)
    low, high = mesh.bounds
    assert high[2] - low[2] == pytest.approx(1.0)
    assert low[2] == pytest.approx(0.0)
    assert np.ptp(mesh.vertices[:, 1]) > 1.3 * np.ptp(mesh.vertices[:, 0])
    tip_y = mesh.vertices[len(ball.vertices) :, 1].mean()
    assert tip_y < mesh.vertices[: len(ball.vertices), 1].mean()


def test_colours_are_bytes() -> None:
    mesh = standing(decoded(trimesh.creation.box()), 0.0)
    assert np.asarray(mesh.visual.vertex_colors)[0].tolist() == [128, 128, 128, 255]


def test_nothing_is_no_body() -> None:
    with pytest.raises(ShapeFailed):
        standing(Decoded(np.zeros((0, 3)), np.zeros((0, 3), np.int64), np.zeros((0, 3))), 0.0)
