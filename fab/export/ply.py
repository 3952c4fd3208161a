"""Binary PLY in millimetres, Z up: a palette's colours on the faces, other colours at the vertices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fab.export.atomic import write_bytes_checked
from fab.export.surface_check import check_surface, face_colours, vertex_srgb
from fab.palette.record import Painted
from fab.solid import Solid

_RGB = "property uchar red\nproperty uchar green\nproperty uchar blue\n"


def write_ply(part: Solid | Painted, path: Path) -> None:
    """Write a PLY; raises ExportFailed unless it reads back with the same triangles and colours."""
    solid = part.solid if isinstance(part, Painted) else part
    of_faces = part.face_srgb if isinstance(part, Painted) else None
    of_vertices = None if isinstance(part, Painted) else vertex_srgb(part)
    data = pack_ply(solid.vertices, solid.faces, vertex_srgb=of_vertices, face_srgb=of_faces)
    meant = face_colours(part)
    write_bytes_checked(path, data, lambda file: check_surface(file, solid, meant))


def pack_ply(
    vertices: NDArray[np.float64],
    faces: NDArray[np.int64],
    *,
    vertex_srgb: NDArray[np.uint8] | None = None,
    face_srgb: NDArray[np.uint8] | None = None,
) -> bytes:
    """Return a little-endian PLY of float32 vertices (n, 3) and faces (m, 3), with (n, 3) or (m, 3) uint8 colours."""
    head = (
        "ply\nformat binary_little_endian 1.0\ncomment figurine\n"
        f"element vertex {len(vertices)}\nproperty float x\nproperty float y\nproperty float z\n"
        f"{_RGB if vertex_srgb is not None else ''}"
        f"element face {len(faces)}\nproperty list uchar int vertex_indices\n"
        f"{_RGB if face_srgb is not None else ''}end_header\n"
    )
    points = np.zeros(len(vertices), [("place", "<f4", 3), *_colour_field(vertex_srgb)])
    points["place"] = vertices
    triangles = np.zeros(len(faces), [("count", "u1"), ("corners", "<i4", 3), *_colour_field(face_srgb)])
    triangles["count"], triangles["corners"] = 3, faces
    for rows, colours in ((points, vertex_srgb), (triangles, face_srgb)):
        if colours is not None:
            rows["rgb"] = colours
    return head.encode() + points.tobytes() + triangles.tobytes()


def _colour_field(colours: NDArray[np.uint8] | None) -> list[tuple[str, str, int]]:
    return [] if colours is None else [("rgb", "u1", 3)]
