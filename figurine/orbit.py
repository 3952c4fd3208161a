"""The orbit video: the shape from all around, in its colours and as a map of its normals, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import trimesh

from fab.render import frame_of, render_around
from figurine.errors import WrongUse

FRAMES, FRAMES_A_SECOND = 90, 30


def write_orbit(mesh: trimesh.Trimesh, path: Path, *, size_px: int = 512, frames: int = FRAMES) -> Path:
    """Return the path of an MP4 that goes once around the mesh.

    Raises WrongUse when OpenCV has no encoder for it here.
    """
    import cv2

    beside = path.with_name(f".{path.stem}.part{path.suffix}")
    code = cv2.VideoWriter.fourcc(*"mp4v")
    video = cv2.VideoWriter(str(beside), code, FRAMES_A_SECOND, (2 * size_px, size_px))
    if not video.isOpened():
        raise WrongUse(f"OpenCV cannot write {path}: this build of it has no MP4 encoder")
    angles = tuple(float(angle) for angle in np.linspace(0, 360, frames, endpoint=False))
    framing = frame_of(mesh, azimuths_deg=angles)
    normals = np.rint((np.asarray(mesh.vertex_normals) + 1) * 127.5).astype(np.uint8)
    normals = np.column_stack([normals, np.full(len(normals), 255, np.uint8)])
    around: dict[str, Any] = {"size_px": size_px, "framing": framing, "background": (255, 255, 255)}
    in_colour = render_around(mesh, angles, **around)
    as_normals = render_around(mesh, angles, colours=normals, shading="flat", **around)
    for colour, normal in zip(in_colour, as_normals, strict=True):
        video.write(np.ascontiguousarray(np.hstack([colour, normal])[..., 2::-1]))
    video.release()
    beside.replace(path)
    return path
