"""GLB (glTF 2.0): the part to look at, in metres, Y up, in the colours of the input.

Positions are stored in the part's own float32 millimetres and a node scales them by 0.001, so nothing is rounded unless
KHR_mesh_quantization is asked for. Pictures are those of the input, byte for byte where they are PNG or JPEG. COLOR_0
is linear, as section 3.7.2.1 asks, in 16 bits: 8 linear bits would show steps in the dark.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import trimesh
from numpy.typing import NDArray

from fab.errors import ExportFailed
from fab.export.atomic import write_bytes_checked
from fab.export.glb_container import pack_glb
from fab.export.patches import Patch, patches_of, whole
from fab.paint import Paint
from fab.readers.read import read_model
from fab.solid import Solid
from fab.srgb import bytes_to_linear

METRES_PER_MM = 0.001
COLOUR_TOLERANCE = 0.01
"""Of linear light, between a face's middle as it was meant and as it was read: bytes and float32 are not exact."""
_THIRDS = np.full(3, 1 / 3)


def write_glb(solid: Solid, path: Path, *, quantise: bool = False) -> None:
    """Write the solid for viewing, at its true size; raises ExportFailed unless it reads back the same.

    The surface stays; where repair added some, its triangles get more for the sake of their colours. With `quantise`
    positions are rounded to 1/65535 of the longest side.
    """
    patches = patches_of(solid)
    data = pack_glb([_y_up(patch) for patch in patches], solid.name, METRES_PER_MM, quantise=quantise)
    rounding = float(np.ptp(solid.vertices, axis=0).max()) / 65535 if quantise else 0.0
    write_bytes_checked(path, data, lambda file: _check(file, patches, METRES_PER_MM, rounding))


def write_mesh_glb(mesh: trimesh.Trimesh, path: Path) -> None:
    """Write a raw Z-up mesh without a unit, with its vertex colours: `read_model` gives the same float32 numbers back.

    Raises ExportFailed for a mesh with face colours or a picture, or one that does not read back the same.
    """
    rgba = None
    if mesh.visual.kind == "vertex":
        rgba = bytes_to_linear(np.asarray(mesh.visual.vertex_colors))
    elif mesh.visual.kind is not None:
        raise ExportFailed(
            f"{Path(path).name}: {mesh.visual.kind} colours, only vertex colours are written; convert them"
        )
    vertices = np.asarray(mesh.vertices, np.float32).astype(np.float64)
    patch = Patch(vertices, np.asarray(mesh.faces, np.int64), rgba)
    data = pack_glb([_y_up(patch)], Path(path).stem)
    write_bytes_checked(path, data, lambda file: _check(file, [patch], 1.0))


def _y_up(patch: Patch) -> Patch:
    """Return a patch with (x, y, z) as (x, z, -y), which is what glTF calls upright."""
    x, y, z = patch.vertices.T
    return replace(patch, vertices=np.column_stack([x, z, -y]))


def _check(path: Path, patches: list[Patch], scale: float, rounding: float = 0.0) -> None:
    """Raise ExportFailed unless the file reads back with the same triangles, in the same colours."""
    mesh = read_model(path).mesh
    vertices, faces = whole(patches)
    if not np.array_equal(mesh.faces, faces):
        raise ExportFailed("read back other faces than were written; check the disk")
    moved = np.abs(np.asarray(mesh.vertices) - vertices * scale).max()
    if moved > rounding * scale * (0.5 + 1e-3):
        raise ExportFailed("read back other coordinates than were written; check the disk")
    read = Paint.of(mesh)
    meant = np.concatenate([_middles(patch) for patch in patches])
    shown = read.at(np.arange(len(faces)), np.broadcast_to(_THIRDS, (len(faces), 3)))
    if np.abs(shown - meant).max(initial=0.0) > COLOUR_TOLERANCE:
        raise ExportFailed("read back other colours than were written; check the disk")


def _middles(patch: Patch) -> NDArray[np.float64]:
    """Return (m, 4) linear RGBA in the middle of each face, straight from the patch's arrays."""
    rgba = np.ones((len(patch.faces), 4))
    if patch.rgba is not None:
        rgba *= patch.rgba[patch.faces].mean(axis=1)
    if patch.uv is not None and patch.picture is not None:
        rgba *= patch.picture.at(patch.uv[patch.faces].mean(axis=1))
    return rgba
