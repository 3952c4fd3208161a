"""What colour a mesh's surface has at a point of a face: vertex colours, face colours, a texture, or clay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import trimesh
from numpy.typing import ArrayLike, NDArray

from fab.errors import FabError

CLAY = (196, 188, 178)  # sRGB, what a mesh without colours is drawn in


@dataclass(frozen=True, eq=False)
class Paint:
    """Colours in linear light: `corners` (m, 3, 3) float32 of each face; or `uv` (m, 3, 2) into `texture` (h, w, 3)."""

    corners: NDArray[np.float32]
    uv: NDArray[np.float32] | None = None
    texture: NDArray[np.float32] | None = None

    def at(self, faces: NDArray[np.integer[Any]], weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (k, 3) float32 linear RGB at barycentric `weights` (k, 3) of `faces` (k,); a texture tints."""
        colour: NDArray[np.float32] = np.einsum("kc,kcx->kx", weights, self.corners[faces])
        if self.texture is None or self.uv is None:
            return colour
        return np.asarray(colour * _sample(self.texture, np.einsum("kc,kcx->kx", weights, self.uv[faces])))


def paint_of(mesh: trimesh.Trimesh, colours: ArrayLike | None = None) -> Paint:
    """Return the paint of a mesh: `colours` per vertex or face (uint8 sRGB) where given, else what the mesh carries.

    Raises FabError when there are neither as many colours as vertices nor as many as faces.
    """
    if colours is not None:
        return _plain(mesh, np.asarray(colours))
    kind = mesh.visual.kind
    if kind == "texture" and getattr(mesh.visual, "uv", None) is not None:
        return _textured(mesh)
    if kind in ("vertex", "face"):
        return _plain(mesh, getattr(mesh.visual, f"{kind}_colors"))
    return _uniform(mesh, CLAY)


def linear_of_srgb(srgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return linear light 0..1, float32, of uint8 sRGB (IEC 61966-2-1)."""
    return _LINEAR[srgb]


def srgb_of_linear(linear: NDArray[np.floating[Any]]) -> NDArray[np.uint8]:
    """Return uint8 sRGB of linear light, clipped to 0..1 (IEC 61966-2-1)."""
    value = np.clip(linear, 0.0, 1.0)
    curved = np.where(value <= 0.0031308, 12.92 * value, 1.055 * np.power(value, 1 / 2.4) - 0.055)
    return np.asarray(np.round(curved * 255), np.uint8)


def _linear_table() -> NDArray[np.float32]:
    value = np.arange(256) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4).astype(np.float32)


_LINEAR = _linear_table()


def _plain(mesh: trimesh.Trimesh, colours: NDArray[Any]) -> Paint:
    """Spread vertex or face colours over the corners of the faces."""
    if colours.ndim != 2 or colours.shape[1] < 3 or colours.dtype != np.uint8:
        raise FabError(f"colours are (n, 3) or (n, 4) uint8, got {colours.shape} {colours.dtype}; convert them first")
    linear = linear_of_srgb(colours[:, :3])
    if len(colours) == len(mesh.vertices):
        return Paint(linear[mesh.faces])
    if len(colours) == len(mesh.faces):
        return Paint(np.repeat(linear[:, None], 3, axis=1))
    counts = f"{len(mesh.vertices)} vertices and {len(mesh.faces)} faces"
    raise FabError(f"{len(colours)} colours fit neither the {counts} of the mesh; give one for each of either")


def _uniform(mesh: trimesh.Trimesh, rgb: ArrayLike) -> Paint:
    linear = linear_of_srgb(np.asarray(rgb, np.uint8)[:3])
    return Paint(np.broadcast_to(linear, (len(mesh.faces), 3, 3)))


def _textured(mesh: trimesh.Trimesh) -> Paint:
    """Read the base colour of a material: a factor, times an image where there is one."""
    material = mesh.visual.material
    image = getattr(material, "baseColorTexture", None) or getattr(material, "image", None)
    factor = getattr(material, "baseColorFactor", None)
    if image is None:
        return _uniform(mesh, material.main_color)
    tint = _uniform(mesh, (255, 255, 255) if factor is None else factor)
    uv = np.asarray(mesh.visual.uv, np.float32)[mesh.faces]
    return Paint(tint.corners, uv, linear_of_srgb(np.asarray(image.convert("RGB"))))


def _sample(texture: NDArray[np.float32], uv: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the texture at uv (origin bottom left, repeating), bilinear between texel centres (glTF 2.0, 3.8.4)."""
    size = np.array(texture.shape[1::-1])
    xy = np.stack([uv[:, 0], 1 - uv[:, 1]], axis=1) * size - 0.5
    low = np.floor(xy).astype(np.int64)
    part = (xy - low).astype(np.float32)
    (x0, y0), (x1, y1) = (low % size).T, ((low + 1) % size).T
    px, py = part[:, :1], part[:, 1:]
    upper = texture[y0, x0] * (1 - px) + texture[y0, x1] * px
    lower = texture[y1, x0] * (1 - px) + texture[y1, x1] * px
    return np.asarray(upper * (1 - py) + lower * py)
