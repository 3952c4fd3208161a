"""A studio: one mesh under lamps, for many pictures in several colours. Light is worked out once, where faces meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import trimesh
from numpy.typing import ArrayLike, NDArray

from fab.raytrace import (
    SHADED_KEY,
    TILE,
    Camera,
    Floats,
    Glow,
    Scene,
    ambient_light,
    lamp_light,
    openness_of,
    paint_of,
    scene_of,
    trace,
    unit,
)
from fab.render import Frame, Picture, camera_of, frame_of, over


@dataclass(frozen=True, eq=False)
class Studio:
    """A mesh ready for pictures: at `places` (m, 3), one a corner or one for all corners that meet there smoothly, it
    has `normals` (k, 3), and sees so much of the sky: `openness` (k,)."""

    mesh: trimesh.Trimesh
    scene: Scene
    places: NDArray[np.int32]
    normals: Floats
    openness: Floats

    def shoot(
        self,
        azimuths_deg: Sequence[float],
        size_px: tuple[int, int],
        *,
        elevation_deg: float = 0.0,
        colours: ArrayLike | None = None,
        background: Sequence[int] | None = None,
        framing: Frame | None = None,
        margin: float = 0.04,
    ) -> list[Picture]:
        """Return one picture for each azimuth, all at one scale; arguments as in `fab.render.render`."""
        frame = framing or frame_of(self.mesh, azimuths_deg=azimuths_deg, elevation_deg=elevation_deg)
        scene = replace(self.scene, paint=paint_of(self.mesh, colours))
        cameras = [camera_of(frame, azimuth, elevation_deg, size_px, margin) for azimuth in azimuths_deg]
        return [over(trace(scene, camera, "flat", 2, self._glow(camera)), background) for camera in cameras]

    def _glow(self, camera: Camera) -> Glow:
        """Return the light on the mesh: the lamps hang on the camera."""
        lamps = lamp_light(self.normals, camera)[:, 0] * (1 - SHADED_KEY * (1 - self.openness))
        return Glow(self.places, lamps + ambient_light(self.normals)[:, 0] * self.openness)


def studio_of(mesh: trimesh.Trimesh) -> Studio:
    """Return the studio of a mesh of which every vertex is used.

    Openness is asked at the middle of each face and evened out over the faces round each vertex.
    """
    faces, vertices = np.asarray(mesh.faces, np.int64), np.asarray(mesh.vertices, np.float64)
    scene = scene_of(mesh, vertices)
    middles = ((vertices[faces].mean(axis=1) - scene.centre) / scene.scale).astype(np.float32)
    openness = openness_of(scene, middles, unit(scene.corner_normals.mean(axis=1)), np.arange(len(faces)) % TILE**2)
    count = np.maximum(np.bincount(faces.ravel(), minlength=len(vertices)), 1)
    for _ in range(4):
        at_vertices = np.bincount(faces.ravel(), np.repeat(openness, 3), len(vertices)) / count
        openness = at_vertices[faces].mean(axis=1)
    normals = scene.corner_normals.reshape(-1, 3)
    apart = np.column_stack([faces.reshape(-1, 1).astype(np.int32), normals.view(np.int32)])
    _, first, place = np.unique(apart.view(np.dtype((np.void, 16))).ravel(), return_index=True, return_inverse=True)
    places = place.reshape(-1, 3).astype(np.int32)
    return Studio(mesh, scene, places, normals[first], at_vertices[faces.ravel()[first]].astype(np.float32))
