"""Pictures of meshes: orthographic, ray traced with Embree, no GL and no window. Draws every mesh picture there is.

The figure faces -Y with Z up. Azimuth 0 is the front; the camera stands in direction
(sin az · cos el, -cos az · cos el, sin el), so azimuth 90° looks at the +X side, the figure's own left, and in the
front picture +X is on the right. Pictures are (h, w, 4) uint8 sRGB with straight alpha; alpha is the silhouette.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import trimesh
from numpy.typing import ArrayLike, NDArray

from fab.errors import EmptyModel, FabError
from fab.raytrace import Camera, Shading, scene_of, trace
from fab.srgb import bytes_to_linear, linear_to_bytes

Picture = NDArray[np.uint8]

NEUTRAL = (238, 238, 236)  # sRGB, laid under pictures that are only to be looked at
AROUND_DEG = (0.0, 90.0, 180.0, 270.0)  # front, left, back, right
LARGEST_PX = 8192


@dataclass(frozen=True, eq=False)
class Frame:
    """The piece of space that a picture shows: a centre (3,), and a width and height in the mesh's own unit."""

    centre: NDArray[np.float64]
    width: float
    height: float


def render(
    mesh: trimesh.Trimesh,
    *,
    azimuth_deg: float = 0.0,
    elevation_deg: float = 0.0,
    size_px: int | tuple[int, int] = 512,
    colours: ArrayLike | None = None,
    background: Sequence[int] | None = None,
    shading: Shading = "soft",
    supersample: int = 2,
    framing: Frame | None = None,
    margin: float = 0.04,
) -> Picture:
    """Return a picture of the mesh, (h, w, 4) uint8 sRGB with straight alpha, from one direction.

    `size_px` is (width, height), or one number for a square. `colours` are (n, 4) of the vertices or (m, 4) of the
    faces, uint8 sRGB; without them the mesh's own colours or texture are used, and clay where it has none. Surfaces
    are opaque: an alpha in the colours is ignored. `background` is an RGB to lay under the figure; without it the
    picture is transparent there. "soft" shades, "flat" gives the bare colours. `framing` (see `frame_of`) keeps
    several pictures to one scale; without it the figure fills the picture. `margin` is a share of each side.
    Raises EmptyModel without faces, FabError for a size out of range or colours that do not fit.
    """
    (picture,) = render_around(
        mesh,
        (azimuth_deg,),
        elevation_deg=elevation_deg,
        size_px=size_px,
        colours=colours,
        background=background,
        shading=shading,
        supersample=supersample,
        framing=framing,
        margin=margin,
    )
    return picture


def render_around(
    mesh: trimesh.Trimesh,
    azimuths_deg: Sequence[float] = AROUND_DEG,
    *,
    elevation_deg: float = 0.0,
    size_px: int | tuple[int, int] = 512,
    colours: ArrayLike | None = None,
    background: Sequence[int] | None = None,
    shading: Shading = "soft",
    supersample: int = 2,
    framing: Frame | None = None,
    margin: float = 0.04,
) -> list[Picture]:
    """Return one picture for each azimuth, all at one scale; arguments as in `render`, which this saves calling."""
    frame = framing or frame_of(mesh, azimuths_deg=azimuths_deg, elevation_deg=elevation_deg)
    cameras = [camera_of(frame, azimuth, elevation_deg, size_px, margin) for azimuth in azimuths_deg]
    scene = scene_of(mesh, _drawn_points(mesh), colours)
    return [over(trace(scene, camera, shading, supersample), background) for camera in cameras]


def four_views(
    mesh: trimesh.Trimesh,
    size_px: int | tuple[int, int] = 384,
    *,
    elevation_deg: float = 0.0,
    colours: ArrayLike | None = None,
    background: Sequence[int] | None = NEUTRAL,
    shading: Shading = "soft",
) -> Picture:
    """Return front, left, back and right side by side at one scale, (h, 4 · w, 4) uint8 sRGB: a look at a result."""
    pictures = render_around(mesh, size_px=size_px, elevation_deg=elevation_deg, colours=colours, shading=shading)
    return contact_sheet(pictures, columns=4, background=background)


def frame_of(*meshes: trimesh.Trimesh, azimuths_deg: Sequence[float] = AROUND_DEG, elevation_deg: float = 0.0) -> Frame:
    """Return the smallest frame that holds the meshes in every one of the views, so that their scales agree."""
    points = np.vstack([_drawn_points(mesh) for mesh in meshes])
    axes = [camera_axes(azimuth, elevation_deg) for azimuth in azimuths_deg]
    centre = (points.min(0) + points.max(0)) / 2
    if len(axes) == 1:
        seen = points @ axes[0].T
        centre = (seen.min(0) + seen.max(0)) / 2 @ axes[0]
    half = np.max([np.abs((points - centre) @ turn.T).max(0) for turn in axes], axis=0)
    return Frame(centre, 2 * float(half[0]), 2 * float(half[1]))


def camera_axes(azimuth_deg: float, elevation_deg: float = 0.0) -> NDArray[np.float64]:
    """Return the (3, 3) rows right, up and towards-the-viewer of the picture taken from that direction."""
    az, el = np.radians(azimuth_deg), np.radians(elevation_deg)
    right = np.array([np.cos(az), np.sin(az), 0.0])
    viewer = np.array([np.sin(az) * np.cos(el), -np.cos(az) * np.cos(el), np.sin(el)])
    return np.stack([right, np.cross(viewer, right), viewer])


def contact_sheet(images: Sequence[Picture], columns: int, background: Sequence[int] | None = NEUTRAL) -> Picture:
    """Return the pictures in rows of `columns`, each centred in a cell as large as the largest, (h, w, 4) uint8."""
    height, width = (max(image.shape[axis] for image in images) for axis in (0, 1))
    sheet = np.zeros((-(-len(images) // columns) * height, columns * width, 4), np.uint8)
    for i, image in enumerate(images):
        top = i // columns * height + (height - image.shape[0]) // 2
        left = i % columns * width + (width - image.shape[1]) // 2
        sheet[top : top + image.shape[0], left : left + image.shape[1]] = image
    return over(sheet, background)


def save_png(image: Picture, path: Path | str) -> Path:
    """Return the path the picture was written to: a PNG without time stamps, the same bytes for the same picture."""
    from PIL import Image

    path = Path(path)
    beside = path.with_name(path.name + ".part")
    Image.fromarray(np.ascontiguousarray(image)).save(beside, format="PNG")
    beside.replace(path)
    return path


def over(image: Picture, background: Sequence[int] | None) -> Picture:
    """Return the picture laid over a colour, mixed in linear light as an eye far away would."""
    if background is None:
        return image
    over, under = bytes_to_linear(image), bytes_to_linear(np.asarray(background[:3], np.uint8))
    alpha = over[..., 3:]
    over[..., :3] = over[..., :3] * alpha + under[:3] * (1 - alpha)
    over[..., 3] = 1.0
    return linear_to_bytes(over)


def camera_of(
    frame: Frame, azimuth_deg: float, elevation_deg: float, size_px: int | tuple[int, int], margin: float = 0.04
) -> Camera:
    """Return the camera that sees the frame from that direction; raises FabError for a size out of range."""
    width_px, height_px = (size_px, size_px) if isinstance(size_px, int) else size_px
    if not 1 <= min(width_px, height_px) <= max(width_px, height_px) <= LARGEST_PX:
        raise FabError(f"a picture of {width_px} x {height_px} px cannot be drawn; ask for 1 to {LARGEST_PX} px a side")
    if not 0 <= margin < 0.5:
        raise FabError(f"a margin of {margin:g} leaves no room for the figure; give a share from 0 to below 0.5")
    inside = 1 - 2 * margin
    units_per_px = max(frame.width / (width_px * inside), frame.height / (height_px * inside)) or 1.0
    return Camera(camera_axes(azimuth_deg, elevation_deg), frame.centre, units_per_px, width_px, height_px)


def _drawn_points(mesh: trimesh.Trimesh) -> NDArray[np.float64]:
    """Return the (k, 3) vertices that faces use; raises when there are none, or when one is not a number."""
    if not len(mesh.faces):
        raise EmptyModel("the mesh has no faces, so there is nothing to draw; pass one with a surface")
    used = np.zeros(len(mesh.vertices), bool)
    used[mesh.faces] = True
    points = np.asarray(mesh.vertices, np.float64)[used]
    if not np.isfinite(points).all():
        raise FabError("a corner of the mesh is not a finite number, so it has no place in a picture; repair it first")
    return points
