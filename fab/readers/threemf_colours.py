"""The colours of a 3MF object: property groups resolved to pieces with vertex colours or a picture.

3MF gives properties to the corners of triangles, so a vertex is repeated here wherever its corners differ.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fab.errors import UnreadableModel
from fab.paint import WRAP
from fab.readers.assemble import Piece
from fab.readers.limits import read_image
from fab.readers.threemf_parts import Object, Part, PropertyGroup, linear_colours

_WRAPS = {"wrap": "repeat", "mirror": "mirror", "clamp": "clamp", "none": "clamp"}


@dataclass(frozen=True, eq=False)
class _Palette:
    """What each index of one group means: `rgba` (k, 4) linear, `uv` (k, 2) and the picture they are for."""

    rgba: NDArray[np.float64]
    uv: NDArray[np.float64] | None = None
    texture: str | None = None


def paint(found: Object, part: Part, archive: zipfile.ZipFile, notes: list[str]) -> list[Piece]:
    """Return an object's triangles with their colours: one piece for each picture, one for all without."""
    table = np.array(found.triangles, np.int64).reshape(-1, 6)
    faces, indices, groups = table[:, :3], table[:, 3:], np.array(found.groups, np.int64)
    if found.pid is None and (groups < 0).all():
        return [Piece(found.vertices, faces)]
    own = part.group_ids.setdefault(found.pid, len(part.group_ids)) if found.pid is not None else -1
    groups = np.where(groups < 0, own, groups)
    indices = np.where(indices < 0, found.pindex, indices)
    used = {pid: number for pid, number in part.group_ids.items() if (groups == number).any()}
    palettes = {number: _palette(part, pid, notes) for pid, number in used.items()}
    textures = sorted({p.texture for p in palettes.values() if p.texture is not None})
    images = {texture: _picture(part, texture, archive, notes) for texture in textures}
    by_texture: dict[str | None, list[int]] = {}
    for number, palette in palettes.items():
        by_texture.setdefault(palette.texture, []).append(number)
    if (groups < 0).any():
        by_texture.setdefault(None, []).append(-1)
        palettes[-1] = _Palette(np.ones((1, 4)))
        indices = np.where(groups[:, None] < 0, 0, indices)
    pieces = []
    for texture, numbers in sorted(by_texture.items(), key=lambda pair: pair[0] or ""):
        chosen = np.isin(groups, numbers)
        table_of = _Table([palettes[number] for number in numbers], numbers)
        keys = table_of.keys(groups[chosen], indices[chosen])
        pieces.append(_piece(found.vertices, faces[chosen], keys, table_of, images.get(texture or "")))
    return pieces


class _Table:
    """Several groups' values one below another, so that one number names a property."""

    def __init__(self, palettes: list[_Palette], numbers: list[int]) -> None:
        self.starts = dict(zip(numbers, np.cumsum([0] + [len(p.rgba) for p in palettes]).tolist(), strict=False))
        self.sizes = dict(zip(numbers, [len(p.rgba) for p in palettes], strict=True))
        self.rgba = np.concatenate([p.rgba for p in palettes])
        uv = [p.uv for p in palettes if p.uv is not None]
        self.uv = np.concatenate(uv) if uv else None

    def keys(self, groups: NDArray[np.int64], indices: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return (m, 3) rows of this table for group numbers (m,) and indices (m, 3) into them."""
        keys = np.zeros_like(indices)
        for number, start in self.starts.items():
            mine = groups == number
            if mine.any() and (indices[mine].min() < 0 or indices[mine].max() >= self.sizes[number]):
                raise UnreadableModel(f"a triangle uses colour {indices[mine].max()} of {self.sizes[number]}")
            keys[mine] = indices[mine] + start
        return keys


def _piece(
    vertices: NDArray[np.float64],
    faces: NDArray[np.int64],
    keys: NDArray[np.int64],
    table: _Table,
    image: Image.Image | None,
) -> Piece:
    """Return the triangles with one vertex for each pair of vertex and property that a corner has."""
    size = len(table.rgba)
    pairs, corners = np.unique(faces * size + keys, return_inverse=True)
    vertex, key = pairs // size, pairs % size
    uv = table.uv[key] if table.uv is not None and image is not None else None
    return Piece(vertices[vertex], corners.reshape(-1, 3), uv, table.rgba[key], image if uv is not None else None)


def _palette(part: Part, pid: str, notes: list[str]) -> _Palette:
    if pid not in part.groups:
        notes.append(f"property group {pid} is not one read here: its triangles are read without colour")
        return _Palette(np.ones((1 << 16, 4)))
    group = part.groups[pid]
    if group.parents:
        return _multiplied(part, group, notes)
    if group.texture is not None:
        uv = np.array(group.uv, np.float64).reshape(-1, 2)
        return _Palette(np.ones((len(uv), 4)), uv, group.texture)
    return _Palette(linear_colours(group.colours))


def _multiplied(part: Part, group: PropertyGroup, notes: list[str]) -> _Palette:
    """Return multiproperties as one palette: the layers' colours multiplied, the last picture kept."""
    layers = [_palette(part, parent, notes) for parent in group.parents if parent in part.groups]
    rgba, uv, texture = np.ones((len(group.rows), 4)), None, None
    for layer, palette in enumerate(layers):
        index = np.array([row[layer] if layer < len(row) else 0 for row in group.rows], np.int64)
        rgba *= palette.rgba[index]
        if palette.uv is not None:
            uv, texture = palette.uv[index], palette.texture
    return _Palette(rgba, uv, texture)


def _picture(part: Part, texture: str, archive: zipfile.ZipFile, notes: list[str]) -> Image.Image | None:
    path, styles = part.textures[texture]
    name = path.lstrip("/")
    if name not in archive.namelist():
        notes.append(f"texture {name} is missing: geometry read without it")
        return None
    image = read_image(archive.read(name), name, notes)
    if image is not None:
        image.info[WRAP] = (_WRAPS[styles[0]], _WRAPS[styles[1]])
    return image
