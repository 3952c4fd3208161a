"""Rewrap: a new skin round everything the old one encloses, where nothing gentler helped.

Open rims are capped and loose sheets get a thin wall, so the winding number is whole everywhere; inside is where it is
over zero, and where the outside cannot reach. Columns of a grid count it, and only what lies along them is kept: memory
follows the surface. The skin is manifold by construction, is drawn onto the old surface with its edges and corners, and
loses the faces that this does not need.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.flat import merge_flat
from fab.gate import find_defects, label_shells
from fab.repair.cycle import close_rims
from fab.repair.occupied import add_nodes, fill_pockets, occupy
from fab.repair.overlaps import join
from fab.repair.placing import cut_quads, find_crossings, place_vertices
from fab.repair.record import Limits, Mending, Surface
from fab.repair.scanline import Runs, follow_columns
from fab.repair.sealing import faces_within, fill_behind, is_patched
from fab.repair.skin import Skin, lay_skin
from fab.repair.untangle import untangle
from fab.repair.weld import compact

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_PADDING = 3.37  # cells; off the lattice of the model's own coordinates, where flat faces would lie on planes of nodes
_PLAIN = 0.05  # cells: what simplification may lose
_FINEST = 2.5  # times finer than the whole's are the cells of a small group at most
_MOST_SHELLS = 2000
_FILLINGS = 24  # how often a skin that crosses itself in the middles of its cells is laid anew with those cells filled
_PATIENCE = 4  # fillings before cells one farther away are filled with them


def rewrap(surface: Surface, limits: Limits) -> Mending:
    """Return a new closed surface round the old one, drawn onto it and simplified within the size of its detail.

    Cells are half of what the printer can form, so that all of that is kept, but at most `rewrap_cells` of them lie
    along the longest side. Shells that lie apart from all others get grids of their own, and those that are solids by
    themselves stay.
    """
    whole = float(np.ptp(surface.vertices, axis=0).max())
    closed, caps = close_rims(surface, limits.gap_mm)
    patches = surface if is_patched(surface) else None
    made = []
    for group in _split_apart(closed, 2 * _cell(whole, limits)):
        if find_defects(*group).none:
            made.append(group)
            continue
        size = max(float(np.ptp(group.vertices, axis=0).max()), whole / _FINEST)
        wrapped = _wrap(group, patches, _cell(size, limits), limits)
        made += [wrapped] if wrapped is not None else []
    if not made:
        return Mending(surface)
    note = f"laid a new skin in cells of {_cell(whole, limits) / limits.unit_per_mm:.2g} mm round it"
    return Mending(join(made), note, added=caps if len(caps.faces) else None)


def rewrap_patches(surface: Surface, limits: Limits) -> Mending:
    """Return a new skin round patches that only together go round something; filling holes would close each alone.

    Patches inside the skin are listed as removed.
    """
    if not is_patched(surface):
        return Mending(surface)
    mending = rewrap(surface, limits)
    inner = faces_within(surface, mending.surface)
    return mending._replace(removed=inner) if len(inner.faces) else mending


def _cell(longest: float, limits: Limits) -> float:
    """Return how large a cell is, in the mesh's unit."""
    return max(limits.crumb_mm / 2, longest / limits.rewrap_cells)


def _split_apart(surface: Surface, margin: float) -> list[Surface]:
    """Return the groups of shells the boxes round which lie within a margin of one another."""
    from scipy.sparse.csgraph import connected_components

    count, shell = label_shells(surface.faces)
    points, owner = surface.vertices[surface.faces].reshape(-1, 3), np.repeat(shell, 3)
    low, high = np.full((count, 3), np.inf), np.full((count, 3), -np.inf)
    np.minimum.at(low, owner, points)
    np.maximum.at(high, owner, points)
    if count > _MOST_SHELLS:
        return [surface]
    meet = (low[:, None] <= high[None] + margin).all(axis=2)
    groups, group = connected_components(meet & meet.T, directed=False)
    return [compact(surface.vertices, surface.faces[group[shell] == g]) for g in range(groups)]


def _wrap(closed: Surface, patches: Surface | None, cell: float, limits: Limits) -> Surface | None:
    origin = closed.vertices.min(axis=0) - _PADDING * cell
    points = (closed.vertices - origin) / cell
    nx, ny, nz = (int(n) for n in np.ceil(points.max(axis=0) + _PADDING))
    size = nx, ny, nz
    x, y, z = (follow_columns(points, closed.faces, axis, size) for axis in range(3))
    occupied = occupy((x, y, z), size)
    if not len(occupied.nodes):
        return None
    if patches is not None:
        occupied = fill_behind(occupied, Surface((patches.vertices - origin) / cell, patches.faces))
    for number in range(_FILLINGS):
        if not limits.keep_cavities:
            occupied, _ = fill_pockets(occupied)
        skin, occupied = lay_skin(occupied)
        placed, safe, faces = _draw(skin, (x, y, z), size, points, closed.faces)
        drawn, tangled = untangle(origin + cell * placed, origin + cell * safe, faces)
        if not len(tangled):
            break
        occupied = add_nodes(occupied, _nodes_round(skin.cells[tangled], number // _PATIENCE, size))
    plain, fewer, _ = merge_flat(drawn, faces, np.zeros(len(faces), np.int64), _PLAIN * cell)
    return Surface(plain, fewer)


def _draw(
    skin: Skin, runs: tuple[Runs, Runs, Runs], size: tuple[int, int, int], points: Points, surface: Indices
) -> tuple[Points, Points, Indices]:
    """Return where the skin's vertices belong on the surface, where they lie safely, and its faces, in cells."""
    normals = _normals(points, surface)
    depth, face = find_crossings(skin, runs, size)
    placed, safe, count = place_vertices(skin, depth, face, normals)
    lost = np.flatnonzero(count == 0)
    placed[lost] = _nearest(safe[lost], points, surface)
    return placed, safe, cut_quads(skin, placed, depth, face, normals)


def _nodes_round(cells: Indices, reach: int, size: tuple[int, int, int]) -> Indices:
    """(n, 3): the corners of the cells and of those within reach of them; full of nodes, a cell has no skin."""
    around = np.stack(np.meshgrid(*[np.arange(-reach, reach + 2)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    nodes = (np.unique(cells, axis=0)[:, None] + around).reshape(-1, 3)
    return np.unique(np.clip(nodes, 1, np.array(size) - 2), axis=0)


def _normals(points: Points, faces: Indices) -> Points:
    a, b, c = (points[faces[:, k]] for k in range(3))
    across = np.cross(b - a, c - a)
    return np.asarray(across / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-300), np.float64)


def _nearest(places: Points, points: Points, faces: Indices) -> Points:
    """(n, 3): the points of the surface nearest to places, where they lie within a cell or so, else the places."""
    import igl

    if not len(places):
        return places
    squared, _, closest = igl.point_mesh_squared_distance(places, points, np.ascontiguousarray(faces))
    return np.where((squared < 2.0)[:, None], closest, places)
