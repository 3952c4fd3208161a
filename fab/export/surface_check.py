"""What a mesh file with colours has to hold when it is read back: the solid's triangles, each in its colour."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fab.errors import ExportFailed
from fab.export.sampling import vertex_colours
from fab.paint import Paint
from fab.palette.record import Painted
from fab.readers.read import read_model
from fab.solid import Solid
from fab.srgb import bytes_to_linear, linear_to_bytes

TOLERANCE = 0.01
"""Of linear light in the middle of a face: what is written is rounded to bytes of sRGB."""


def vertex_srgb(solid: Solid) -> NDArray[np.uint8] | None:
    """Return (n, 3) uint8 sRGB of the solid's vertices, or None where it has no colours."""
    if solid.colour is None or not solid.colour.has_colour:
        return None
    return linear_to_bytes(vertex_colours(solid))[:, :3]


def face_colours(part: Solid | Painted) -> NDArray[np.float64] | None:
    """Return (m, 4) linear RGBA in the middle of each face, or None for a part without colours."""
    if isinstance(part, Painted):
        return bytes_to_linear(part.face_srgb)
    colours = vertex_srgb(part)
    return None if colours is None else np.asarray(bytes_to_linear(colours)[part.faces].mean(axis=1))


def check_surface(path: Path, solid: Solid, colours: NDArray[np.float64] | None) -> None:
    """Raise ExportFailed unless the file holds the solid's triangles, in any order, and each in its colour."""
    mesh = read_model(path).mesh
    meant, wrote = _sorted(solid.vertices[solid.faces])
    read, found = _sorted(np.asarray(mesh.vertices)[mesh.faces])
    if not np.array_equal(wrote, found):
        raise ExportFailed("read back other geometry than was written; check the disk")
    paint = Paint.of(mesh)
    if paint.present != (colours is not None):
        raise ExportFailed("read back without the colours, or with others; check the disk")
    if colours is None:
        return
    shown = paint.at(np.arange(len(mesh.faces)), np.full((len(mesh.faces), 3), 1 / 3))
    if np.abs(shown[read, :3] - colours[meant, :3]).max() > TOLERANCE:
        raise ExportFailed("read back other colours than were written; check the disk")


def _sorted(triangles: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return an order of triangles (m, 3, 3) that does not depend on theirs, and the triangles in it."""
    rows = triangles.astype(np.float32).reshape(len(triangles), 9)
    order = np.lexsort(rows.T)
    return order, rows[order]
