"""Rewrap: a new skin round everything the old one encloses, where nothing gentler helped.

Open rims are capped and loose sheets get a thin wall, so the winding number is whole everywhere; inside is where it is
over zero, and where the outside cannot reach. Columns of a grid count it, and only what lies along them is kept: memory
follows the surface. The skin is manifold by construction, is drawn onto the old surface with its edges and corners, and
loses the faces that this does not need.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.crossings import crossing_pairs
from fab.gate import find_defects, label_shells, list_edges, merge_float32
from fab.predicates import zero_area
from fab.repair.cycle import close_rims
from fab.repair.occupied import fill_pockets, occupy
from fab.repair.overlaps import join
from fab.repair.placing import cut_quads, find_crossings, place_vertices
from fab.repair.record import Limits, Mending, Surface
from fab.repair.scanline import follow_columns
from fab.repair.skin import lay_skin
from fab.repair.weld import compact

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_PADDING = 3.37  # cells; off the lattice of the model's own coordinates, where flat faces would lie on planes of nodes
_PLAIN = 0.05  # cells: what simplification may lose
_FINEST = 2.5  # times finer than the whole's are the cells of a small group at most
_MOST_SHELLS = 2000
# Then, while simplification makes faces cross: what it may lose, and how far round it vertices retreat, and how far.
_ROUNDS = ((_PLAIN, 2.0, 0.3), (_PLAIN, 2.0, 0.0), (_PLAIN, 4.0, 0.0), (_PLAIN / 4, 8.0, 0.0), (0.0, 1.0, 0.0))
_RETREATS = (0.7, 0.4, 0.0, 0.0, 0.0, 0.0)  # how far a vertex that makes faces cross stays drawn, in turn


def rewrap(surface: Surface, limits: Limits) -> Mending:
    """Return a new closed surface round the old one, drawn onto it and simplified within the size of its detail.

    Cells are half of what the printer can form, so that all of that is kept, but at most `rewrap_cells` of them lie
    along the longest side. Shells that lie apart from all others get grids of their own, and those that are solids by
    themselves stay.
    """
    whole = float(np.ptp(surface.vertices, axis=0).max())
    closed, caps = close_rims(surface, limits.gap_mm)
    made = []
    for group in _split_apart(closed, 2 * _cell(whole, limits)):
        if find_defects(*group).none:
            made.append(group)
            continue
        size = max(float(np.ptp(group.vertices, axis=0).max()), whole / _FINEST)
        wrapped = _wrap(group, _cell(size, limits), limits)
        made += [wrapped] if wrapped is not None else []
    if not made:
        return Mending(surface)
    note = f"laid a new skin in cells of {_cell(whole, limits) / limits.unit_per_mm:.2g} mm round it"
    return Mending(join(made), note, added=caps if len(caps.faces) else None)


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


def _wrap(closed: Surface, cell: float, limits: Limits) -> Surface | None:
    origin = closed.vertices.min(axis=0) - _PADDING * cell
    points = (closed.vertices - origin) / cell
    nx, ny, nz = (int(n) for n in np.ceil(points.max(axis=0) + _PADDING))
    size = nx, ny, nz
    x, y, z = (follow_columns(points, closed.faces, axis, size) for axis in range(3))
    runs = x, y, z
    occupied = occupy(runs, size)
    if not len(occupied.nodes):
        return None
    if not limits.keep_cavities:
        occupied, _ = fill_pockets(occupied)
    skin, _ = lay_skin(occupied)
    normals = _normals(points, closed.faces)
    depth, face = find_crossings(skin, runs, size)
    placed, safe, count = place_vertices(skin, depth, face, normals)
    lost = np.flatnonzero(count == 0)
    placed[lost] = _nearest(safe[lost], points, closed.faces)
    faces = cut_quads(skin, placed, depth, face, normals)
    turned = np.einsum("ij,ij->i", _normals(placed, faces), np.tile(normals[face], (2, 1))) <= 0
    share = _calm(placed, safe, np.ones(len(placed)), faces, np.logical_or(turned, np.tile(face < 0, 2)))
    for plain, reach, retreat in _ROUNDS:
        drawn = origin + cell * (safe + share[:, None] * (placed - safe))
        made = _simplify(drawn, faces, plain * cell)
        bad = np.union1d(_bad_corners(*made), _torn_corners(made.faces))
        if not len(bad):
            break
        near = _near(made.vertices[bad], drawn, reach * cell)
        share[near] *= retreat
        share = _calm(placed, safe, share, faces, np.asarray(near[faces].any(axis=1), np.bool_))
    return made


def _calm(placed: Points, safe: Points, share: Points, faces: Indices, suspect: NDArray[np.bool_]) -> Points:
    """(n,): which share of its way to its place each vertex may go so that faces near suspect ones do not cross."""
    for retreat in _RETREATS:
        near = np.zeros(len(placed), np.bool_)
        near[faces[suspect]] = True
        suspect = np.asarray(near[faces].any(axis=1), np.bool_)
        points = safe + share[:, None] * (placed - safe)
        bad = _bad_corners(points, np.ascontiguousarray(faces[suspect]))
        if not len(bad):
            break
        share[bad] *= retreat
    return share


def _bad_corners(points: Points, faces: Indices) -> Indices:
    """Return the vertices of faces that cross or have no area."""
    crossing = crossing_pairs(points, faces).reshape(-1)
    return np.unique(faces[np.concatenate([crossing, np.flatnonzero(zero_area(points, faces))])])


def _torn_corners(faces: Indices) -> Indices:
    """Return the vertices of edges that do not join two faces, which is where rounding made two vertices one."""
    edges = list_edges(faces)
    return np.unique(edges.corners[edges.uses != 2])


def _near(places: Points, points: Points, reach: float) -> NDArray[np.bool_]:
    """(n,): whether a point lies within reach of some place."""
    from scipy.spatial import cKDTree

    found = cKDTree(places).query(points, distance_upper_bound=reach)[0]
    return np.asarray(np.isfinite(found), np.bool_)


def _simplify(points: Points, faces: Indices, tolerance: float) -> Surface:
    """Return the skin without the vertices that it does not need, rounded to float32."""
    from manifold3d import Manifold, Mesh64

    shape = Manifold(Mesh64(np.ascontiguousarray(points), np.ascontiguousarray(faces, np.uint64)))
    mesh = (shape.simplify(tolerance) if tolerance else shape).to_mesh64()
    rounded = np.asarray(mesh.vert_properties)[:, :3].astype(np.float32).astype(np.float64) + 0.0
    return Surface(*merge_float32(rounded, np.asarray(mesh.tri_verts, np.int64)))


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
