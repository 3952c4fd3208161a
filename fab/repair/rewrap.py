"""Rewrap: a new skin round everything the old one encloses, where nothing gentler helped.

Inside is where the generalised winding number is over one half (Jacobson et al., "Robust Inside-Outside Segmentation
using Generalized Winding Numbers", 2013; evaluated as in Barill et al., "Fast Winding Numbers for Soups and Clouds",
2018), so holes close, overlaps unite and open sheets end where they seem to. On an open surface it is asked near the
surface, and elsewhere only where a coarse grid cannot tell. On a closed one it is whole, and columns of the grid count.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.gate import label_shells, merge_float32, shell_volumes
from fab.repair.distance import grid_distance
from fab.repair.overlaps import settle, to_manifold
from fab.repair.record import Limits, Mending, Surface
from fab.repair.scanline import grid_winding, is_cycle
from fab.repair.weld import compact

Points = NDArray[np.float64]
Field = NDArray[np.float32]

_COARSE = 4
_PADDING = 2 * _COARSE
_BAND = 1.3  # cells: how far from the surface distances are measured
_LEAST = 0.02  # cells: no node lies closer to the new skin, so no face of it degenerates
_SHEET = 0.8  # cells: half the thickness given to what is too thin for the grid or encloses nothing
_PLAIN = 0.03  # cells: what simplification may lose of the new skin before it is drawn onto the old
_CRUMB = 30.0  # cells³


def rewrap(surface: Surface, limits: Limits) -> Mending:
    """Return a new closed surface round the old one, drawn onto it and simplified within the size of its detail."""
    grid = _Grid.around(surface, limits.rewrap_cells)
    field = grid.measure(surface)
    fill_pockets(field)
    wrapped = _march(field, grid)
    if wrapped is None:
        return Mending(surface)
    wrapped = _drop_crumbs(wrapped, grid.cell)
    plain = settle(to_manifold(wrapped).simplify(_PLAIN * grid.cell), limits) or wrapped
    made = _draw_onto(plain, surface, grid.cell)
    return Mending(made, f"laid a new skin of {grid.cell:.3g} cells round it")


class _Grid:
    """A regular grid round a surface; the node (i, j, k) lies at origin + cell · (i, j, k)."""

    def __init__(self, origin: Points, cell: float, shape: tuple[int, ...]) -> None:
        self.origin, self.cell, self.shape = origin, cell, shape

    @classmethod
    def around(cls, surface: Surface, cells: int) -> _Grid:
        low, size = surface.vertices.min(axis=0), np.ptp(surface.vertices, axis=0)
        cell = float(size.max()) / cells
        blocks = np.ceil(size / cell / _COARSE).astype(int) + 2 * _PADDING // _COARSE
        # Off the lattice of the model's own coordinates, where flat faces would lie on whole planes of nodes.
        return cls(low - cell * (_PADDING - 0.37), cell, tuple(int(b) * _COARSE + 1 for b in blocks))

    def places(self, nodes: NDArray[np.int64]) -> Points:
        """(n, 3): where nodes given by flat index lie."""
        return np.asarray(self.origin + self.cell * np.stack(np.unravel_index(nodes, self.shape), axis=1), np.float64)

    def measure(self, surface: Surface) -> Field:
        """Return the signed distance in cells, negative inside, within about a cell, and no more than a sign beyond."""
        from scipy.ndimage import binary_dilation

        distance = grid_distance(surface, self.origin, self.cell, self.shape, _BAND)
        near = np.isfinite(distance)
        if is_cycle(surface):
            inside = grid_winding(surface, self.origin, self.cell, self.shape) > 0
            field = np.where(inside, np.float32(-_BAND), np.float32(_BAND))
        else:
            field, wanted = self._tell_far(surface, near)
            nodes = np.flatnonzero(wanted | near)
            winding = wind(surface, self.places(nodes))
            # Where a hole is closed there is no surface to measure to; the winding number itself falls across it.
            field.reshape(-1)[nodes] = np.clip((0.5 - winding) * 2 * _BAND, -_BAND, _BAND)
            inside = field < 0
        field[near] = np.where(inside[near], -distance[near], distance[near])
        thin = near & ~binary_dilation(inside, iterations=2)
        field[thin] = distance[thin] - _SHEET
        inside |= field < 0
        return np.where(inside, np.minimum(field, -_LEAST), np.maximum(field, _LEAST)).astype(np.float32)

    def _tell_far(self, surface: Surface, near: NDArray[np.bool_]) -> tuple[Field, NDArray[np.bool_]]:
        """Return the sign at nodes off the surface, and those where a coarse look cannot tell it.

        A region that the surface bounds on all sides has one sign. One with both leaks through a hole; there the blocks
        between coarse nodes of different sign are wanted, and so are regions that hold no coarse node.
        """
        from scipy.ndimage import label, maximum_filter, minimum_filter

        regions, count = label(~near)
        nodes = np.arange(near.size).reshape(self.shape)[::_COARSE, ::_COARSE, ::_COARSE]
        inside = (wind(surface, self.places(nodes.reshape(-1))) > 0.5).reshape(nodes.shape)
        seen = regions.reshape(-1)[nodes]
        holds_in, holds_out = (np.bincount(seen[side], minlength=count + 1) > 0 for side in (inside, ~inside))
        sign = np.where(holds_in & ~holds_out, -_BAND, _BAND).astype(np.float32)
        field, leaks = sign[regions], holds_in & holds_out
        wanted = ~(holds_in | holds_out)[regions]
        if leaks[1:].any():
            mixed = self._refine(maximum_filter(inside, 3) != minimum_filter(inside, 3))
            leaking = leaks[regions] & ~near
            field[leaking] = np.where(self._refine(inside), -_BAND, _BAND)[leaking]
            wanted |= leaking & mixed
        return field, wanted

    def _refine(self, coarse: NDArray[np.bool_]) -> NDArray[np.bool_]:
        fine = np.kron(coarse, np.ones((_COARSE,) * 3, np.bool_))
        return np.asarray(fine[tuple(slice(0, s) for s in self.shape)], np.bool_)


def wind(surface: Surface, points: Points) -> Points:
    """(n,) float64: the generalised winding number of the surface round each point."""
    import igl

    return np.asarray(
        igl.fast_winding_number(surface.vertices, surface.faces, np.ascontiguousarray(points)), np.float64
    )


def fill_pockets(field: Field) -> int:
    """Make inside every region of outside nodes that the grid's border cannot reach; return how many."""
    from scipy.ndimage import label

    regions, count = label(field > 0)
    pockets = (regions > 0) & (regions != regions[0, 0, 0])
    field[pockets] = -_BAND
    return int(count) - 1


def _march(field: Field, grid: _Grid) -> Surface | None:
    from skimage.measure import marching_cubes

    if not (field < 0).any():
        return None
    vertices, faces, _, _ = marching_cubes(field, 0.0, allow_degenerate=False)
    points = grid.origin + grid.cell * vertices.astype(np.float64)
    return Surface(*merge_float32(points, faces))


def _drop_crumbs(surface: Surface, cell: float) -> Surface:
    """Return the surface without shells smaller than a few cells; the largest always stays."""
    count, labels = label_shells(surface.faces)
    volumes = np.abs(shell_volumes(surface.vertices, surface.faces, labels, count))
    kept = (volumes > _CRUMB * cell**3) | (volumes == volumes.max())
    return compact(surface.vertices, surface.faces[kept[labels]])


def _draw_onto(wrapped: Surface, surface: Surface, cell: float) -> Surface:
    """Return the new skin with its vertices moved onto the old surface, as far as the gate stays shut."""
    import igl

    from fab.crossings import crossing_pairs
    from fab.predicates import zero_area

    squared, _, closest = igl.point_mesh_squared_distance(wrapped.vertices, surface.vertices, surface.faces)
    share = np.where(squared < cell**2, 1.0, 0.0)
    for fallback in (0.6, 0.0, 0.0, 0.0):
        moved = wrapped.vertices + share[:, None] * (closest - wrapped.vertices)
        trial = Surface(moved.astype(np.float32).astype(np.float64), wrapped.faces)
        pairs = crossing_pairs(*trial)
        flat = np.flatnonzero(zero_area(*trial))
        if not len(pairs) and not len(flat) and len(merge_float32(*trial)[0]) == len(moved):
            return trial
        share[wrapped.faces[np.concatenate([pairs.reshape(-1), flat])]] *= fallback
    return wrapped
