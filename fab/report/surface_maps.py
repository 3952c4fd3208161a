"""Numbers on the preview's surface, and the colours they are shown in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fab.checks.context import Context
from fab.checks.thin_parts import thin_parts_of
from fab.export.sampling import vertex_normals
from fab.measure.overhang import measure_overhang
from fab.palette.record import Painted
from fab.report.colour_scale import ColourScale, overhang_scale, thickness_scale
from fab.report.preview import Preview
from fab.srgb import linear_to_bytes
from printers.profile import Printer


@dataclass(frozen=True, eq=False)
class SurfaceMap:
    """A number for each vertex of the preview, or for each face where `per_face`, and the scale it is shown by."""

    values: NDArray[np.float64]
    scale: ColourScale
    per_face: bool = False

    @property
    def colours(self) -> NDArray[np.uint8]:
        """Return (n, 3) uint8 sRGB."""
        return self.scale.colours_of(self.values)


def thickness_map(preview: Preview, printer: Printer, context: Context) -> SurfaceMap:
    """Return the wall thickness at each vertex, in mm, as the checks measured it on the part itself."""
    rule = printer.rules.wall_supported_mm
    parts = thin_parts_of(preview.solid, printer, context)
    scale = thickness_scale(rule.floor, rule.recommended, parts.walls.thickness.cap_mm)
    nearest = preview.nearest_of(parts.walls.surface.vertices)
    return SurfaceMap(parts.walls.at_vertices_mm[nearest], scale)


def overhang_map(preview: Preview, printer: Printer, context: Context) -> SurfaceMap:
    """Return how far each face leans out, in degrees from the vertical, as the checks measured it."""
    solid = preview.solid
    overhang = context.once("overhang", lambda: measure_overhang(solid.vertices, solid.faces))
    scale = overhang_scale(printer.rules.overhang_from_vertical_deg.most)
    return SurfaceMap(overhang.angle_deg[preview.parents], scale, per_face=True)


def printed_colours(preview: Preview, painted: Painted) -> NDArray[np.uint8]:
    """Return (n, 3) uint8 sRGB at each vertex as the palette prints it."""
    import igl

    solid, points = painted.solid, np.ascontiguousarray(preview.vertices)
    tree = igl.AABB()
    tree.init(solid.vertices, solid.faces)
    _, nearest, _ = tree.squared_distance(solid.vertices, solid.faces, points)
    return np.ascontiguousarray(painted.face_srgb[np.asarray(nearest, np.int64).reshape(-1)])


def true_colours(preview: Preview) -> NDArray[np.uint8] | None:
    """Return (n, 3) uint8 sRGB at each vertex as the input has it, or None where it has no colour."""
    colour = preview.solid.colour
    if colour is None or not colour.has_colour:
        return None
    rgba = colour.at(preview.vertices, vertex_normals(preview.vertices, preview.faces))
    return np.ascontiguousarray(linear_to_bytes(rgba)[:, :3])
