"""Solids whose colour at every point is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import solids
import trimesh
from numpy.typing import NDArray

from fab.colour import ColourField
from fab.solid import Solid

Points = NDArray[np.float64]
RED, WHITE, BLACK, BLUE = (200, 30, 30), (250, 250, 250), (5, 5, 5), (30, 40, 200)


def coloured(mesh: trimesh.Trimesh, srgb_at: Callable[[Points], Points], name: str = "part") -> Solid:
    """Return a mesh as a solid whose vertices have the 8-bit sRGB (n, 3) that `srgb_at` says of their places (n, 3)."""
    painted = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False, validate=False)
    srgb = np.asarray(srgb_at(np.asarray(mesh.vertices)), np.uint8)
    painted.visual = trimesh.visual.ColorVisuals(
        painted, vertex_colors=np.column_stack([srgb, np.full(len(srgb), 255)])
    )
    return Solid(mesh, name, ColourField.of(painted, np.eye(4)))


def halves(radius: float = 8.0, subdivisions: int = 5) -> Solid:
    """Return a ball, red where x > 0 and white elsewhere."""
    return coloured(solids.ball(radius, subdivisions=subdivisions), lambda p: np.where(p[:, :1] > 0, RED, WHITE))


def with_spot(spot_mm: float, radius: float = 4.0) -> Solid:
    """Return a white ball with a black spot of that diameter on the front, vertices 0.13 mm apart."""
    ball = solids.ball(radius, subdivisions=5)
    front = np.array([0.0, -radius, radius])

    def srgb(points: Points) -> Points:
        return np.where(np.linalg.norm(points - front, axis=1)[:, None] < spot_mm / 2, BLACK, WHITE)

    return coloured(ball, srgb)
