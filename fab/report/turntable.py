"""The turntable: the part in its colours, once around, as an animated WebP that browsers and chats show."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fab.raytrace import bake, scene_of, trace
from fab.render import NEUTRAL, Picture, camera_of, frame_of, over
from fab.report.preview import Preview

FRAMES = 20
FRAME_MS = 120
_HEIGHT_PX = 300
_ELEVATION_DEG = 8.0


def turntable(preview: Preview, colours: NDArray[np.uint8] | None) -> bytes:
    """Return the animation, once around in `FRAMES` pictures, without end; `colours` (n, 3) are of the vertices."""
    frames = [Image.fromarray(np.ascontiguousarray(frame[..., :3])) for frame in _frames(preview, colours)]
    out = io.BytesIO()
    frames[0].save(
        out,
        format="WEBP",
        save_all=True,
        append_images=frames[1:],
        duration=FRAME_MS,
        loop=0,
        quality=70,
        method=2,
    )
    return out.getvalue()


def _frames(preview: Preview, colours: NDArray[np.uint8] | None) -> Iterator[Picture]:
    """Light is worked out where faces meet, instead of at every ray."""
    scene = scene_of(preview.mesh, preview.vertices, colours)
    light = bake(scene, preview.mesh)
    azimuths = np.linspace(0.0, 360.0, FRAMES, endpoint=False)
    frame = frame_of(preview.mesh, azimuths_deg=tuple(azimuths), elevation_deg=_ELEVATION_DEG)
    width_px = round(_HEIGHT_PX * min(max(frame.width / frame.height, 0.5), 1.3))
    for azimuth in azimuths:
        camera = camera_of(frame, float(azimuth), _ELEVATION_DEG, (width_px, _HEIGHT_PX))
        yield over(trace(replace(scene, paint=light.lit(camera)), camera, "flat", 2), NEUTRAL)
