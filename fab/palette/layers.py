"""Which colours each layer of a print has, as a slicer that paints by faces will find them.

A layer is cut half-way up (PrusaSlicer and its kin slice there), and has the colours of its outline. Faces that look up
or down and reach under the next layer's edge colour the solid layers below or above them too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

SHELL_LAYERS = 3
"""Solid layers under a face that looks up and over one that looks down: what slicers have as `top_solid_layers`."""
LEAST_MM = 0.5
"""Length of outline below which a colour is not printed on a layer: no slicer starts a filament for a dot."""
LEAST_MM2 = 0.3
"""Area of a flat face below which its colour does not reach into other layers."""


@dataclass(frozen=True, eq=False)
class LayerAmounts:
    """What each layer shows of some regions or colours: mm of `outline` and mm² of `flat` faces, both (layers, k)."""

    outline: Points
    flat: Points

    def of_colours(self, colours: Indices, count: int) -> LayerAmounts:
        """Return the amounts (layers, count) of colours, where region r has colour `colours[r]`."""
        table = np.eye(count)[colours]
        return LayerAmounts(self.outline @ table, self.flat @ table)

    @property
    def printed(self) -> NDArray[np.bool_]:
        """(layers, k) whether there is enough of it to be printed."""
        return enough(self.outline, self.flat)


def enough(outline: Points, flat: Points) -> NDArray[np.bool_]:
    """Return whether so many mm of outline and mm² of flat faces are printed; any shape."""
    return np.asarray((outline >= LEAST_MM) | (flat >= LEAST_MM2))


def measure_layers(
    vertices: Points, faces: Indices, regions: Indices, count: int, layer_mm: float, line_mm: float
) -> LayerAmounts:
    """Return what layers of `layer_mm` show of `count` regions; `regions` (m,) are those of the faces."""
    layers = max(math.ceil(float(vertices[:, 2].max()) / layer_mm - 1e-6), 1)
    return LayerAmounts(*_measure(vertices, faces, regions, count, layer_mm, line_mm, layers))


@njit(cache=True)
def _measure(
    vertices: Points, faces: Indices, regions: Indices, count: int, layer_mm: float, line_mm: float, layers: int
) -> tuple[Points, Points]:
    """Return (layers, count) mm of outline and mm² of flat faces that reach there from another layer."""
    outline, flat = np.zeros((layers, count)), np.zeros((layers, count))
    for f in range(len(faces)):
        a, b, c = vertices[faces[f, 0]], vertices[faces[f, 1]], vertices[faces[f, 2]]
        low, high = min(a[2], b[2], c[2]), max(a[2], b[2], c[2])
        first = max(math.ceil(low / layer_mm - 0.5), 0)
        for layer in range(first, layers):
            z = (layer + 0.5) * layer_mm
            if z >= high:
                break
            outline[layer, regions[f]] += _cut_length(a, b, c, z)
        _reach(a, b, c, regions[f], layer_mm, line_mm, flat)
    return outline, flat


@njit(cache=True)
def _cut_length(a: Points, b: Points, c: Points, z: float) -> float:
    """Return how long the line is in which a triangle meets a height."""
    x0, y0, x1, y1, met = 0.0, 0.0, 0.0, 0.0, 0
    for p, q in ((a, b), (b, c), (c, a)):
        if (p[2] <= z) != (q[2] <= z):
            way = (z - p[2]) / (q[2] - p[2])
            x1, y1 = x0, y0
            x0, y0 = p[0] + way * (q[0] - p[0]), p[1] + way * (q[1] - p[1])
            met += 1
    return math.hypot(x0 - x1, y0 - y1) if met == 2 else 0.0


@njit(cache=True)
def _reach(a: Points, b: Points, c: Points, slot: int, layer_mm: float, line_mm: float, flat: Points) -> None:
    """Add, in place, a face's area seen from above to the layers within its shell, as far as a line fits there."""
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    steep = math.hypot(nx, ny)
    step = layer_mm * abs(nz) / steep if steep > 0 else 1e9  # how far the outline moves from layer to layer
    top = math.floor((a[2] + b[2] + c[2]) / 3 / layer_mm)
    for j in range(SHELL_LAYERS):
        layer = top - 1 - j if nz > 0 else top + j
        if step * (j + 1) < line_mm * (j + 1) or not 0 <= layer < len(flat):
            break
        flat[layer, slot] += abs(nz) / 2
