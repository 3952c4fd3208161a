"""Each colour's share of a part's walls: as it is painted, and as it stands in PrusaSlicer's G-code."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from fab.palette.record import Painted


def wall_shares(part: Painted) -> np.ndarray:
    """Return each colour's share of the length that walls of one layer height have, Σ area·√(1 − n_z²)."""
    corners = part.solid.vertices[part.solid.faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    level = np.hypot(normals[:, 0], normals[:, 1])
    shares = np.bincount(part.slots, level, len(part.palette.colours))
    return shares / shares.sum()


def outer_lines(gcode: Path) -> np.ndarray:
    """Return (n, 5) tool, middle x y z and length of the external perimeters, mm."""
    rows, kind, tool, x, y, z, pushed = [], "", 0, 0.0, 0.0, 0.0, 0.0
    for line in gcode.read_text().splitlines():
        if line.startswith(";TYPE:"):
            kind = line[6:]
        elif line.startswith(";Z:"):
            z = float(line[3:])
        elif line.startswith("T") and line[1:].isdigit():
            tool = int(line[1:])
        elif line.startswith("G92 E"):
            pushed = 0.0
        elif line.startswith("G1 "):
            words = {word[0]: float(word[1:]) for word in line.partition(";")[0].split()[1:]}
            to_x, to_y, to_e = words.get("X", x), words.get("Y", y), words.get("E", pushed)
            length = math.hypot(to_x - x, to_y - y)
            if kind == "External perimeter" and to_e > pushed and length > 0:
                rows.append((tool, (x + to_x) / 2, (y + to_y) / 2, z, length))
            x, y, pushed = to_x, to_y, to_e
    return np.array(rows)
