"""Changes of filament counted here against those in a slicer's G-code."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import solids
from coloured_solids import BLACK, BLUE, RED, WHITE, Points, coloured, halves

import printers
from fab.export.threemf import write_threemf
from fab.palette.painted import PaletteWishes, paint
from fab.slicer import slice_file
from fab.solid import Solid

pytestmark = pytest.mark.slicer


def quarters() -> Solid:
    """Return a ball of four colours, each a slanted quarter."""

    def srgb(points: Points) -> Points:
        quarter = (points[:, 0] + 0.4 * points[:, 2] > 3) * 2 + (points[:, 1] - 0.5 * points[:, 2] > -4)
        return np.array([RED, WHITE, BLACK, BLUE])[quarter]

    return coloured(solids.ball(8.0, subdivisions=5), srgb)


@pytest.mark.parametrize(("make", "colours"), [(halves, 2), (quarters, 4)])
def test_a_slicer_changes_filament_as_often(make: object, colours: int, tmp_path: Path) -> None:
    assert callable(make)
    painted = paint(make(), PaletteWishes(colours=colours, line_mm=0.45))
    printer = printers.get("prusa-mk4s")
    file = tmp_path / "part.3mf"
    write_threemf(painted, file, bed_mm=printer.build_volume_mm[:2])
    filaments = tuple(colour.hex for colour in painted.palette.colours)
    sliced = slice_file(file, printer, tmp_path, colours=filaments, settings={"support_material": "0"})
    assert painted.costs[0].changes > 50
    assert painted.costs[0].changes == pytest.approx(sliced.gcode.tool_changes, rel=0.05)
