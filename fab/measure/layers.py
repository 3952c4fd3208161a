"""Layers: the sections of a solid that a printer builds it from, as runs of material along rows of a fine raster.

Rows are `row_mm` apart, positions along a row are exact, so the memory follows the surface and not the volume. Sections
are taken at the middle of each layer, as slicers do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]
Faces = NDArray[np.int64]
Spans = NDArray[np.float64]
Indices = NDArray[np.int64]

MOST_CROSSINGS = 12_000_000
"""A part whose surface crosses more rows than this is cut into coarser ones: 200 MB."""

MOST_ROWS = 12_000_000
"""So is one with more rows in all layers together: 100 MB."""

LEAST_ROW_MM = 0.05
"""Finer rows than a fine resin printer's pixel show nothing that prints."""


@dataclass(frozen=True, eq=False)
class Layers:
    """The sections of a solid: run r holds material from `spans[r, 0]` to `spans[r, 1]` mm along x.

    Row j of layer k lies at y = `first_row_mm` + j · `row_mm` and z = (k + 0.5) · `layer_mm`; its runs are those from
    `starts[k * rows + j]` to `starts[k * rows + j + 1]`, in the order of x.
    """

    layer_mm: float
    row_mm: float
    first_row_mm: float
    count: int
    rows: int
    starts: Indices
    spans: Spans

    def runs_of(self, layer: int) -> tuple[Vectors, Spans]:
        """Return y (r,) and the spans (r, 2) along x, in mm, of what one layer is made of."""
        cells = self.starts[layer * self.rows : (layer + 1) * self.rows + 1]
        rows = np.repeat(np.arange(self.rows), np.diff(cells))
        return np.asarray(self.first_row_mm + rows * self.row_mm), self.spans[cells[0] : cells[-1]]

    @property
    def area_mm2(self) -> NDArray[np.float64]:
        """(count,) the area of each layer's section."""
        along = np.concatenate([[0.0], np.cumsum(self.spans[:, 1] - self.spans[:, 0])])
        return np.asarray(np.diff(along[self.starts[:: self.rows]]) * self.row_mm)


def slice_layers(vertices: Vectors, faces: Faces, layer_mm: float, row_mm: float = 0.1) -> Layers:
    """Return the layers of a solid that stands at z = 0. `vertices` (n, 3) mm, `faces` (m, 3) outward.

    `row_mm` is the distance of rows that is asked for; it is made no finer than `LEAST_ROW_MM`, and coarser where
    the part is so large that `MOST_CROSSINGS` or `MOST_ROWS` would be passed.
    """
    from fab.measure.row_crossings import cross_rows

    low, high = vertices[:, 1].min(), vertices[:, 1].max()
    row_mm = max(
        row_mm,
        LEAST_ROW_MM,
        _expected_crossings(vertices, faces) / (layer_mm * MOST_CROSSINGS),
        (high - low) * vertices[:, 2].max() / (layer_mm * MOST_ROWS),
    )
    rows = max(1, int(np.ceil((high - low) / row_mm)))
    first = float((low + high) / 2.0 - (rows - 1) / 2.0 * row_mm)
    count = max(1, int(np.ceil(vertices[:, 2].max() / layer_mm - 0.5)))
    starts, x = cross_rows(vertices, faces, layer_mm, count, row_mm, first, rows)
    return Layers(layer_mm, row_mm, first, count, rows, starts // 2, x.reshape(-1, 2))


def _expected_crossings(vertices: Vectors, faces: Faces) -> float:
    """Return the area in mm² that the surface shows along x: divided by that of a raster's cell, its crossings."""
    yz = vertices[faces][:, :, 1:]
    first, second = yz[:, 1] - yz[:, 0], yz[:, 2] - yz[:, 0]
    return float(np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]).sum() / 2.0)
