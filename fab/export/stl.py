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
    write_mesh_stl(solid.vertices, solid.faces, solid.name, path)


def write_mesh_stl(vertices: NDArray[np.float64], faces: NDArray[np.int64], name: str, path: Path) -> None:
    """Write a closed mesh in mm, values of float32, as `write_stl` does; a colour's solid need not stand on z = 0."""
    triangles = pack_triangles(vertices, faces)
    data = header(name) + len(triangles).to_bytes(4, "little") + triangles.tobytes()
    write_bytes_checked(path, data, lambda file: _check(file, vertices, faces))


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


def _check(path: Path, vertices: NDArray[np.float64], faces: NDArray[np.int64]) -> None:
    mesh, _ = read_stl(path, [])
    merged, kept = merge_float32(mesh.vertices, mesh.faces)
    if len(merged) != len(vertices) or len(kept) != len(faces):
        got, meant = (len(merged), len(kept)), (len(vertices), len(faces))
        raise ExportFailed(f"read back {got} vertices and faces, wrote {meant}; report this as a bug")
    if not np.array_equal(mesh.triangles.astype(np.float32), vertices[faces].astype(np.float32)):
        raise ExportFailed("read back other coordinates than were written; check the disk")
