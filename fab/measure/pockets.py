"""Pockets: hollows that hold what they should not, found layer by layer as a part grows.

While a layer is printed, a hollow that nothing joins to the outside among the layers so far is shut by the layer's own
edge: on a resin printer by the film. Three kinds follow. What is never opened is a *cavity*: resin or powder stays in
it. What a later layer opens is a *cup*: it sucks at the film at each layer until then, and holds resin as it is lifted
out. What is open to the bed alone is a *bell*: a cup if the part stands flat on the plate, none if it is raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from fab.measure.layers import Layers


class Kind(IntEnum):
    """What shuts a hollow in."""

    CAVITY = 0
    CUP = 1
    BELL = 2


@dataclass(frozen=True, eq=False)
class Pockets:
    """Hollows that are shut in while they are printed, by the layer where each begins.

    `kind` (p,) of `Kind`; `volume_mm3` (p,) and `area_mm2` (p,) of the largest section, until it opens; `point_mm`
    (p, 3) in it, in the middle of its lowest layer; it is shut from `floor_mm` (p,) up to `top_mm` (p,).
    """

    kind: NDArray[np.int64]
    volume_mm3: NDArray[np.float64]
    area_mm2: NDArray[np.float64]
    point_mm: NDArray[np.float64]
    floor_mm: NDArray[np.float64]
    top_mm: NDArray[np.float64]

    @property
    def height_mm(self) -> NDArray[np.float64]:
        """(p,) how high it is while it is shut."""
        return np.asarray(self.top_mm - self.floor_mm)

    def largest_first(self) -> Pockets:
        """Return the same by their volume."""
        order = np.argsort(-self.volume_mm3, kind="stable")
        return Pockets(*(values[order] for values in vars(self).values()))

    def at_least(self, area_mm2: float, height_mm: float) -> Pockets:
        """Return those that are so large and so high."""
        kept = (self.area_mm2 >= area_mm2) & (self.height_mm >= height_mm)
        return Pockets(*(values[kept] for values in vars(self).values()))


def find_pockets(layers: Layers) -> Pockets:
    """Return the hollows of a sliced solid that are shut in while they are printed.

    A way out counts if it is at least half a row wide where it crosses from one layer to the next.
    """
    from fab.measure.pocket_growth import follow_gaps

    table = follow_gaps(layers.starts, layers.spans, layers.count, layers.rows, layers.row_mm / 2.0)
    gap, last = table[:, 3].astype(np.int64), table[:, 4]
    cell = np.searchsorted(layers.starts, gap, side="right") - 1
    layer, row = cell // layers.rows, cell % layers.rows
    x = (layers.spans[gap, 1] + layers.spans[gap + 1, 0]) / 2.0
    y = layers.first_row_mm + row * layers.row_mm
    return Pockets(
        kind=table[:, 0].astype(np.int64),
        volume_mm3=table[:, 1] * layers.row_mm * layers.layer_mm,
        area_mm2=table[:, 2] * layers.row_mm,
        point_mm=np.stack([x, y, (layer + 0.5) * layers.layer_mm], axis=1),
        floor_mm=layer * layers.layer_mm,
        top_mm=(last + 1) * layers.layer_mm,
    )
