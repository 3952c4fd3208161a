"""A solid with the input's pictures for 3MF: one closed mesh whose triangles look into pictures, or have colours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.errors import ExportFailed
from fab.export.model_xml import MeshPart
from fab.export.patches import Patch, patches_of, whole
from fab.export.properties import Properties, Texture, of_vertices
from fab.gate import find_defects
from fab.paint import Picture
from fab.solid import Solid
from fab.srgb import bytes_to_linear, linear_to_bytes

_TILE_STYLES = {"repeat": "wrap", "clamp": "clamp", "mirror": "mirror"}


def textured_part(solid: Solid) -> MeshPart:
    """Return the solid's surface, its faces sorted by picture; raises ExportFailed for what 3MF cannot say.

    It is a solid again: faces are split for colours at vertices only where that folds none.
    """
    patches = patches_of(solid)
    vertices, faces = _joined(patches)
    if len(faces) != len(solid.faces) and not find_defects(vertices, faces).none:
        patches = patches_of(solid, split=False)
        vertices, faces = _joined(patches)
    coloured = solid.colour is not None and solid.colour.has_colour
    properties = tuple(_properties(patch, number) for number, patch in enumerate(patches)) if coloured else ()
    return MeshPart(solid.name, vertices, faces, properties)


def _joined(patches: list[Patch]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the patches as one mesh in which each place is there once."""
    vertices, faces = whole(patches)
    places, index = np.unique(_as_keys(vertices), return_inverse=True)
    first = np.zeros(len(places), np.int64)
    first[index.reshape(-1)] = np.arange(len(index))
    return vertices[first], index.reshape(-1)[faces]


def _as_keys(vertices: NDArray[np.float64]) -> NDArray[np.void]:
    """Return (n,) values that are alike where float32 places are."""
    rows = np.ascontiguousarray(vertices.astype(np.float32) + np.float32(0))
    return rows.view(np.dtype((np.void, 12))).reshape(-1)


def _properties(patch: Patch, number: int) -> Properties:
    if patch.picture is None or patch.uv is None:
        rgba = patch.rgba if patch.rgba is not None else np.ones((len(patch.vertices), 4))
        return of_vertices(rgba, patch.faces)
    kind, data = _tinted(patch.picture, patch.rgba).file()
    u, v = (_TILE_STYLES[mode] for mode in patch.picture.wrap)
    return Properties(patch.uv, patch.faces, texture=Texture(f"3D/Textures/{number}.{kind}", data, (u, v)))


def _tinted(picture: Picture, rgba: NDArray[np.float64] | None) -> Picture:
    """Return a picture times one colour; raises ExportFailed where the colour changes over the surface."""
    if rgba is None or (rgba == 1.0).all():
        return picture
    if np.ptp(rgba, axis=0).max() > 1e-4:
        raise ExportFailed(
            "vertex colours are multiplied onto a picture, which is not written here; use --colour vertex"
        )
    pixels = linear_to_bytes(bytes_to_linear(picture.pixels) * rgba[0])
    return Picture(pixels, picture.wrap)
