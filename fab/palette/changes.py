"""How often the filament is changed, counted before anything is sliced."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


def count_changes(layers: NDArray[np.bool_]) -> int:
    """Return the changes of filament of a print whose layers (l, k) have these colours.

    As slicers order them: a layer starts with the filament that the one before ended with, where it has that at all,
    and goes on by slot (PrusaSlicer, `ToolOrdering::reorder_extruders`). Loading the first is no change.
    """
    return int(_count(np.ascontiguousarray(layers)))


@njit(cache=True)
def _count(layers: NDArray[np.bool_]) -> int:
    changes, current = 0, -1
    for layer in range(len(layers)):
        last, used = -1, 0
        for slot in range(layers.shape[1]):
            if layers[layer, slot]:
                used += 1
                if slot != current:
                    last = slot
        if used == 0:
            continue
        if current < 0 or layers[layer, current]:
            changes += used - 1
        else:
            changes += used
        if last >= 0:
            current = last
    return changes
