from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import solids
import trimesh
from painted_solids import banded, palette
from wall_lines import outer_lines, wall_shares

from fab.export.threemf import write_threemf
from fab.palette.record import Painted
from fab.slicer import (
    Kind,
    Sliced,
    SliceFailed,
    Slicer,
    SlicerMissing,
    find_slicers,
    slice_file,
    slicer_at,
    warnings_in,
)
from fab.solid import Solid
from printers import get
from printers.errors import NotPossible

XL = get("prusa-xl-5t")
LINE_MM = 0.8


def test_without_a_slicer_it_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_slicers() == ()
    with pytest.raises(SlicerMissing, match="apt install prusa-slicer"):
        slicer_at()
    with pytest.raises(SlicerMissing, match="nowhere"):
        slicer_at("nowhere")


def test_it_is_found_on_the_path_and_told_apart_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("orca-slicer", "bambu-studio"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    assert [slicer.kind for slicer in find_slicers()] == [Kind.ORCASLICER, Kind.BAMBU_STUDIO]
    assert slicer_at(tmp_path / "bambu-studio").kind is Kind.BAMBU_STUDIO
    with pytest.raises(SlicerMissing, match="OrcaSlicer and Bambu Studio cannot be driven"):
        slicer_at()


def test_what_takes_no_gcode_is_not_sliced(tmp_path: Path) -> None:
    with pytest.raises(NotPossible, match="resin"):
        slice_file(tmp_path / "a.3mf", get("elegoo-mars-5"), tmp_path, slicer=Slicer(Kind.PRUSASLICER, "none"))


def test_warnings_are_lines_that_warn() -> None:
    output = "10 => Processing\n[2026-01-01 10:00:00] [0x7f] [warning] Loose extrusions\nDone. error: none made\n"
    assert warnings_in(output * 2) == ("Loose extrusions", "Done. error: none made")


def sliced(part: Painted, folder: Path, **others: object) -> Sliced:
    """Return what PrusaSlicer makes of a part with one nozzle for each of its colours."""
    if not any(slicer.kind is Kind.PRUSASLICER for slicer in find_slicers()):
        pytest.skip("prusa-slicer is not installed")
    write_threemf(part, folder / "part.3mf", bed_mm=(360, 360))
    colours = tuple(colour.hex for colour in part.palette.colours)
    return slice_file(folder / "part.3mf", XL, folder, colours=colours, **others)


@pytest.mark.slicer
@pytest.mark.parametrize("count", [4, 8, 16])
def test_each_colour_is_printed_with_its_own_filament(tmp_path: Path, count: int) -> None:
    part = banded(count, Solid(solids.ball(10.0, subdivisions=4), "ball"))
    done = sliced(part, tmp_path)
    assert done.gcode.tools == tuple(range(count))
    assert len(done.gcode.filament_g) == count
    assert min(done.gcode.filament_g) > 0
    assert done.gcode.layers == pytest.approx(100, abs=1)
    assert done.gcode.tool_changes >= count - 1


@pytest.mark.slicer
def test_walls_have_the_share_of_their_colour(tmp_path: Path) -> None:
    """Sectors of a ball, two of five the first: walls at the surface, for borders inside the part have some too."""
    solid = Solid(solids.ball(15.0, subdivisions=5), "ball")
    middle = solid.vertices[solid.faces].mean(axis=1)
    fifths = ((np.arctan2(middle[:, 1], middle[:, 0]) / (2 * np.pi) + 0.5) * 5).astype(np.int64)
    part = Painted(solid, fifths % 4, palette(4))
    lines = outer_lines(sliced(part, tmp_path).file)
    away = np.linalg.norm(lines[:, 1:4] - (180, 180, 15.1), axis=1)
    lines = lines[np.abs(away - 15) < LINE_MM]
    found = np.bincount(lines[:, 0].astype(int), lines[:, 4], 4)
    assert np.abs(found / found.sum() - wall_shares(part)).max() < 0.03


@pytest.mark.slicer
def test_supports_are_printed_with_what_is_loaded(tmp_path: Path) -> None:
    """A table that is filament 2 below its plate and filament 3 above: nothing of it or its supports needs another."""
    plate = trimesh.creation.box((30, 30, 4)).apply_translation((0, 0, 22))
    leg = trimesh.creation.box((6, 6, 22)).apply_translation((0, 0, 11))
    table = Solid(trimesh.boolean.union([plate, leg]), "table")
    high = table.vertices[table.faces][:, :, 2].min(axis=1) >= 20
    part = Painted(table, np.where(high, 2, 1).astype(np.int64), palette(3))
    done = sliced(part, tmp_path)
    assert done.gcode.support_share > 0.1
    assert done.gcode.tools == (1, 2)
    assert done.gcode.tool_changes <= 6


@pytest.mark.slicer
def test_paint_is_dropped_where_there_is_one_nozzle(tmp_path: Path) -> None:
    """What `figurine slice` has to catch."""
    one = {"nozzle_diameter": "0.4", "min_layer_height": "0.07", "max_layer_height": "0.3"}
    assert sliced(banded(4), tmp_path, settings=one).gcode.tools == (0,)


@pytest.mark.slicer
def test_what_cannot_be_sliced_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.3mf").write_bytes(b"no model")
    slicer = next((slicer for slicer in find_slicers() if slicer.kind is Kind.PRUSASLICER), None)
    if slicer is None:
        pytest.skip("prusa-slicer is not installed")
    with pytest.raises(SliceFailed, match=r"a\.3mf"):
        slice_file(tmp_path / "a.3mf", XL, tmp_path, slicer=slicer)
    assert slicer.version().startswith("PrusaSlicer-2.")
