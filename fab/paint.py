"""`Paint`: the colours of a mesh, wherever trimesh keeps them, asked for by face and barycentric coordinates.

A mesh may carry vertex or face colours (uint8 sRGB, as trimesh has them), or pictures: `TextureVisuals` with UV (v up),
one material or a `MultiMaterial` with `face_materials`, and optionally `vertex_attributes["color"]`, (n, 4) linear,
multiplied onto the picture (glTF's COLOR_0 and base colour factor). A picture's wrap modes are in `image.info[WRAP]`.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import trimesh
from numpy.typing import NDArray
from PIL import Image
from trimesh.visual import ColorVisuals, TextureVisuals
from trimesh.visual.color import DEFAULT_COLOR
from trimesh.visual.material import MultiMaterial, PBRMaterial

from fab.srgb import bytes_to_linear

WRAP = "wrap"
"""Key in a Pillow image's `info`: a pair of "repeat", "clamp" or "mirror", for u and v."""

ENCODED = "encoded"
"""Key in a Pillow image's `info`: the PNG or JPEG file that it was read from, so that it can be handed on as it is."""


@dataclass(frozen=True, eq=False)
class Picture:
    """(h, w, 4) uint8 sRGB, row 0 on top, and how it goes on beyond its edges; `encoded` is its file, if kept."""

    pixels: NDArray[np.uint8]
    wrap: tuple[str, str] = ("repeat", "repeat")
    encoded: bytes | None = None

    def file(self) -> tuple[str, bytes]:
        """Return "jpeg" or "png" and the bytes of the picture as such a file: its own, else a PNG made of it."""
        if self.encoded is not None:
            return "jpeg" if self.encoded.startswith(b"\xff\xd8") else "png", self.encoded
        opaque = bool((self.pixels[..., 3] == 255).all())
        buffer = BytesIO()
        Image.fromarray(self.pixels[..., :3] if opaque else self.pixels).save(buffer, "PNG")
        return "png", buffer.getvalue()

    def at(self, uv: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (n, 4) linear RGBA at (n, 2) UV with v up, bilinear between texel centres, in linear light."""
        height, width = self.pixels.shape[:2]
        x, y = uv[:, 0] * width - 0.5, (1.0 - uv[:, 1]) * height - 0.5
        left, top = np.floor(x), np.floor(y)
        fx, fy = (x - left)[:, None], (y - top)[:, None]
        west, east = (_wrapped(left + k, width, self.wrap[0]) for k in (0, 1))
        north, south = (_wrapped(top + k, height, self.wrap[1]) for k in (0, 1))
        upper = self._linear(north, west) * (1 - fx) + self._linear(north, east) * fx
        lower = self._linear(south, west) * (1 - fx) + self._linear(south, east) * fx
        return np.asarray(upper * (1 - fy) + lower * fy)

    def _linear(self, row: NDArray[np.int64], column: NDArray[np.int64]) -> NDArray[np.float64]:
        return bytes_to_linear(self.pixels[row, column])


def _wrapped(index: NDArray[np.float64], size: int, mode: str) -> NDArray[np.int64]:
    """Return texel indices brought into 0..size-1."""
    index = np.nan_to_num(index).astype(np.int64)
    if mode == "clamp":
        return np.clip(index, 0, size - 1)
    if mode == "mirror":
        folded = np.mod(index, 2 * size)
        return np.where(folded < size, folded, 2 * size - 1 - folded)
    return np.mod(index, size)


@dataclass(frozen=True, eq=False)
class Paint:
    """Colours over the faces of one mesh. Everything absent is white."""

    faces: NDArray[np.int64]
    vertex_rgba: NDArray[np.float64] | None = None
    face_rgba: NDArray[np.float64] | None = None
    uv: NDArray[np.float64] | None = None
    pictures: tuple[Picture | None, ...] = ()
    face_picture: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, mesh: trimesh.Trimesh) -> Paint:
        """Return the paint of a mesh; `.present` is False when it has none."""
        faces, visual = np.asarray(mesh.faces, np.int64), mesh.visual
        if isinstance(visual, TextureVisuals):
            return _from_texture(visual, faces, len(mesh.vertices))
        if isinstance(visual, ColorVisuals) and visual.kind == "vertex":
            return cls(faces, vertex_rgba=bytes_to_linear(np.asarray(visual.vertex_colors)))
        if isinstance(visual, ColorVisuals) and visual.kind == "face":
            return cls(faces, face_rgba=bytes_to_linear(np.asarray(visual.face_colors)))
        return cls(faces)

    @property
    def present(self) -> bool:
        """Whether the mesh says anything about its colour."""
        return self.vertex_rgba is not None or self.face_rgba is not None or any(self.pictures)

    def at(self, face: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (n, 4) linear RGBA at face indices (n,) and barycentric weights (n, 3)."""
        rgba = np.ones((len(face), 4))
        corners = self.faces[face]
        if self.vertex_rgba is not None:
            rgba *= np.einsum("nk,nkc->nc", weights, self.vertex_rgba[corners])
        if self.face_rgba is not None:
            rgba *= self.face_rgba[face]
        if self.uv is not None and self.face_picture is not None:
            uv = np.einsum("nk,nkc->nc", weights, self.uv[corners])
            for number, picture in enumerate(self.pictures):
                mine = self.face_picture[face] == number
                if picture is not None and mine.any():
                    rgba[mine] *= picture.at(uv[mine])
        return np.clip(rgba, 0.0, 1.0)


def _from_texture(visual: TextureVisuals, faces: NDArray[np.int64], vertices: int) -> Paint:
    material = visual.material
    materials = list(material.materials) if isinstance(material, MultiMaterial) else [material]
    pictures = tuple(_picture_of(m) for m in materials)
    of_face = visual.face_materials if isinstance(material, MultiMaterial) else None
    numbers = np.zeros(len(faces), np.int64) if of_face is None else np.asarray(of_face, np.int64)
    colour = visual.vertex_attributes.get("color")
    rgba = np.asarray(colour, np.float64) if colour is not None and len(colour) == vertices else None
    if not any(pictures) and rgba is None:
        factors = np.array([_factor_of(m) for m in materials])
        plain = np.array_equal(factors, np.ones_like(factors))
        return Paint(faces) if plain else Paint(faces, face_rgba=factors[numbers])
    uv = np.nan_to_num(visual.uv) if visual.uv is not None and len(visual.uv) == vertices else None
    return Paint(faces, vertex_rgba=rgba, uv=uv, pictures=pictures if uv is not None else (), face_picture=numbers)


def _picture_of(material: Any) -> Picture | None:
    image = getattr(material, "baseColorTexture", None) or getattr(material, "image", None)
    if image is None:
        return None
    wrap = image.info.get(WRAP, ("repeat", "repeat"))
    return Picture(np.asarray(image.convert("RGBA")), wrap, image.info.get(ENCODED))


def _factor_of(material: Any) -> NDArray[np.float64]:
    """Return a material's own colour, linear: glTF keeps linear bytes, OBJ sRGB ones; white where none was given."""
    if isinstance(material, PBRMaterial):
        factor = material.baseColorFactor
        return np.ones(4) if factor is None else np.asarray(factor, np.float64) / 255.0
    diffuse = np.asarray(material.diffuse, np.uint8)
    return np.ones(4) if np.array_equal(diffuse, DEFAULT_COLOR) else bytes_to_linear(diffuse)
