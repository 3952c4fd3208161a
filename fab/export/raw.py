"""Numbers as given: `figurine repair IN OUT` keeps the frame and unit of IN, so nothing is scaled or turned here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fab.errors import ExportFailed
from fab.export.atomic import write_bytes_checked
from fab.export.glb_container import pack_glb
from fab.export.model_xml import MeshPart, filled, model_xml
from fab.export.package import pack_package
from fab.export.patches import Patch
from fab.export.ply import pack_ply
from fab.export.stl import header, pack_triangles
from fab.readers.read import read_model

Vertices = NDArray[np.float64]
Faces = NDArray[np.int64]


def write_raw(vertices: Vertices, faces: Faces, path: Path, unit: str = "millimeter") -> None:
    """Write (n, 3) float32 values and (m, 3) faces to .stl .ply .obj .off .glb or .3mf without touching a number.

    `unit` is the 3MF unit to declare; the other formats have none. Text formats get all digits, so that reading gives
    the same float64. Raises ExportFailed for another extension, or unless the file reads back equal.
    """
    path = Path(path)
    pack = _PACKERS.get(path.suffix.lower())
    if pack is None:
        raise ExportFailed(f"{path.name}: {path.suffix or 'no extension'} is not written; use {' '.join(RAW_FORMATS)}")
    vertices = np.asarray(vertices, np.float32).astype(np.float64)
    faces = np.asarray(faces, np.int64)
    data = pack(vertices, faces, path.stem, unit)
    write_bytes_checked(path, data, lambda file: _check(file, vertices[faces]))


def _stl(vertices: Vertices, faces: Faces, name: str, unit: str) -> bytes:
    return (
        header("repaired, unit as in the input")
        + len(faces).to_bytes(4, "little")
        + pack_triangles(vertices, faces).tobytes()
    )


def _ply(vertices: Vertices, faces: Faces, name: str, unit: str) -> bytes:
    return pack_ply(vertices, faces)


def _obj(vertices: Vertices, faces: Faces, name: str, unit: str) -> bytes:
    return (filled("v %r %r %r\n", vertices) + filled("f %d %d %d\n", faces + 1)).encode()


def _off(vertices: Vertices, faces: Faces, name: str, unit: str) -> bytes:
    head = f"OFF\n{len(vertices)} {len(faces)} 0\n"
    return (head + filled("%r %r %r\n", vertices) + filled("3 %d %d %d\n", faces)).encode()


def _glb(vertices: Vertices, faces: Faces, name: str, unit: str) -> bytes:
    return pack_glb([Patch(vertices, faces)], name=name)


def _threemf(vertices: Vertices, faces: Faces, name: str, unit: str) -> bytes:
    return pack_package(model_xml([MeshPart(name, vertices, faces)], name, unit=unit, digits="%r"))


_PACKERS: dict[str, Callable[[Vertices, Faces, str, str], bytes]] = {
    ".stl": _stl,
    ".ply": _ply,
    ".obj": _obj,
    ".off": _off,
    ".glb": _glb,
    ".3mf": _threemf,
}
RAW_FORMATS = tuple(_PACKERS)
"""The extensions that `write_raw` writes."""


def _check(path: Path, corners: NDArray[np.float64]) -> None:
    """Raise ExportFailed unless the file's own numbers, axes and unit undone, are the corners (m, 3, 3) written."""
    model = read_model(path)
    points = np.asarray(model.mesh.vertices) @ model.to_raw[:3, :3].T + model.to_raw[:3, 3]
    read = points[np.asarray(model.mesh.faces)].astype(np.float32)
    if not np.array_equal(read, corners.astype(np.float32)):
        raise ExportFailed("read back other numbers than were written; report this as a bug")
