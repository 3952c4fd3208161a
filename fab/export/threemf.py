"""3MF: the standard file that any reader takes, painted for slicers where the part has a palette."""

from __future__ import annotations

import zipfile
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fab.errors import ExportFailed
from fab.export.atomic import write_bytes_checked
from fab.export.bambu import BAMBU, project_files
from fab.export.model_xml import STANDARD, MeshPart, group_id, model_xml, object_id, textures_of
from fab.export.package import MODEL_PART, pack_package
from fab.export.properties import Properties, of_palette, of_vertices
from fab.export.sampling import vertex_colours
from fab.export.textured import textured_part
from fab.palette.record import Painted
from fab.readers.threemf_parts import Part, PropertyGroup, parse_part
from fab.solid import Solid
from printers.profile import Printer

Colouring = Literal["vertex", "texture", "none"]
"""How a solid without a palette carries its colours."""


def write_threemf(
    part: Solid | Painted | Sequence[Solid | Painted],
    path: Path,
    bed_mm: tuple[float, float] | None = None,
    thumbnail: bytes | None = None,
    *,
    colouring: Colouring = "vertex",
    project: Printer | None = None,
) -> None:
    """Write a 3MF in millimetres; raises ExportFailed unless it reads back with the same triangles and colours.

    A painted solid has one colour a triangle, named for slicers too; another one blends the colours of its vertices,
    shows the input's pictures, or is a bare shape, by `colouring`. Several parts become one object of components under
    their names, kept where they are to each other; they share the slots of the first palette among them.
    The part stands on z = 0 in the positive octant, in the middle of a bed of `bed_mm` (x, y) where one is given.
    `thumbnail` is a PNG. With `project` it is a project of Bambu Studio and OrcaSlicer for that printer, and only
    others' lax readers take its painting.
    """
    several = [part] if isinstance(part, Solid | Painted) else list(part)
    parts = [mesh_part(one, colouring) for one in several]
    title = parts[0].name if len(parts) == 1 else path.stem
    offset = offset_of(parts, bed_mm)
    model = model_xml(parts, title, dialect=STANDARD if project is None else BAMBU, offset=offset)
    palette = next((one.palette.colours for one in several if isinstance(one, Painted)), ())
    filaments = [colour.hex for colour in palette] or ["#FFFFFF"]
    others = project_files(parts, title, project, filaments, thumbnail) if project is not None else {}
    data = pack_package(model, thumbnail=thumbnail, textures=textures_of(parts), others=others)
    write_bytes_checked(path, data, lambda file: check_model(file, parts, offset))


def mesh_part(part: Solid | Painted, colouring: Colouring = "vertex") -> MeshPart:
    """Return a part as it is written: in a palette's colours, or those that `colouring` asks for."""
    if isinstance(part, Painted):
        table = np.array([colour.srgb for colour in part.palette.colours], np.uint8)
        solid = part.solid
        return MeshPart(solid.name, solid.vertices, solid.faces, (of_palette(table, part.slots),))
    if colouring == "none" or part.colour is None or not part.colour.has_colour:
        return MeshPart(part.name, part.vertices, part.faces)
    if colouring == "texture":
        return textured_part(part)
    return MeshPart(part.name, part.vertices, part.faces, (of_vertices(vertex_colours(part), part.faces),))


def offset_of(parts: Sequence[MeshPart], bed_mm: tuple[float, float] | None) -> NDArray[np.float64]:
    """Return the (3,) shift of the build item: into the positive octant, or onto the middle of the bed."""
    low = np.min([part.vertices.min(axis=0) for part in parts], axis=0)
    high = np.max([part.vertices.max(axis=0) for part in parts], axis=0)
    shift = -low
    if bed_mm is not None:
        shift[:2] = np.asarray(bed_mm) / 2 - (low[:2] + high[:2]) / 2
    return np.asarray(shift) + 0.0  # no -0


def check_model(path: Path, parts: Sequence[MeshPart], offset: NDArray[np.float64]) -> None:
    """Raise ExportFailed unless the file holds these very triangles, in mm and in place, each with its colours."""
    with zipfile.ZipFile(path) as archive, archive.open(MODEL_PART) as stream:
        model = parse_part(stream)
    if model.unit != "millimeter" or not np.allclose(model.items[0].matrix[:3, 3], offset, rtol=1e-7, atol=0):
        raise ExportFailed("read back another unit or place; report this as a bug")
    for number, part in enumerate(parts):
        found = model.objects[str(object_id(number))]
        table = np.array(found.triangles, np.int64).reshape(-1, 6)
        if not np.array_equal(table[:, :3], part.faces):
            raise ExportFailed(f"read back {len(table)} triangles, other than the {len(part.faces)} written")
        if not np.array_equal(found.vertices.astype(np.float32), part.vertices.astype(np.float32)):
            raise ExportFailed("read back other coordinates than were written; check the disk")
        codes = [code for one in part.properties for code in _painting(one)]
        if found.codes != codes:
            raise ExportFailed("read back another painting than was written; check the disk")
        start = 0
        for which, properties in enumerate(part.properties):
            group, end = str(group_id(number, which)), start + len(properties.index)
            _check_colours(properties, found.groups[start:end], table[start:end, 3:], group, model)
            start = end


def _painting(properties: Properties) -> list[str]:
    """Return the code of each triangle, nothing where none is painted."""
    return np.array(properties.codes, object)[properties.index[:, 0]].tolist() if properties.codes else []


def _check_colours(meant: Properties, groups: array[int], index: NDArray[np.int64], group: str, model: Part) -> None:
    rows = _rows(model.groups[group])
    same = np.array_equal(rows, meant.rows.astype(rows.dtype))
    if not same or set(groups) != {model.group_ids[group]} or (index != meant.index).any():
        raise ExportFailed("read back other colours than were written; check the disk")


def _rows(group: PropertyGroup) -> NDArray[np.int64] | NDArray[np.float32]:
    if group.texture is not None:
        return np.array(group.uv, np.float32).reshape(-1, 2)
    return np.array([int(word[1:7], 16) for word in group.colours], np.int64)
