"""Draw `pictures/wyrmling_rods.png`: what `thin-feature` fails in a model, in red, from two sides.

python docs/make_alarm_picture.py WYRMLING.stl
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import trimesh
from numpy.typing import NDArray

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

import printers  # noqa: E402
from fab.checks.context import Context  # noqa: E402
from fab.checks.thin_parts import Level, ThinParts, sort_by_level, thin_parts_of  # noqa: E402
from fab.findings import Severity  # noqa: E402
from fab.render import contact_sheet, render_around, save_png  # noqa: E402
from figurine.recommending import solid_of  # noqa: E402

PICTURE = REPOSITORY / "docs" / "pictures" / "wyrmling_rods.png"
PRINTER = printers.get("fdm-0.4")
HEIGHT_MM = 75.0
FROM_DEG, ELEVATION_DEG = (25.0, 90.0), 8.0
SIZE_PX = 420
GREY, RED, PAPER = (176, 188, 198, 255), (194, 0, 98, 255), (238, 238, 236)


def main(arguments: Sequence[str] | None = None) -> None:
    """Judge the model and write the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    model = parser.parse_args(arguments).model
    solid = solid_of(model, [PRINTER], height_mm=HEIGHT_MM)
    parts = thin_parts_of(solid, PRINTER, Context())
    surface = parts.walls.surface
    mesh = trimesh.Trimesh(surface.vertices, surface.faces, process=False)
    views = render_around(mesh, FROM_DEG, elevation_deg=ELEVATION_DEG, size_px=SIZE_PX, colours=colours_of(parts))
    save_png(contact_sheet(views, 2, PAPER), PICTURE)


def colours_of(parts: ThinParts) -> NDArray[np.uint8]:
    """Return (m, 4) the colour of each face: red where `thin-feature` fails it."""
    floor = PRINTER.rules.feature_mm
    level = Level("feature-too-thin", Severity.FAIL, floor.floor, floor.floor_source)
    colours = np.tile(np.array(GREY, np.uint8), (len(parts.walls.surface.faces), 1))
    for region, found in sort_by_level(parts, [level], rods=True):
        if found.severity is Severity.FAIL:
            colours[region.faces] = RED
    return colours


if __name__ == "__main__":
    main()
