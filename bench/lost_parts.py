"""Small minis, place by place: what G-code leaves out of them, beside what we call too thin.

    python bench/lost_parts.py MODELS… [--height MM]

Without a height each model is shrunk until its thinnest part that sticks out has 0.7 of one line of a 0.4 mm nozzle.
The truth is cells of 0.1 mm in each layer: the slicer's own section, and how far each is from a line of its G-code.
What we call is looked up there, and what is lost is looked up among what we call. Prints rows of Markdown.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from false_alarms import thinnest_mm
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, find_objects, label
from scipy.spatial import cKDTree
from slicer_truth import PIXEL_MM, REACH_MM, WALLS, Laid, laid_material, sla_layers

import printers
from fab.checks.context import Context
from fab.checks.thin_parts import ThinParts, thin_parts_of
from fab.measure.thin_regions import DEPTH, EDGE_DEPTH, ThinRegion
from fab.solid import Solid
from figurine.recommending import solid_of

PRINTER = printers.get("fdm-0.4")
LINE_MM = PRINTER.line_mm or 0.42
LAYER_MM = 0.2
STEP = 2
CELL_MM = STEP * PIXEL_MM
SHRUNK = 0.7
TIP_MM = 0.6
"""What is lost no further than this from what is kept is an edge or a corner, rounded as prints round them."""
DEEP_MM = DEPTH * LINE_MM
"""What is lost so far from what is kept sticks out as far as what we call; less is a tip."""
NEAR_MM = 0.4
WIDER = 1.25


@dataclass(frozen=True, eq=False)
class Grid:
    """A solid in cells (z, y, x): what is solid, and what of it no line comes near; the middle of the first cell."""

    solid: NDArray[np.bool_]
    lost: NDArray[np.bool_]
    first_mm: NDArray[np.float64]

    def at(self, points_mm: NDArray[np.float64]) -> tuple[NDArray[np.int64], ...]:
        """Return the cells (z, y, x) of points (n, 3), the nearest for those outside."""
        cells = np.round((points_mm - self.first_mm) / [CELL_MM, CELL_MM, LAYER_MM]).astype(np.int64)
        z, y, x = (np.clip(cells[:, 2 - i], 0, size - 1) for i, size in enumerate(self.lost.shape))
        return z, y, x

    def points(self, cells: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the middles (n, 3) in mm of cells (n, 3) of z, y, x."""
        return self.first_mm + cells[:, ::-1] * [CELL_MM, CELL_MM, LAYER_MM]


@dataclass(frozen=True)
class Places:
    """What becomes of walls and rods that we call, and who calls the parts that are lost: deep ones and tips."""

    walls: Counter[str] = field(default_factory=Counter)
    rods: Counter[str] = field(default_factory=Counter)
    deep: Counter[str] = field(default_factory=Counter)
    tips: Counter[str] = field(default_factory=Counter)

    def add(self, other: Places) -> None:
        """Count what another has as well."""
        for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True):
            mine.update(theirs)

    def __str__(self) -> str:
        """Return cells of a table."""
        counts = (", ".join(f"{count} {what}" for what, count in sorted(c.items())) for c in vars(self).values())
        return " | ".join(text or "–" for text in counts)


def main() -> None:
    """Print for each model and kind of wall what is called and what of it is absent, what is lost and called."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("models", nargs="+", type=Path)
    options.add_argument("--height", type=float, help="height in mm instead of shrinking")
    options.add_argument("--own", action="store_true", help="at their own size instead of shrinking")
    asked = options.parse_args()
    print("| model, height | drawn | called walls | called rods | lost deep | lost tips |\n" + "|---" * 6 + "|")
    total = {name: Places() for name in WALLS}
    for path in asked.models:
        solid = solid_of(path, [PRINTER], scale=1.0) if asked.own else sized(path, asked.height)
        parts = thin_parts_of(solid, PRINTER, Context())
        with tempfile.TemporaryDirectory() as scratch:
            layers = [mask[::-1][::STEP, ::STEP] for mask in sla_layers(solid, LAYER_MM, Path(scratch))]
            for walls, sums in total.items():
                laid = laid_material(solid, LAYER_MM, Path(scratch), walls=walls, infill=100)
                found = places_of(parts, grid_of(solid, np.stack(layers), laid), laid)
                print(f"| {path.stem}, {solid.extents_mm[2]:.1f} mm | {walls} | {found} |", flush=True)
                sums.add(found)
    print("\n".join(f"| together | {walls} | {sums} |" for walls, sums in total.items()))


def sized(path: Path, height_mm: float | None) -> Solid:
    """Return the solid at a height, or so small that its thinnest part has `SHRUNK` of one line."""
    own = solid_of(path, [PRINTER], scale=1.0)
    return solid_of(path, [PRINTER], height_mm=height_mm or own.extents_mm[2] * SHRUNK * LINE_MM / thinnest_mm(own))


def grid_of(solid: Solid, layers: NDArray[np.bool_], laid: Laid) -> Grid:
    """Return the cells of the slicer's own sections (z, y, x), y upwards, with what of them the lines leave out."""
    _, rows, columns = layers.shape
    low, high = solid.vertices[:, :2].min(axis=0), solid.vertices[:, :2].max(axis=0)
    half = np.array([columns, rows]) * CELL_MM / 2.0
    first = np.append((low + high) / 2.0 - half + PIXEL_MM / 2.0, LAYER_MM / 2.0)
    lost = np.zeros_like(layers)
    for number, section in enumerate(layers):
        place = np.flatnonzero(np.isclose(laid.tops_mm, (number + 1) * LAYER_MM, atol=LAYER_MM / 4.0))
        segments = laid.segments_mm[place[0]] if len(place) else np.zeros((0, 4))
        lost[number] = section & (_away_mm(segments, first[:2], (rows, columns)) > REACH_MM)
    return Grid(layers, lost, first)


def _away_mm(
    segments: NDArray[np.float64], first_mm: NDArray[np.float64], shape: tuple[int, int]
) -> NDArray[np.float32]:
    """Return (rows, columns) how far each cell of one layer is from a line."""
    free = np.full(shape, 255, np.uint8)
    ends = np.round((segments.reshape(-1, 2, 2) - first_mm) / CELL_MM).astype(np.int32)
    cv2.polylines(free, list(ends), isClosed=False, color=0)
    return cv2.distanceTransform(free, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) * np.float32(CELL_MM)


def places_of(parts: ThinParts, grid: Grid, laid: Laid) -> Places:
    """Return what becomes of what we call thinner than one line, and what is lost."""
    called = [region for region in parts.below(LINE_MM) if not region.is_edge]
    wider = parts.below(2.0 * LINE_MM)
    named = {
        "called": [region for region in called if region.depth_mm >= EDGE_DEPTH * LINE_MM],
        "small": [region for region in called if region.depth_mm < EDGE_DEPTH * LINE_MM],
        "under two lines": [region for region in wider if not region.is_edge],
        "edge": [region for region in wider if region.is_edge],
    }
    found = Places()
    for region in named["called"]:
        (found.rods if region.form.is_rod else found.walls)[fate_of(region, parts, grid, laid)] += 1
    for cells, depth in lost_parts(grid):
        (found.deep if depth >= DEEP_MM else found.tips)[who_calls(cells, depth, parts, grid, named)] += 1
    return found


def fate_of(region: ThinRegion, parts: ThinParts, grid: Grid, laid: Laid) -> str:
    """Return what becomes of a thin region, by most of the middles of its wall."""
    middles = parts.walls.centres[region.faces]
    weight = parts.walls.area_mm2[region.faces]
    absent = grid.lost[grid.at(middles)]
    if weight[absent].sum() > 0.5 * weight.sum():
        return "absent"
    kept = ~absent
    wider = line_at(laid, middles[kept]) > WIDER * parts.walls.thickness.wall_mm[region.faces][kept]
    return "widened" if weight[kept][wider].sum() > 0.5 * weight[kept].sum() else "as drawn"


def line_at(laid: Laid, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how wide the line nearest to each point (n, 3) is, in the layer it lies in."""
    layer = np.minimum(np.searchsorted(laid.tops_mm, points_mm[:, 2]), len(laid.tops_mm) - 1)
    width = np.zeros(len(points_mm))
    for i, point in enumerate(points_mm):
        segments = laid.segments_mm[layer[i]]
        along = segments[:, 2:] - segments[:, :2]
        at = ((point[:2] - segments[:, :2]) * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-12)
        away = np.linalg.norm(segments[:, :2] + np.clip(at, 0.0, 1.0)[:, None] * along - point[:2], axis=1)
        width[i] = laid.widths_mm[layer[i]][away.argmin()]
    return width


def lost_parts(grid: Grid) -> Iterator[tuple[NDArray[np.int64], float]]:
    """Yield the cells (n, 3) of each part that is lost and reaches `TIP_MM` or more from what is kept, and how far."""
    pieces, _ = label(grid.lost, np.ones((3, 3, 3), int))
    pad = np.ceil(2.0 * DEEP_MM / np.array([LAYER_MM, CELL_MM, CELL_MM])).astype(int)
    for number, box in enumerate(find_objects(pieces), start=1):
        low = [max(part.start - more, 0) for part, more in zip(box, pad, strict=True)]
        room = tuple(slice(first, part.stop + more) for first, part, more in zip(low, box, pad, strict=True))
        mine, kept = pieces[room] == number, grid.solid[room] & ~grid.lost[room]
        away = distance_transform_edt(~kept, sampling=[LAYER_MM, CELL_MM, CELL_MM]) if kept.any() else np.inf * mine
        depth = float(away[mine].max())
        if depth >= TIP_MM:
            yield np.argwhere(mine) + low, depth


def who_calls(
    cells: NDArray[np.int64], depth: float, parts: ThinParts, grid: Grid, named: dict[str, list[ThinRegion]]
) -> str:
    """Return the first kind of regions that has one where a part is lost."""
    tree = cKDTree(grid.points(cells))
    for kind, regions in named.items():
        for region in regions:
            if np.isfinite(tree.query(parts.walls.centres[region.faces], distance_upper_bound=NEAR_MM)[0]).any():
                return kind
    x, y, z = grid.points(cells).mean(axis=0)
    print(f"  not called: {len(cells)} cells, {depth:.2f} mm deep, round ({x:.1f}, {y:.1f}, {z:.1f})", flush=True)
    return "not called"


if __name__ == "__main__":
    main()
