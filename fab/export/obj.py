"""Wavefront OBJ in millimetres, Z up: a palette as materials in an `.mtl` beside it, other colours at the vertices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fab.export.atomic import write_bytes_checked
from fab.export.model_xml import filled
from fab.export.surface_check import check_surface, face_colours, vertex_srgb
from fab.palette.record import Painted, Palette
from fab.solid import Solid


def write_obj(part: Solid | Painted, path: Path) -> None:
    """Write an OBJ, and for a painted part its materials beside; raises ExportFailed unless it reads back the same.

    The format has no unit and no word for sRGB: readers take `v x y z r g b` and `Kd` as 0 to 1 of sRGB.
    """
    path, solid = Path(path), part.solid if isinstance(part, Painted) else part
    if isinstance(part, Painted):
        materials = path.with_suffix(".mtl")
        write_bytes_checked(materials, _materials(part.palette).encode(), lambda file: None)
        text = f"mtllib {materials.name}\n" + _points(solid) + _painted_faces(part)
    else:
        text = _points(solid, vertex_srgb(solid)) + filled("f %d %d %d\n", solid.faces + 1)
    meant = face_colours(part)
    write_bytes_checked(path, text.encode(), lambda file: check_surface(file, solid, meant))


def _points(solid: Solid, colours: NDArray[np.uint8] | None = None) -> str:
    head = f"# figurine, mm: {solid.name.encode('ascii', 'replace').decode()}\n"
    if colours is None:
        return head + filled("v %.9g %.9g %.9g\n", solid.vertices)
    rows = np.column_stack([solid.vertices, colours / 255.0])
    return head + filled("v %.9g %.9g %.9g %.6f %.6f %.6f\n", rows)


def _materials(palette: Palette) -> str:
    lines = []
    for slot, colour in enumerate(palette.colours):
        red, green, blue = (value / 255 for value in colour.srgb)
        lines.append(f"newmtl slot{slot + 1}\nKd {red:.6f} {green:.6f} {blue:.6f}\nillum 1\n")
    return "".join(lines)


def _painted_faces(part: Painted) -> str:
    groups = [(slot, part.solid.faces[part.slots == slot] + 1) for slot in range(len(part.palette.colours))]
    return "".join(f"usemtl slot{slot + 1}\n" + filled("f %d %d %d\n", faces) for slot, faces in groups if len(faces))
