"""Small model files written by hand, so that the readers are tested on bytes and not on our own writers."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
MATERIALS = "http://schemas.microsoft.com/3dmanufacturing/material/2015/02"
PRODUCTION = "http://schemas.microsoft.com/3dmanufacturing/production/2015/06"
TETRA_VERTICES = [(0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 2.0, 0.0), (0.0, 0.0, 3.0)]
TETRA_FACES = [(0, 2, 1), (0, 1, 3), (1, 2, 3), (0, 3, 2)]


def png(pixels: Any, kind: str = "PNG") -> bytes:
    """Return a picture file of (h, w, 3 or 4) sRGB bytes."""
    buffer = io.BytesIO()
    Image.fromarray(np.asarray(pixels, np.uint8)).save(buffer, kind, **({"lossless": True} if kind == "WEBP" else {}))
    return buffer.getvalue()


def tetra_mesh(triangle_extra: str = "", extras: list[str] | None = None) -> str:
    """Return the <mesh> of a tetrahedron of 1 × 2 × 3; `extras` are attributes of each triangle in turn."""
    extras = extras or [triangle_extra] * 4
    vertices = "".join(f'<vertex x="{x}" y="{y}" z="{z}"/>' for x, y, z in TETRA_VERTICES)
    triangles = "".join(
        f'<triangle v1="{a}" v2="{b}" v3="{c}" {extra}/>' for (a, b, c), extra in zip(TETRA_FACES, extras, strict=True)
    )
    return f"<mesh><vertices>{vertices}</vertices><triangles>{triangles}</triangles></mesh>"


def threemf(
    path: Path,
    resources: str,
    build: str,
    *,
    unit: str = "millimeter",
    parts: dict[str, bytes] | None = None,
    head: str = "",
) -> Path:
    """Write a 3MF whose root part holds `resources` and `build`, with further `parts` of the archive."""
    model = (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<model unit="{unit}" xmlns="{CORE}" xmlns:m="{MATERIALS}" '
        f'xmlns:p="{PRODUCTION}"><resources>{resources}</resources><build>{build}</build></model>'
    )
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
        'Target="/3D/3dmodel.model" Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/></Relationships>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", rels)
        archive.writestr("3D/3dmodel.model", model)
        for name, data in (parts or {}).items():
            archive.writestr(name, data)
    return path


class Gltf:
    """A glTF under construction: `add` stores an array and returns its accessor's number."""

    def __init__(self) -> None:
        self.binary = bytearray()
        self.tree: dict[str, Any] = {"asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}]}
        self.tree |= {"nodes": [{"mesh": 0}], "meshes": [], "accessors": [], "bufferViews": []}

    def view(self, data: bytes, **extra: Any) -> int:
        self.binary += b"\0" * (-len(self.binary) % 4)
        start = len(self.binary)
        self.binary += data
        self.tree["bufferViews"].append({"buffer": 0, "byteOffset": start, "byteLength": len(data), **extra})
        return len(self.tree["bufferViews"]) - 1

    def add(self, values: Any, kind: str, dtype: str, **extra: Any) -> int:
        array = np.asarray(values, dtype)
        component = {"<f4": 5126, "<u2": 5123, "<u4": 5125, "<u1": 5121, "<i2": 5122, "<i1": 5120}[dtype]
        accessor = {
            "bufferView": self.view(array.tobytes()),
            "componentType": component,
            "count": len(array),
            "type": kind,
        }
        self.tree["accessors"].append(accessor | extra)
        return len(self.tree["accessors"]) - 1

    def tetra(self, **primitive: Any) -> dict[str, Any]:
        """Add a mesh of one tetrahedron and return its primitive."""
        attributes = {"POSITION": self.add(TETRA_VERTICES, "VEC3", "<f4")}
        indices = self.add(np.array(TETRA_FACES).reshape(-1), "SCALAR", "<u2")
        made = {"attributes": attributes, "indices": indices, **primitive}
        self.tree["meshes"].append({"primitives": [made]})
        return made

    def texture(self, data: bytes, mime: str = "image/png", **texture: Any) -> int:
        """Add a picture and a texture that shows it; return the texture's number."""
        images = self.tree.setdefault("images", [])
        images.append({"bufferView": self.view(data), "mimeType": mime})
        textures = self.tree.setdefault("textures", [])
        textures.append({"source": len(images) - 1, **texture})
        return len(textures) - 1

    def write(self, path: Path) -> Path:
        """Write a GLB."""
        self.tree["buffers"] = [{"byteLength": len(self.binary)}]
        text = json.dumps(self.tree).encode()
        text += b" " * (-len(text) % 4)
        binary = bytes(self.binary) + b"\0" * (-len(self.binary) % 4)
        body = len(text).to_bytes(4, "little") + b"JSON" + text + len(binary).to_bytes(4, "little") + b"BIN\0" + binary
        path.write_bytes(b"glTF" + (2).to_bytes(4, "little") + (12 + len(body)).to_bytes(4, "little") + body)
        return path


def y_up(vertices: Any) -> np.ndarray:
    """Return Z-up coordinates of glTF's Y-up ones."""
    x, y, z = np.asarray(vertices, float).T
    return np.column_stack([x, -z, y])
