"""`Solid`: printable geometry, and the gate that only lets such geometry through.

No library predicate is enough by itself: trimesh's `is_volume` accepts two overlapping cubes, Manifold's `NoError`
accepts an empty and an inside-out mesh. The gate asks for all of: every edge joins two faces that run it in opposite
directions, no face is degenerate, no two faces cross, and shells nest with alternating orientation, outermost outward.
It runs on float32 coordinates, because that is what reaches an STL.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import trimesh
from numpy.typing import NDArray

from fab.errors import FabError

if TYPE_CHECKING:
    from fab.colour import ColourField


@dataclass(frozen=True)
class Defects:
    """How far a mesh is from being a solid. All zero (`bodies` excepted, which must be at least one) is a solid."""

    open_edges: int = 0
    nonmanifold_edges: int = 0
    flipped_edges: int = 0
    degenerate_faces: int = 0
    crossings: int = 0
    bodies: int = 0
    misnested: int = 0

    @property
    def none(self) -> bool:
        """Whether the mesh these were counted on is a solid."""
        return self.bodies > 0 and all(getattr(self, f.name) == 0 for f in fields(self) if f.name != "bodies")

    def sentence(self) -> str:
        """Return the nonzero counts as words: `12 open edges, 3 crossings`."""
        if self.bodies == 0:
            return "no surface"
        counts = [(f.name.replace("_", " "), getattr(self, f.name)) for f in fields(self) if f.name != "bodies"]
        return ", ".join(f"{n} {name if n != 1 else name.rstrip('s')}" for name, n in counts if n) or "none"


class NotSolid(FabError):  # noqa: N818
    """The geometry is not a solid; `.defects` counts why."""

    def __init__(self, defects: Defects, hint: str = "run it through fab.repair.repair first") -> None:
        super().__init__(f"not a solid: {defects.sentence()}; {hint}")
        self.defects = defects


@dataclass(frozen=True, eq=False)
class Solid:
    """Printable geometry: millimetres, Z up, lowest point at z = 0, vertices merged, float32 values.

    Raises NotSolid when the mesh is anything less. `colour` is where exporters and the palette look colours up.
    """

    mesh: trimesh.Trimesh
    name: str = "part"
    colour: ColourField | None = None

    def __post_init__(self) -> None:
        from fab.gate import find_defects, merge_float32

        vertices, faces = merge_float32(self.mesh.vertices, self.mesh.faces)
        defects = find_defects(vertices, faces)
        if not defects.none:
            raise NotSolid(defects)
        if vertices[:, 2].min() != 0.0:
            raise FabError(f"a solid stands at z = 0, got lowest z = {vertices[:, 2].min():g} mm; place it first")
        object.__setattr__(self, "mesh", trimesh.Trimesh(vertices, faces, process=False, validate=False))

    def remeshed(self, vertices: NDArray[np.float64], faces: NDArray[np.int64]) -> Solid:
        """Return another mesh as a solid with this one's name and colours; raises NotSolid."""
        return Solid(trimesh.Trimesh(vertices, faces, process=False, validate=False), self.name, self.colour)

    def coloured(self, colour: ColourField) -> Solid:
        """Return the same geometry with a colour field; it has passed the gate and is not judged again."""
        twin = copy.copy(self)
        object.__setattr__(twin, "colour", colour)
        return twin

    @property
    def vertices(self) -> NDArray[np.float64]:
        """(n, 3) float64, mm; every value is representable as float32."""
        return np.asarray(self.mesh.vertices, np.float64)

    @property
    def faces(self) -> NDArray[np.int64]:
        """(m, 3) int64, counter-clockwise seen from outside."""
        return np.asarray(self.mesh.faces, np.int64)

    @property
    def extents_mm(self) -> tuple[float, float, float]:
        """Size along x, y, z in mm."""
        x, y, z = (float(e) for e in np.ptp(self.vertices, axis=0))
        return x, y, z

    @property
    def volume_mm3(self) -> float:
        """Enclosed volume in mm³, cavities taken off."""
        return float(self.mesh.volume)
