"""Where to stand to see a finding: a side from which nothing hides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fab.render import camera_axes
from fab.report.preview import Preview

_AZIMUTHS_DEG = np.arange(0.0, 360.0, 15.0)
_ELEVATIONS_DEG = (-50.0, -20.0, 10.0, 35.0, 65.0)
_SAMPLES = 24
_LIFT = 2e-3  # of the part's longest side: the preview does not lie exactly where the part does
_CLOSEST, _FARTHEST = 0.16, 0.9  # of the part's radius
_ROOM = 2.5  # how much more than the place itself is in sight


@dataclass(frozen=True, eq=False)
class Viewpoint:
    """A look at one place, in mm: the `point` it is about, the `target` in the middle of the picture, the `direction`
    (3,) of unit length towards the viewer, and the `radius` round the target that is in sight."""

    point: NDArray[np.float64]
    target: NDArray[np.float64]
    direction: NDArray[np.float64]
    radius: float


class Lookout:
    """Finds viewpoints on one preview; casts rays with Embree in a unit box, since it computes in float32."""

    def __init__(self, preview: Preview) -> None:
        from embreex.mesh_construction import TriangleMesh
        from embreex.rtcore_scene import EmbreeScene

        self._preview = preview
        self._low = preview.vertices.min(axis=0)
        self._longest = float(np.ptp(preview.vertices, axis=0).max())
        self._radius = float(np.linalg.norm(np.ptp(preview.vertices, axis=0))) / 2.0
        self._scene: Any = EmbreeScene()
        triangles = (preview.vertices[preview.faces] - self._low) / self._longest
        TriangleMesh(self._scene, triangles.astype(np.float32))
        cross = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
        length = np.linalg.norm(cross, axis=1, keepdims=True)
        self._normals = cross / np.where(length > 0.0, length, 1.0)
        self._middles = preview.vertices[preview.faces].mean(axis=1)
        angles = [(azimuth, elevation) for azimuth in _AZIMUTHS_DEG for elevation in _ELEVATIONS_DEG]
        self._directions = np.array([camera_axes(*angle)[2] for angle in angles])
        front = np.cos(np.radians([azimuth for azimuth, _ in angles]))
        level = -np.abs(np.array([elevation for _, elevation in angles]) - 15.0) / 90.0
        self._liking = 0.08 * front + 0.15 * level

    def look(self, point_mm: tuple[float, float, float] | None, faces: NDArray[np.int64]) -> Viewpoint:
        """Return the viewpoint for a place given as a point, or as faces (k,) of the preview, or as both."""
        if len(faces):
            shown = faces[np.linspace(0, len(faces) - 1, min(_SAMPLES, len(faces))).astype(np.int64)]
            around = self._preview.vertices[self._preview.faces[faces]].reshape(-1, 3)
            target = (around.min(axis=0) + around.max(axis=0)) / 2.0
            size = float(np.linalg.norm(np.ptp(around, axis=0))) / 2.0
        else:
            target, size = np.asarray(point_mm, np.float64), 0.0
            shown = np.argsort(np.linalg.norm(self._middles - target, axis=1), kind="stable")[:1]
        near = self._middles[shown[np.linalg.norm(self._middles[shown] - target, axis=1).argmin()]]
        point = np.asarray(point_mm, np.float64) if point_mm is not None else near
        radius = float(np.clip(_ROOM * size, _CLOSEST * self._radius, _FARTHEST * self._radius))
        return Viewpoint(point, target, self._best_direction(shown), radius)

    def _best_direction(self, faces: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the direction from which most of the faces are seen, most squarely."""
        facing = self._normals[faces] @ self._directions.T
        starts = (self._middles[faces] - self._low) / self._longest + _LIFT * self._normals[faces]
        count = len(self._directions)
        origins = np.repeat(starts, count, axis=0).astype(np.float32)
        along = np.tile(self._directions, (len(faces), 1)).astype(np.float32)
        hidden = self._scene.run(origins, along, query="OCCLUDED").reshape(len(faces), count) >= 0
        seen = np.where(hidden, 0.0, np.clip(facing, 0.0, None)).mean(axis=0)
        return np.asarray(self._directions[int((seen + self._liking).argmax())])
