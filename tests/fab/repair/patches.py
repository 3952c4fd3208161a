"""Balls that fell into patches: cut, slipped, drawn apart, doubled."""

from __future__ import annotations

import numpy as np
import trimesh

RADIUS = 10.0


def patched_ball(
    slip: float = 0.0003, gap: float = 0.0, layers: int = 1, patches: int = 40, subdivisions: int = 3
) -> tuple[np.ndarray, np.ndarray]:
    """Return a bumpy ball as loose patches, each moved by `slip` of the diagonal, and shrunk by a `gap` of its size.

    Further layers lie inside, each 1% of the radius deeper.
    """
    rng = np.random.default_rng(5)
    ball = trimesh.creation.icosphere(subdivisions=subdivisions, radius=RADIUS)
    bumps = 1 + 0.05 * np.sin(ball.vertices @ np.array([0.9, 0.5, 0.7])) + 0.04 * np.sin(ball.vertices[:, 0])
    points, faces = ball.vertices * bumps[:, None], np.asarray(ball.faces)
    seeds = rng.normal(size=(patches, 3))
    patch = np.argmax(ball.triangles_center @ (seeds / np.linalg.norm(seeds, axis=1)[:, None]).T, axis=1)
    diagonal = float(np.linalg.norm(np.ptp(points, axis=0)))
    vertices, corners = [], []
    for layer in range(layers):
        for number in np.unique(patch):
            used, own = np.unique(faces[patch == number], return_inverse=True)
            way = rng.normal(size=3)
            here = points[used] * (1 - 0.01 * layer)
            here = here + gap * (here.mean(axis=0) - here) + slip * diagonal * way / np.linalg.norm(way)
            corners.append(own.reshape(-1, 3) + sum(map(len, vertices)))
            vertices.append(here)
    return np.concatenate(vertices), np.concatenate(corners)
