"""Hold our findings against what PrusaSlicer makes of the same solids: islands in SLA layers, thin parts in G-code.

    python bench/validation.py MODELS… [--skip TEXT] [--height 75] [--checks] [--islands-only] [--out TABLES.md]

Islands at each model's own size in layers of 50 µm; thin parts, material and time at one height with a 0.4 mm nozzle.
Prints a line a model and ends with tables in Markdown.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from slicer_truth import PIXEL_MM, WALLS, Laid, is_laid, laid_material, sla_islands

import printers
from fab.checks.context import Context
from fab.checks.thin_parts import thin_parts_of
from fab.errors import FabError
from fab.findings import Severity
from fab.inspect import inspect
from fab.measure.islands import find_islands
from fab.measure.layers import slice_layers
from fab.solid import Solid
from figurine.costing import Prices, cost_of
from figurine.recommending import solid_of

RESIN, FILAMENT = printers.get("resin-50um"), printers.get("fdm-0.4")
RESIN_LAYER_MM, FILAMENT_LAYER_MM = 0.05, 0.2
LEAST_MM2 = 10 * PIXEL_MM**2
NEAR_MM, NEAR_LAYERS = 1.0, 3
SAMPLES = 3000
BINS_MM = (0.0, 0.1, 0.2, 0.3, 0.42, 0.6, 0.84, 1.2)
STEEP = 0.7


@dataclass
class Islands:
    """Counts of islands: both see it, only we do, only the slicer's layers have it."""

    both: int = 0
    ours_alone: int = 0
    theirs_alone: int = 0


@dataclass
class Thin:
    """Points by wall thickness (bins,) in all and absent from the G-code; of those that we call vanishing, and not."""

    points: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(BINS_MM), np.int64))
    absent: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(BINS_MM), np.int64))
    called: NDArray[np.int64] = field(default_factory=lambda: np.zeros((2, 2), np.int64))


def main() -> None:
    """Print how far our findings and the slicer's output agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", type=Path)
    parser.add_argument("--skip", default="chess_king", help="leave out files with this in their name")
    parser.add_argument("--height", type=float, default=75.0, help="height in mm for G-code")
    parser.add_argument("--checks", action="store_true", help="run all checks as well, and list what fails")
    parser.add_argument("--islands-only", action="store_true", help="make no G-code")
    parser.add_argument("--out", type=Path, help="write the tables there as well")
    asked = parser.parse_args()
    islands, thin = Islands(), {name: Thin() for name in WALLS}
    rows: list[str] = []
    models = [path for path in asked.models if path.is_file() and asked.skip not in path.name]
    with tempfile.TemporaryDirectory() as scratch:
        for path in models:
            flags = {"checks": asked.checks, "islands_only": asked.islands_only}
            rows.append(_compare(path, asked.height, Path(scratch), islands, thin, **flags))
            print(rows[-1], flush=True)
            text = "\n".join(_tables(rows, islands, thin)) + "\n"
            if asked.out:
                asked.out.write_text(text, encoding="utf-8")
    print(text)


def _compare(
    path: Path,
    height_mm: float,
    scratch: Path,
    islands: Islands,
    thin: dict[str, Thin],
    *,
    checks: bool,
    islands_only: bool,
) -> str:
    started = time.time()
    told = [path.stem]
    try:
        own = solid_of(path, [RESIN], scale=1.0) if path.suffix != ".ply" else solid_of(path, [RESIN], height_mm=40.0)
        told.append(_islands_of(own, scratch, islands))
        told.append(_fails(own, RESIN) if checks else "")
        if islands_only:
            return _row(told, started)
        tall = solid_of(path, [FILAMENT], height_mm=height_mm)
        laid = _thin_of(tall, scratch, thin)
        told.append(_fails(tall, FILAMENT) if checks else "")
        cost = cost_of(tall, FILAMENT, Prices())
        told.append(f"{cost['material_ml']:.1f} / {laid.material_ml:.1f}")
        told.append(f"{cost['time_h_estimate']:.1f} / {laid.hours:.1f}")
    except (FabError, RuntimeError) as error:
        told.append(f"failed: {error}"[:120])
    return _row(told, started)


def _row(told: list[str], started: float) -> str:
    return "| " + " | ".join(told + [""] * (6 - len(told))) + f" | {time.time() - started:.0f} s |"


def _islands_of(solid: Solid, scratch: Path, total: Islands) -> str:
    """Match islands of ours and theirs by place; those within half and twice the least area may be missed by either."""
    ours = find_islands(slice_layers(solid.vertices, solid.faces, RESIN_LAYER_MM, PIXEL_MM))
    theirs = sla_islands(solid, RESIN_LAYER_MM, scratch)
    mine, other = ours.most_mm2 >= LEAST_MM2, theirs.most_mm2 >= LEAST_MM2
    near = _near(ours.point_mm, ours.most_mm2, theirs.point_mm, theirs.most_mm2)
    found = near[mine][:, theirs.most_mm2 >= LEAST_MM2 / 2.0].any(axis=1)
    seen = near[ours.most_mm2 >= LEAST_MM2 / 2.0][:, other].any(axis=0)
    total.both += int(found.sum())
    total.ours_alone += int((~found).sum())
    total.theirs_alone += int((~seen).sum())
    _say("ours alone", ours.point_mm[mine][~found], ours.most_mm2[mine][~found])
    _say("theirs alone", theirs.point_mm[other][~seen], theirs.most_mm2[other][~seen])
    return f"{int(found.sum())} of {int(mine.sum())}, {int(seen.sum())} of {int(other.sum())}"


def _say(who: str, points_mm: NDArray[np.float64], most_mm2: NDArray[np.float64]) -> None:
    for (x, y, z), area in zip(points_mm, most_mm2, strict=True):
        print(f"  {who}: an island of {area:.3f} mm² at ({x:.2f}, {y:.2f}, {z:.2f})", flush=True)


def _near(
    a: NDArray[np.float64], a_mm2: NDArray[np.float64], b: NDArray[np.float64], b_mm2: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return (a, b) which places are near each other: aside within 1 mm and their size, and within three layers."""
    aside = np.linalg.norm(a[:, None, :2] - b[None, :, :2], axis=2)
    reach = NEAR_MM + np.sqrt(np.minimum(a_mm2[:, None], b_mm2[None, :]))
    return np.asarray((aside <= reach) & (np.abs(a[:, None, 2] - b[None, :, 2]) <= NEAR_LAYERS * RESIN_LAYER_MM))


def _thin_of(solid: Solid, scratch: Path, total: dict[str, Thin]) -> Laid:
    parts = thin_parts_of(solid, FILAMENT, Context())
    walls, line_mm = parts.walls, FILAMENT.line_mm or 0.4
    vanishing = np.zeros(len(walls.middles), np.bool_)
    for region in parts.below(line_mm):
        vanishing[region.faces] = not region.is_edge
    upright = np.flatnonzero((np.abs(walls.normals[:, 2]) < STEEP) & (walls.middles[:, 2] > FILAMENT_LAYER_MM))
    until = np.cumsum(walls.area_mm2[upright])
    even = upright[np.searchsorted(until, (np.arange(SAMPLES) + 0.5) / SAMPLES * until[-1])]
    chosen = np.union1d(even, np.flatnonzero(vanishing & (np.abs(walls.normals[:, 2]) < STEEP))[:SAMPLES])
    thickness = walls.thickness.wall_mm[chosen]
    inside = walls.middles[chosen] - walls.normals[chosen] * np.minimum(thickness, line_mm)[:, None] / 2.0
    laid = None
    for name, tally in total.items():
        laid = laid_material(solid, FILAMENT_LAYER_MM, scratch, walls=name)
        absent = ~is_laid(laid, inside)
        bins = np.searchsorted(BINS_MM, thickness, side="right") - 1
        tally.points += np.bincount(bins, minlength=len(BINS_MM))
        tally.absent += np.bincount(bins[absent], minlength=len(BINS_MM))
        np.add.at(tally.called, (vanishing[chosen].astype(int), absent.astype(int)), 1)
    assert laid is not None
    return laid


def _fails(solid: Solid, printer: printers.Printer) -> str:
    codes = [finding.code for finding in inspect(solid, printer) if finding.severity >= Severity.FAIL]
    return ", ".join(sorted(set(codes))) or "none"


def _tables(rows: list[str], islands: Islands, thin: dict[str, Thin]) -> Iterator[str]:
    yield "| model | islands: ours, theirs | FAIL resin | FAIL FDM | ml: ours / slicer | h: ours / slicer | took |"
    yield "|---|---|---|---|---|---|---|"
    yield from rows
    ours, theirs = islands.both + islands.ours_alone, islands.both + islands.theirs_alone
    yield ""
    yield f"Islands: precision {islands.both}/{ours}, recall {theirs - islands.theirs_alone}/{theirs}."
    yield ""
    yield "| wall, mm | points | " + " | ".join(f"absent, {name}" for name in thin) + " |"
    yield "|---" * (2 + len(thin)) + "|"
    for i, low in enumerate(BINS_MM):
        high = f"{BINS_MM[i + 1]:g}" if i + 1 < len(BINS_MM) else "…"
        shares = [f"{tally.absent[i] / max(tally.points[i], 1):.1%}" for tally in thin.values()]
        yield f"| {low:g}–{high} | {thin['classic'].points[i]} | " + " | ".join(shares) + " |"
    for name, tally in thin.items():
        (kept, missed), (false, true) = tally.called
        yield ""
        yield f"{name}: called vanishing and absent {true}, called and present {false}, "
        yield f"absent and not called {missed}, present and not called {kept}."


if __name__ == "__main__":
    main()
