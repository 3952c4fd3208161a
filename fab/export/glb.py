"""GLB (glTF 2.0): a picture of the part, in metres, Y up, with a colour at each vertex.

Positions are stored in the part's own float32 millimetres and a node scales them by 0.001, so nothing is rounded.
COLOR_0 is linear, as section 3.7.2.1 asks, in 16 bits: 8 linear bits would show steps in the dark.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from numpy.typing import NDArray

from fab.colour import ColourField
from fab.errors import ExportFailed
from fab.export.atomic import write_bytes_checked
from fab.export.refine import split_long_edges
from fab.export.sampling import vertex_normals
from fab.readers.read import read_model
from fab.solid import Solid
from fab.srgb import bytes_to_linear, linear_to_srgb

FINEST, COARSEST = 256, 16
"""Edges are split down to the longest side divided by the first where colours change along them; every edge of a
coloured part at least to that divided by the second, so that no pattern is stepped over."""
LEAST_STEP = 4 / 255
"""Difference in sRGB between an edge's middle and its blended ends from which it is split."""
MAX_FACES = 500_000
"""Faces that splitting is kept to; a part that has more already is hardly split."""
METRES_PER_MM = 0.001
_ARRAY, _ELEMENTS = 34962, 34963
_FLOAT, _UINT16, _UINT32 = 5126, 5123, 5125


def write_glb(solid: Solid, path: Path) -> None:
    """Write the solid for viewing, at its true size; raises ExportFailed unless it reads back the same.

    Where colours change along an edge it is split for their sake: the surface stays, the triangles get more.
    """
    vertices, faces, rgba = solid.vertices, solid.faces, None
    if solid.colour is not None and solid.colour.has_colour:
        vertices, faces = _fine_enough(vertices, faces, solid.colour)
        rgba = solid.colour.at(vertices, vertex_normals(vertices, faces))
    data = _pack(vertices, faces, rgba, solid.name, METRES_PER_MM)
    write_bytes_checked(path, data, lambda file: _check(file, vertices * METRES_PER_MM, faces, rgba))


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
    vertices, faces = np.asarray(mesh.vertices, np.float64), np.asarray(mesh.faces, np.int64)
    data = _pack(vertices, faces, rgba, Path(path).stem, 1.0)
    kept = vertices.astype(np.float32).astype(np.float64)
    write_bytes_checked(path, data, lambda file: _check(file, kept, faces, rgba))


def _fine_enough(
    vertices: NDArray[np.float64], faces: NDArray[np.int64], colour: ColourField
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the mesh with edges split where colours ask for it, as far as `MAX_FACES` allows."""
    longest = float(np.ptp(vertices, axis=0).max())
    corners = vertices[faces]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1).sum() / 2
    affordable = float(
        np.sqrt(7.0 * area / MAX_FACES)
    )  # halving leaves faces of limit² / 7 at the least, slivers apart

    def hides_colour(points: NDArray[np.float64], ends: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which edges (k, 2) are too long to know, or have another colour in the middle than a blend."""
        used, row = np.unique(ends, return_inverse=True)
        a, b = points[ends[:, 0]], points[ends[:, 1]]
        rgba = colour.at(np.concatenate([points[used], (a + b) / 2]))
        blend = linear_to_srgb(rgba[row.reshape(-1, 2)].mean(axis=1))
        differs = np.abs(linear_to_srgb(rgba[len(used) :]) - blend).max(axis=1) > LEAST_STEP
        return np.asarray(differs | (np.linalg.norm(a - b, axis=1) > longest / COARSEST))

    vertices, faces = split_long_edges(vertices, faces, max(longest / FINEST, affordable), hides_colour)
    return vertices.astype(np.float32).astype(np.float64), faces


def pack_glb(
    vertices: NDArray[np.float64],
    faces: NDArray[np.int64],
    rgba: NDArray[np.float64] | None = None,
    name: str = "part",
    scale: float = 1.0,
) -> bytes:
    """Return a GLB of arrays in glTF's own Y-up axes; `rgba` (n, 4) is linear."""
    arrays: list[tuple[NDArray[Any], str, int, int]] = [
        (vertices.astype("<f4"), "VEC3", _FLOAT, _ARRAY),
        (faces.reshape(-1).astype("<u4"), "SCALAR", _UINT32, _ELEMENTS),
    ]
    attributes = {"POSITION": 0}
    if rgba is not None:
        attributes["COLOR_0"] = 2
        arrays.append((np.round(np.clip(rgba, 0, 1) * 65535).astype("<u2"), "VEC4", _UINT16, _ARRAY))
    tree = _tree(name, scale, attributes)
    tree["accessors"], tree["bufferViews"], binary = _lay_out(arrays)
    tree["buffers"] = [{"byteLength": len(binary)}]
    return _join(json.dumps(tree, separators=(",", ":"), sort_keys=True).encode(), binary)


def _pack(
    vertices: NDArray[np.float64], faces: NDArray[np.int64], rgba: NDArray[np.float64] | None, name: str, scale: float
) -> bytes:
    """Return a GLB of Z-up arrays: (x, y, z) is (x, z, -y) in glTF."""
    return pack_glb(np.column_stack([vertices[:, 0], vertices[:, 2], -vertices[:, 1]]), faces, rgba, name, scale)


def _tree(name: str, scale: float, attributes: dict[str, int]) -> dict[str, Any]:
    node: dict[str, Any] = {"mesh": 0, "name": name}
    if scale != 1.0:
        node["scale"] = [scale] * 3
    look = {"metallicFactor": 0.0, "roughnessFactor": 0.8}
    primitive = {"attributes": attributes, "indices": 1, "material": 0, "mode": 4}
    return {
        "asset": {"version": "2.0", "generator": "figurine"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [node],
        "materials": [{"name": "surface", "pbrMetallicRoughness": look, "doubleSided": False}],
        "meshes": [{"name": name, "primitives": [primitive]}],
    }


def _lay_out(
    arrays: list[tuple[NDArray[Any], str, int, int]],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], bytes]:
    """Return accessors, buffer views and the bytes of all arrays, each starting at a multiple of four."""
    accessors: list[dict[str, Any]] = []
    views: list[dict[str, Any]] = []
    binary = bytearray()
    for number, (values, kind, component, target) in enumerate(arrays):
        accessor = {"bufferView": number, "componentType": component, "count": len(values), "type": kind}
        if kind == "VEC3":
            accessor |= {"min": values.min(axis=0).tolist(), "max": values.max(axis=0).tolist()}
        if component == _UINT16:
            accessor["normalized"] = True
        data = values.tobytes()
        views.append({"buffer": 0, "byteOffset": len(binary), "byteLength": len(data), "target": target})
        accessors.append(accessor)
        binary += data + b"\0" * (-len(data) % 4)
    return accessors, views, bytes(binary)


def _join(text: bytes, binary: bytes) -> bytes:
    """Return the GLB container (section 4.4): header, JSON chunk, binary chunk."""
    text += b" " * (-len(text) % 4)
    length = 12 + 8 + len(text) + 8 + len(binary)
    head = b"glTF" + (2).to_bytes(4, "little") + length.to_bytes(4, "little")
    chunks = ((text, b"JSON"), (binary, b"BIN\0"))
    return head + b"".join(len(data).to_bytes(4, "little") + kind + data for data, kind in chunks)


def _check(
    path: Path, vertices: NDArray[np.float64], faces: NDArray[np.int64], rgba: NDArray[np.float64] | None
) -> None:
    """Raise ExportFailed unless the file reads back with the same vertices, faces and colours."""
    mesh = read_model(path).mesh
    if not np.array_equal(mesh.faces, faces) or not np.array_equal(mesh.vertices, vertices):
        raise ExportFailed("read back other geometry than was written; check the disk")
    if (mesh.visual.kind == "vertex") != (rgba is not None):
        raise ExportFailed("read back without its colours; check the disk")
    if rgba is not None:
        read = bytes_to_linear(np.asarray(mesh.visual.vertex_colors))
        if np.abs(read - np.clip(rgba, 0, 1)).max() > 0.005:
            raise ExportFailed("read back other colours than were written; check the disk")
