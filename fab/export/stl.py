"""Binary STL in millimetres."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fab.errors import ExportFailed
from fab.export.atomic import write_bytes_checked
from fab.gate import merge_float32
from fab.readers.stl import STL_TRIANGLE, read_stl
from fab.solid import Solid


def write_stl(solid: Solid, path: Path) -> None:
    """Write a binary STL in mm; raises ExportFailed unless merging what is read back gives the same solid."""
    triangles = pack_triangles(solid.vertices, solid.faces)
    data = header(solid.name) + len(triangles).to_bytes(4, "little") + triangles.tobytes()
    write_bytes_checked(path, data, lambda file: _check(file, solid))


def header(name: str) -> bytes:
    """Return 80 bytes that name the part and its unit, and cannot be mistaken for a text STL's first word."""
    return f"figurine, mm: {name}".encode("ascii", "replace")[:80].ljust(80, b"\0")


def pack_triangles(vertices: NDArray[np.float64], faces: NDArray[np.int64]) -> NDArray[np.void]:
    """Return the STL records of a mesh, with unit normals (zero for a face without area)."""
    corners = vertices[faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    triangles = np.zeros(len(faces), STL_TRIANGLE)
    triangles["normal"] = np.divide(normals, length, out=np.zeros_like(normals), where=length > 0)
    triangles["vertices"] = corners
    return triangles


def _check(path: Path, solid: Solid) -> None:
    mesh, _ = read_stl(path, [])
    vertices, faces = merge_float32(mesh.vertices, mesh.faces)
    if len(vertices) != len(solid.vertices) or len(faces) != len(solid.faces):
        got, meant = (len(vertices), len(faces)), (len(solid.vertices), len(solid.faces))
        raise ExportFailed(f"read back {got} vertices and faces, wrote {meant}; report this as a bug")
    if not np.array_equal(mesh.triangles.astype(np.float32), solid.vertices[solid.faces].astype(np.float32)):
        raise ExportFailed("read back other coordinates than were written; check the disk")
