"""The turntable: the part in its colours, once around, as an animated WebP that browsers and chats show."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fab.render import NEUTRAL, frame_of
from fab.report.preview import Preview

FRAMES = 20
FRAME_MS = 120
_HEIGHT_PX = 300
_ELEVATION_DEG = 8.0


def turntable(preview: Preview, colours: NDArray[np.uint8] | None) -> bytes:
    """Return the animation, once around in `FRAMES` pictures, without end; `colours` (n, 3) are of the vertices."""
    azimuths = tuple(np.linspace(0.0, 360.0, FRAMES, endpoint=False))
    frame = frame_of(preview.mesh, azimuths_deg=azimuths, elevation_deg=_ELEVATION_DEG)
    size_px = round(_HEIGHT_PX * min(max(frame.width / frame.height, 0.5), 1.3)), _HEIGHT_PX
    taken = preview.studio.shoot(
        azimuths, size_px, elevation_deg=_ELEVATION_DEG, colours=colours, background=NEUTRAL, framing=frame
    )
    frames = [Image.fromarray(np.ascontiguousarray(picture[..., :3])) for picture in taken]
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
