"""OBJ, PLY and OFF: trimesh parses them, this file guards it and says what it left out."""

from __future__ import annotations

import re
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from numpy.typing import NDArray
from trimesh.exchange.obj import load_obj
from trimesh.exchange.off import load_off
from trimesh.exchange.ply import load_ply
from trimesh.visual import ColorVisuals
from trimesh.visual.color import DEFAULT_COLOR
from trimesh.visual.material import SimpleMaterial

from fab.errors import UnreadableModel
from fab.readers.assemble import Piece, assemble
from fab.readers.limits import MAX_TEXTURE_SIDE_PX, FolderFiles, as_rgba, decode
from fab.srgb import bytes_to_linear, srgb_to_linear


def read_obj(path: Path, notes: list[str]) -> tuple[trimesh.Trimesh, NDArray[np.float64]]:
    """Return the triangles of a Wavefront OBJ with its materials, pictures or vertex colours, and the identity."""
    text = _absolute_indices(decode(path.read_bytes()))
    loaded = load_obj(StringIO(text), resolver=FolderFiles(path, notes))
    parts = [part for part in loaded.get("geometry", {}).values() if len(part["faces"])]
    return assemble([_piece(part, notes) for part in parts]), np.eye(4)


def read_ply(path: Path, notes: list[str]) -> tuple[trimesh.Trimesh, NDArray[np.float64]]:
    """Return the triangles of a PLY with its vertex or face colours or its picture, and the identity."""
    with path.open("rb") as file:
        if not file.read(3) == b"ply":
            raise UnreadableModel("does not begin with 'ply'; export it again")
        file.seek(0)
        part = load_ply(file, resolver=FolderFiles(path, notes))
    if part.get("faces") is None:
        part["faces"] = np.zeros((0, 3), np.int64)
    mesh = assemble([_piece(part, notes)])
    if part.get("face_colors") is not None and mesh.visual.kind is None:
        mesh.visual = ColorVisuals(face_colors=part["face_colors"])
    return mesh, np.eye(4)


def read_off(path: Path, notes: list[str]) -> tuple[trimesh.Trimesh, NDArray[np.float64]]:
    """Return the triangles of an OFF, and the identity."""
    text = StringIO(decode(path.read_bytes()))
    return assemble([_piece(load_off(text), notes)]), np.eye(4)


def _piece(part: dict[str, Any], notes: list[str]) -> Piece:
    """Return trimesh's constructor arguments as a piece, without the normals the file declared: they may be wrong."""
    vertices = np.asarray(part["vertices"], np.float64).reshape(-1, 3)
    faces = _fanned(np.asarray(part["faces"], np.int64))
    rgba = _vertex_colours(part.get("vertex_colors"), len(vertices), notes)
    visual: Any = part.get("visual")
    material = getattr(visual, "material", None)
    image = getattr(material, "image", None)
    if image is not None and image.format is not None and visual.uv is not None:
        return Piece(vertices, faces, np.asarray(visual.uv), rgba, _picture(image, notes))
    if rgba is None and isinstance(material, SimpleMaterial) and not np.array_equal(material.diffuse, DEFAULT_COLOR):
        rgba = np.tile(bytes_to_linear(material.diffuse), (len(vertices), 1))
    return Piece(vertices, faces, rgba=rgba)


def _fanned(polygons: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return (m, 3) triangles of polygons that all have the same number of corners."""
    if polygons.size == 0:
        return np.zeros((0, 3), np.int64)
    sides = polygons.shape[1]
    return np.concatenate([polygons[:, [0, i, i + 1]] for i in range(1, sides - 1)])


def _picture(image: Any, notes: list[str]) -> Any:
    if max(image.size) > MAX_TEXTURE_SIDE_PX:
        size = f"{image.size[0]} × {image.size[1]} px, the limit is {MAX_TEXTURE_SIDE_PX} a side"
        notes.append(f"texture is {size}: geometry read without it")
        return None
    try:
        stream = getattr(image, "fp", None)
        return as_rgba(image, stream.getvalue() if isinstance(stream, BytesIO) else None)
    except (OSError, SyntaxError, ValueError):
        notes.append("texture is damaged: geometry read without it")
        return None


def _vertex_colours(colours: Any, count: int, notes: list[str]) -> NDArray[np.float64] | None:
    """Return (n, 4) linear RGBA of sRGB vertex colours, whole numbers to 255 or fractions to 1, or None."""
    if colours is None or len(colours) != count or not count:
        return None
    colours = np.asarray(colours)
    if not np.isfinite(colours).all():
        notes.append("vertex colours are not numbers: geometry read without them")
        return None
    if colours.dtype.kind == "f" and colours.max() <= 1.0:
        colours = np.column_stack([srgb_to_linear(colours[:, :3]), colours[:, 3:]])
        return np.column_stack([colours, np.ones(count)]) if colours.shape[1] == 3 else colours
    return bytes_to_linear(np.clip(colours, 0, 255).astype(np.uint8))


def _absolute_indices(text: str) -> str:
    """Return OBJ text with `f -1 -2 -3` counted from the start of the file: trimesh counts from its end."""
    if re.search(r"^f[^\n]*[\s/]-\d", text, re.MULTILINE) is None:
        return text
    counts = {"v": 0, "vt": 0, "vn": 0}
    lines = text.replace("\\\n", " ").split("\n")
    for number, line in enumerate(lines):
        key = line.split(maxsplit=1)[0] if line.strip() else ""
        if key in counts:
            counts[key] += 1
        elif key == "f":
            lines[number] = "f " + " ".join(_absolute(corner, counts) for corner in line.split()[1:])
    return "\n".join(lines)


def _absolute(corner: str, counts: dict[str, int]) -> str:
    totals = zip(corner.split("/"), counts.values(), strict=False)
    return "/".join(str(total + 1 + int(word)) if word.startswith("-") else word for word, total in totals)
