"""What PrusaSlicer makes of a solid: the SLA layers it would expose, and where its G-code lays material.

/usr/bin/prusa-slicer (2.5 and later), without a window; see bench/validation.py for what is compared with it.
"""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fab.export.stl import write_stl
from fab.solid import Solid

PROGRAM = "prusa-slicer"
PIXEL_MM = 0.05
BED_MM = 400.0
LINE_MM = 0.45
REACH_MM = LINE_MM / 2.0 + 0.1
"""What is this close to the middle of a line is there: half a line and a bit."""
FILAMENT_MM = 1.75
WALLS: dict[str, dict[str, object]] = {
    "arachne": {"perimeter_generator": "arachne"},
    "classic": {"perimeter_generator": "classic", "thin_walls": 1},
    "plain": {"perimeter_generator": "classic", "thin_walls": 0},
}
"""How walls are drawn: of varying width; in lines of one width and single thinner ones where two do not fit; or without
these, as most of the profiles have it that come with PrusaSlicer."""
_WORD = re.compile(r"([XYZE])(-?[\d.]+)")


@dataclass(frozen=True, eq=False)
class SlaIslands:
    """Islands in SLA layers: where each begins, in mm in the solid's frame, and its largest area before it joins."""

    point_mm: NDArray[np.float64]
    most_mm2: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Laid:
    """Where G-code lays material: layers' tops (k,) mm, for each the segments (s, 4) x0 y0 x1 y1 and how wide (s,).

    Widths follow from the filament that is pushed, as a line with round sides has it; with them time and ml.
    """

    tops_mm: NDArray[np.float64]
    segments_mm: tuple[NDArray[np.float64], ...]
    widths_mm: tuple[NDArray[np.float64], ...]
    hours: float
    material_ml: float


def sla_islands(solid: Solid, layer_mm: float, folder: Path) -> SlaIslands:
    """Return the islands in the layers that PrusaSlicer writes, found pixel by pixel."""
    middle = (solid.vertices[:, :2].min(axis=0) + solid.vertices[:, :2].max(axis=0)) / 2.0
    follower = _Follower()
    for number, mask in enumerate(sla_layers(solid, layer_mm, folder)):
        follower.add(number, mask)
    height, width = follower.shape
    x = (follower.places[:, 1] + 0.5 - width / 2.0) * PIXEL_MM + middle[0]
    y = (height / 2.0 - follower.places[:, 0] - 0.5) * PIXEL_MM + middle[1]
    points = np.stack([x, y, follower.places[:, 2] * layer_mm], axis=1)
    return SlaIslands(points, np.array(follower.most, float) * PIXEL_MM**2)


def sla_layers(solid: Solid, layer_mm: float, folder: Path) -> Iterator[NDArray[np.bool_]]:
    """Yield the layers, a row for each y from the highest down, a column for each x."""
    x, y, z = solid.extents_mm
    columns, rows = (int(np.ceil((size + 2.0) / PIXEL_MM / 2.0)) * 2 for size in (x, y))
    width, depth = columns * PIXEL_MM, rows * PIXEL_MM
    settings = {
        "printer_technology": "SLA", "display_width": width, "display_height": depth, "display_pixels_x": columns,
        "display_pixels_y": rows, "display_orientation": "landscape", "display_mirror_x": 0, "display_mirror_y": 0,
        "bed_shape": f"0x0,{width}x0,{width}x{depth},0x{depth}", "max_print_height": z + 10.0, "layer_height": layer_mm,
        "initial_layer_height": layer_mm, "supports_enable": 0, "pad_enable": 0, "support_object_elevation": 0,
        "elefant_foot_compensation": 0, "absolute_correction": 0, "gamma_correction": 1, "faded_layers": 3,
    }  # fmt: skip
    archive = _slice(solid, folder, "--export-sla", "sl1", settings, (width / 2.0, depth / 2.0))
    with zipfile.ZipFile(archive) as package:
        names = sorted(name for name in package.namelist() if name.endswith(".png") and "thumb" not in name)
        for name in names:
            with Image.open(BytesIO(package.read(name))) as image:
                yield np.asarray(image.convert("L")) >= 128


class _Follower:
    """Follows connected pieces from layer to layer: one with nothing under it is an island until it meets another."""

    def __init__(self) -> None:
        self.state = np.zeros((1, 1), np.int32)  # 0 nothing, -1 held, else the number of the island + 1
        self._places: list[tuple[float, float, float]] = []
        self.most: list[int] = []
        self.ended: set[int] = set()

    @property
    def shape(self) -> tuple[int, int]:
        return self.state.shape[0], self.state.shape[1]

    @property
    def places(self) -> NDArray[np.float64]:
        return np.array(self._places, float).reshape(-1, 3)

    def add(self, number: int, mask: NDArray[np.bool_]) -> None:
        labels, found = cv2.connectedComponents(mask.view(np.uint8), connectivity=8)
        pieces = np.asarray(found, np.int32)
        count, state = labels - 1, np.zeros(labels, np.int32)
        if number == 0:
            state[1:] = -1
        else:
            self._look_below(pieces, count, number, state)
        self.state = state[pieces]

    def _look_below(self, pieces: NDArray[np.int32], count: int, number: int, state: NDArray[np.int32]) -> None:
        size = np.bincount(pieces.ravel(), minlength=count + 1)
        over = (pieces > 0) & (self.state != 0)
        kinds = len(self.most) + 2  # held, nothing, each island
        met = np.unique(pieces[over].astype(np.int64) * kinds + self.state[over] + 1)
        below: dict[int, set[int]] = {}
        for piece, found in zip((met // kinds).tolist(), (met % kinds - 1).tolist(), strict=True):
            below.setdefault(piece, set()).add(-1 if found in self.ended else found)
        for found in below.values():
            if len(found) > 1:
                self.ended |= found - {-1}
        for piece in range(1, count + 1):
            found = below.get(piece, set())
            if not found:
                self._begin(pieces == piece, number)
                self.most.append(int(size[piece]))
                state[piece] = len(self.most)
            elif len(found) > 1 or found & self.ended or found == {-1}:
                state[piece] = -1
            else:
                state[piece] = next(iter(found))
                self.most[state[piece] - 1] = max(self.most[state[piece] - 1], int(size[piece]))

    def _begin(self, piece: NDArray[np.bool_], number: int) -> None:
        rows, columns = np.nonzero(piece)
        nearest = np.hypot(rows - rows.mean(), columns - columns.mean()).argmin()
        self._places.append((float(rows[nearest]), float(columns[nearest]), float(number)))


def laid_material(solid: Solid, layer_mm: float, folder: Path, *, walls: str, infill: int = 15) -> Laid:
    """Return where PrusaSlicer lays material with a 0.4 mm nozzle, `walls` being one of `WALLS`."""
    settings: dict[str, object] = {
        "nozzle_diameter": 0.4, "layer_height": layer_mm, "first_layer_height": layer_mm,
        **WALLS[walls],
        "bed_shape": f"0x0,{BED_MM}x0,{BED_MM}x{BED_MM},0x{BED_MM}", "max_print_height": 400, "skirts": 0,
        "support_material": 0, "elefant_foot_compensation": 0, "perimeters": 2, "fill_density": f"{infill}%",
        "use_relative_e_distances": 0, "filament_diameter": FILAMENT_MM, "temperature": 210, "gcode_comments": 0,
    }  # fmt: skip
    if infill == 100:
        settings["fill_pattern"] = "rectilinear"  # others refuse to fill all
    file = _slice(solid, folder, "--export-gcode", "gcode", settings, (BED_MM / 2.0, BED_MM / 2.0))
    middle = (solid.vertices[:, :2].min(axis=0) + solid.vertices[:, :2].max(axis=0)) / 2.0
    return _parse(file, middle - BED_MM / 2.0, layer_mm)


def _parse(file: Path, shift: NDArray[np.float64], layer_mm: float) -> Laid:
    layers: dict[float, list[tuple[float, float, float, float, float]]] = {}
    x = y = e = z = 0.0
    hours, ml = 0.0, 0.0
    with file.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.startswith(";Z:"):
                z = float(line[3:])
            elif line.startswith("G92 E"):
                e = 0.0
            elif line.startswith(("G1 ", "G0 ")):
                words = {key: float(value) for key, value in _WORD.findall(line.partition(";")[0])}
                to = words.get("X", x), words.get("Y", y)
                if words.get("E", e) > e and to != (x, y):
                    layers.setdefault(z, []).append((x, y, *to, words["E"] - e))
                (x, y), e = to, words.get("E", e)
            elif line.startswith("; estimated printing time (normal mode)"):
                parts = {unit: int(count) for count, unit in re.findall(r"(\d+)([dhms])", line)}
                hours = parts.get("d", 0) * 24 + parts.get("h", 0) + parts.get("m", 0) / 60 + parts.get("s", 0) / 3600
            elif line.startswith("; filament used [cm3]"):
                ml = float(line.partition("=")[2])
    tops = sorted(layers)
    drawn = [np.array(layers[top], float) for top in tops]
    moved = tuple(segments[:, :4] + np.tile(shift, 2) for segments in drawn)
    return Laid(np.array(tops), moved, tuple(_width_mm(segments, layer_mm) for segments in drawn), hours, ml)


def _width_mm(lines: NDArray[np.float64], layer_mm: float) -> NDArray[np.float64]:
    """Return how wide lines (s, 5) x0 y0 x1 y1 and filament come out: a rectangle with a half circle on each side."""
    length = np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1])
    section = lines[:, 4] * np.pi / 4.0 * FILAMENT_MM**2 / length
    return np.asarray(section / layer_mm + layer_mm * (1.0 - np.pi / 4.0))


def is_laid(laid: Laid, points_mm: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return whether material comes within half a line and a bit of each point (n, 3), in the layer it lies in."""
    layer = np.minimum(np.searchsorted(laid.tops_mm, points_mm[:, 2]), len(laid.tops_mm) - 1)
    found = np.zeros(len(points_mm), np.bool_)
    for number in np.unique(layer):
        mine = np.flatnonzero(layer == number)
        start, end = laid.segments_mm[number][:, :2], laid.segments_mm[number][:, 2:]
        along = end - start
        length2 = np.maximum((along**2).sum(axis=1), 1e-12)
        for point in mine:
            at = np.clip(((points_mm[point, :2] - start) * along).sum(axis=1) / length2, 0.0, 1.0)
            way = np.linalg.norm(start + at[:, None] * along - points_mm[point, :2], axis=1).min()
            found[point] = way <= REACH_MM
    return found


def _slice(
    solid: Solid, folder: Path, action: str, suffix: str, settings: dict[str, object], centre: tuple[float, float]
) -> Path:
    model, config, out = (folder / f"part.{kind}" for kind in ("stl", "ini", suffix))
    write_stl(solid, model)
    config.write_text("".join(f"{key} = {value}\n" for key, value in settings.items()))
    out.unlink(missing_ok=True)
    place = ["--center", f"{centre[0]},{centre[1]}", "--dont-arrange"]
    command = [PROGRAM, "--load", str(config), *place, action, str(model), "-o", str(out)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    if not out.is_file():
        raise RuntimeError(f"{PROGRAM} wrote no {suffix}: {(told.stderr or told.stdout).strip()[-300:]}")
    return out
