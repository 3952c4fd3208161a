"""`InputModel`: what was in a model file, before anyone decides how large it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import trimesh
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class InputModel:
    """All triangles of a file in one mesh, Z up, in the file's unit (a 3MF: millimetres).

    `unit` is "mm" where the format defines the unit or the caller forced one, else None. `to_raw` (4, 4) maps the
    mesh's coordinates back to the numbers in the file. `notes` says what was left out, one line each.
    Colours are on `mesh.visual` as `fab.paint` describes.
    """

    mesh: trimesh.Trimesh
    unit: str | None
    kind: str
    name: str
    to_raw: NDArray[np.float64]
    notes: tuple[str, ...] = ()
