"""PrusaSlicer takes any file silently: it must slice the test piece with ours, and show every key in its result."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from slicer_files import DEFINITION, write_json

from fab.export.stl import write_stl
from fab.test_piece.build import build_test_piece
from printers import Printer, get
from printers.exporting.prusaslicer import prusaslicer_keys, to_prusaslicer
from printers.importing import own_table, read_profile
from printers.importing.bounded import read_ends
from printers.importing.ini import parse_gcode, parse_ini
from printers.preset import printer_from

pytestmark = pytest.mark.slicer

DEFAULT_BED_CENTRE = np.array([100.0, 100.0])


def round_bed(folder: Path) -> Printer:
    """Return a delta printer as a user imports it from Cura."""
    size = {f"machine_{side}": {"default_value": 260} for side in ("width", "depth", "height")}
    shape = {"machine_shape": {"default_value": "elliptic"}, "machine_center_is_zero": {"default_value": True}}
    record = {**DEFINITION, "overrides": {**size, **shape}}
    return printer_from(*own_table(read_profile(write_json(folder / "delta.def.json", record)), "delta"))


FFF = ("flashforge-adventurer-5m", "round", "prusa-xl-5t", "bambu-lab-a1-mini", "bambu-lab-p1s")
"""A bed round the origin, a round bed, five colours, a plain one, one with a forbidden corner."""


def slice_piece(printer: Printer, folder: Path, *flags: str) -> Path:
    """Return the file that PrusaSlicer makes of the printer's test piece with the printer's config."""
    if shutil.which("prusa-slicer") is None:
        pytest.skip("prusa-slicer is not installed")
    write_stl(build_test_piece(printer), folder / "piece.stl")
    (folder / "printer.ini").write_text(to_prusaslicer(printer))
    result = folder / ("piece.gcode" if printer.process == "fdm" else "piece.sl1")
    load = ["--config-compatibility", "disable", "--load", str(folder / "printer.ini")]
    command = ["prusa-slicer", *load, *flags, str(folder / "piece.stl"), "-o", str(result)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert result.is_file(), done.stderr[-500:]
    return result


def figures(value: str) -> list[float | str]:
    """Return a value's parts, numbers as numbers: PrusaSlicer may write 0.20 for 0.2."""
    return [float(part) if re.fullmatch(r"-?[\d.]+(e-?\d+)?", part) else part for part in re.split("[,;x]", value)]


def printed_points(gcode: Path) -> np.ndarray:
    """Return (n, 2) the ends of all moves that put down plastic of the part itself, mm."""
    kind, x, y, points = "", 0.0, 0.0, []
    for line in gcode.read_text().splitlines():
        if line.startswith(";TYPE:"):
            kind = line[6:]
        elif line.startswith("G1 "):
            words = {word[0]: word[1:] for word in line.split(";")[0].split()}
            x, y = float(words.get("X", x)), float(words.get("Y", y))
            if (
                "E" in words
                and ("X" in words or "Y" in words)
                and kind not in ("", "Custom", "Skirt/Brim", "Wipe tower")
            ):
                points.append((x, y))
    return np.array(points)


def minutes_of(gcode: Path) -> float:
    found = re.search(r"; estimated printing time \(normal mode\) = (?:(\d+)h )?(?:(\d+)m )?(\d+)s", gcode.read_text())
    assert found is not None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return 60 * hours + minutes + seconds / 60


@pytest.mark.parametrize("name", FFF)
def test_filament(name: str, tmp_path: Path) -> None:
    printer = round_bed(tmp_path) if name == "round" else get(name)
    gcode = slice_piece(printer, tmp_path, "--export-gcode")
    held, _ = parse_gcode(read_ends(gcode), gcode.name)
    exported = prusaslicer_keys(printer)
    assert {key: figures(held[key]) for key in exported} == {key: figures(value) for key, value in exported.items()}
    points = printed_points(gcode)
    low, high = points.min(0), points.max(0)
    bed_low = np.array(printer.bed_min_xy_mm)
    bed_high = bed_low + printer.build_volume_mm[:2]
    assert (low >= bed_low).all()
    assert (high <= bed_high).all()
    assert np.linalg.norm((low + high) / 2 - DEFAULT_BED_CENTRE) > 8
    if printer.bed_shape == "elliptic":
        assert np.linalg.norm(points - (bed_low + bed_high) / 2, axis=1).max() < printer.build_volume_mm[0] / 2
    for area in printer.no_go_mm:
        corner = np.array(area)
        assert not ((points >= corner.min(0)) & (points <= corner.max(0))).all(axis=1).any()
    assert 15 <= minutes_of(gcode) <= 25


def test_a_fine_nozzle_takes_as_long(tmp_path: Path) -> None:
    assert 15 <= minutes_of(slice_piece(get("fdm-0.2"), tmp_path, "--export-gcode")) <= 25


def test_resin(tmp_path: Path) -> None:
    printer = get("elegoo-mars-5")
    archive = slice_piece(printer, tmp_path, "--supports-enable=0", "--pad-enable=0", "--export-sla")
    with zipfile.ZipFile(archive) as opened:
        held = parse_ini(opened.read("prusaslicer.ini").decode(), "prusaslicer.ini").flat
        layers = sorted(name for name in opened.namelist() if name.endswith(".png"))
        first = np.asarray(Image.open(io.BytesIO(opened.read(layers[1]))).convert("L"))
    exported = prusaslicer_keys(printer)
    assert {key: figures(held[key]) for key in exported} == {key: figures(value) for key, value in exported.items()}
    solid = build_test_piece(printer)
    assert sorted(first.shape) == sorted(printer.display_px or ())  # the default screen has 2560 x 1440
    assert len(layers) == pytest.approx(solid.extents_mm[2] / 0.05, abs=1)
    lit = np.argwhere(first > 127)
    spread_mm = np.sort(np.ptp(lit, axis=0) + 1) * 0.035
    assert spread_mm == pytest.approx(np.sort(solid.extents_mm[:2]), abs=0.45)  # 0.2 mm of elephant foot a side
    middle = (lit.min(0) + lit.max(0)) / 2
    assert middle == pytest.approx(np.array(first.shape) / 2, abs=20)
