"""Fins and pins of known thickness, sliced with a 0.4 mm nozzle: which PrusaSlicer leaves out, and which we call.

python bench/planted_thin.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import trimesh
from numpy.typing import NDArray
from slicer_truth import WALLS, is_laid, laid_material

import printers
from fab.checks.context import Context
from fab.checks.thin_parts import thin_parts_of
from fab.solid import Solid

SIZES_MM = (0.1, 0.2, 0.3, 0.36, 0.42, 0.5, 0.6, 0.8)
APART_MM = 5.0


def main() -> None:
    """Print a row a size: the share of it that we call thinner than one line, and that the G-code lacks."""
    solid, printer = Solid(planted()), printers.get("fdm-0.4")
    parts = thin_parts_of(solid, printer, Context())
    called = np.zeros(len(parts.walls.middles), np.bool_)
    for region in parts.below(printer.line_mm or 0.4):
        called[region.faces] = not region.is_edge
    with tempfile.TemporaryDirectory() as scratch:
        laid = [laid_material(solid, 0.2, Path(scratch), walls=name) for name in WALLS]
    absent = " | ".join(f"absent, {name}" for name in WALLS)
    print(f"| mm | fin: called | {absent} | pin: called | {absent} |\n" + "|---" * (3 + 2 * len(WALLS)) + "|")
    for number, size in enumerate(SIZES_MM):
        cells = []
        for x, y in ((7.0, place(number) + size / 2.0), (18.0, place(number))):
            near = np.abs(parts.walls.middles - [x, y, 5.0]) < [5.5, 0.6, 2.0]
            shares = [called[near.all(axis=1)].mean(), *(1.0 - is_laid(made, upright(x, y)).mean() for made in laid)]
            cells += [f"{share:.0%}" for share in shares]
        print(f"| {size:g} | " + " | ".join(cells) + " |")


def planted() -> trimesh.Trimesh:
    """Return a plate with fins of 10 × 5 mm and round pins 5 mm high, both of all sizes, one behind another."""
    pieces = [_box((22.0, APART_MM * len(SIZES_MM) + 2.0, 2.0), (0.0, 0.0, 0.0))]
    for number, size in enumerate(SIZES_MM):
        pieces.append(_box((10.0, size, 6.0), (2.0, place(number), 1.0)))
        pin = trimesh.creation.cylinder(size / 2.0, 6.0, sections=24)
        pieces.append(pin.apply_translation([18.0, place(number), 4.0]))
    return trimesh.boolean.union(pieces, engine="manifold")


def place(number: int) -> float:
    """Return where along y a size stands."""
    return 3.0 + APART_MM * number


def upright(x: float, y: float) -> NDArray[np.float64]:
    """Return (n, 3) points up the middle, one a layer."""
    z = np.arange(2.5, 6.5, 0.2)
    return np.column_stack([np.full(len(z), x), np.full(len(z), y), z])


def _box(size: tuple[float, float, float], low: tuple[float, float, float]) -> trimesh.Trimesh:
    return trimesh.creation.box(bounds=[low, np.add(low, size)])


if __name__ == "__main__":
    main()
