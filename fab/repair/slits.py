"""Slits between patches, bridged: patches stay where they lie, and strips join the rims that face each other.

Each vertex of a rim goes to what lies nearest on a rim that runs past it the other way. Vertices that go to one another
become one place, and a strip runs from every rim to these places. What neighbours' strips share cancels, so the surface
closes, whatever way the strips lie; those that cross are for `arrange` to cut.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fab.crossings import crossing_pairs
from fab.gate import face_areas, list_edges
from fab.halfedges import is_cycle
from fab.repair.arrange import cut_free
from fab.repair.cycle import trace_rims
from fab.repair.holes import triangulate_rim
from fab.repair.record import Limits, Mending, Surface
from fab.repair.sealing import is_patched
from fab.repair.snap import snap
from fab.repair.weld import compact

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_REACH = 0.25  # of a small hole: slits up to that are bridged
_OPPOSED_COS = -0.5  # of two rims that run past each other
_NEAR_END = 0.3  # of a rim edge: what lies opposite so much of its ends lies opposite these
_LONGEST = 200  # corners of a gap between strips; longer ones are holes
_FEW = 1000  # pairs of faces that cross more than at first, twice counted, are a tangle


def bridge_slits(surface: Surface, limits: Limits) -> Mending:
    """Return the surface with strips over the slits between patches that only together go round something.

    Where that closes it, crossings are cut as well, or nothing is done if they cannot be.
    """
    if not is_patched(surface):
        return Mending(surface)
    strips = _bridge(surface, _REACH * limits.hole_mm)
    bridged = Surface(surface.vertices, np.concatenate([surface.faces, strips]))
    made = _free(bridged, limits) if is_cycle(bridged.faces) else bridged
    if made is None or not len(strips):
        return Mending(surface)
    note = f"bridged slits between patches with {len(strips)} faces"
    return Mending(made, note, added=compact(surface.vertices, strips))


def _bridge(surface: Surface, reach: float) -> Indices:
    """(k, 3): faces over slits up to `reach` wide."""
    strips = _strips(surface, reach)
    loops = trace_rims(list_edges(np.concatenate([surface.faces, strips])))
    caps = [_cap_slit(surface.vertices, loop, reach) for loop in loops if len(loop) <= _LONGEST]
    return np.concatenate([strips, *caps])


def _free(surface: Surface, limits: Limits) -> Surface | None:
    """Return the closed surface without crossings, None where it is a tangle that gets worse when it is cut."""
    pairs = crossing_pairs(*surface)
    most = 2 * len(pairs) + _FEW

    def cut(tangle: Surface, crossing: Indices) -> Surface | None:
        return cut_free(tangle, crossing) if len(crossing) <= most else None

    made = cut_free(surface, pairs)
    return snap(made, limits, cut) if made is not None else None


def _cap_slit(vertices: Points, loop: Indices, width: float) -> Indices:
    """(k, 3): faces over a closed polygon that is no wider than that, none where it is."""
    points = vertices[loop]
    faces = loop[triangulate_rim(points, np.zeros((len(loop),) * 2, np.bool_))]
    round_it = float(np.linalg.norm(points - np.roll(points, 1, axis=0), axis=1).sum())
    return faces if 2 * float(face_areas(vertices, faces).sum()) <= width * round_it else faces[:0]


class _Opposite(NamedTuple):
    """What lies opposite vertices `vertex` (k,) of rims: the rim edge (k,), and how much of it lies before that."""

    vertex: Indices
    edge: Indices
    share: Points


def _strips(surface: Surface, reach: float) -> Indices:
    """(k, 3): faces from each rim edge to the places that its ends, and what lies opposite between these, go to."""
    edges = list_edges(surface.faces)
    half = np.flatnonzero(edges.uses[edges.of_half] == 1)
    start, end = surface.faces.reshape(-1)[half], np.roll(surface.faces, -1, axis=1).reshape(-1)[half]
    found = _find_opposite(surface.vertices, start, end, reach)
    target = _places(surface.vertices, start, end, found)
    between = (found.share > _NEAR_END) & (found.share < 1 - _NEAR_END)
    edge, vertex = found.edge[between], found.vertex[between]
    order = np.lexsort((vertex, found.share[between], edge))
    # The way from the place of an edge's start to that of its end, over the places of what lies opposite it.
    owner = np.concatenate([np.arange(len(start)), edge[order], np.arange(len(start))])
    way = np.concatenate([target[start], target[vertex[order]], target[end]])
    way = way[np.argsort(owner, kind="stable")]
    owner = np.sort(owner, kind="stable")
    same = owner[1:] == owner[:-1]
    fans = np.stack([start[owner[1:]], way[:-1], way[1:]], axis=1)[same]
    faces = np.concatenate([fans, np.stack([start, target[end], end], axis=1)])
    return np.asarray(faces[(faces != np.roll(faces, 1, axis=1)).all(axis=1)], np.int64)


def _find_opposite(vertices: Points, start: Indices, end: Indices, reach: float) -> _Opposite:
    """Return the nearest place of an opposed rim edge to each vertex of the rims, where one is within reach."""
    asked, edge = _near_edges(vertices, start, end, reach)
    edge_at = np.full((2, len(vertices)), -1, np.int64)
    edge_at[0, start], edge_at[1, end] = np.arange(len(start)), np.arange(len(end))
    along = vertices[end] - vertices[start]
    length = np.linalg.norm(along, axis=1)
    along = along / length[:, None]
    own = edge_at[:, asked]
    cosine = np.where(own >= 0, np.einsum("kij,ij->ki", along[own], along[edge]), 1.0).min(axis=0)
    apart = (asked != start[edge]) & (asked != end[edge]) & (cosine < _OPPOSED_COS)
    asked, edge = asked[apart], edge[apart]
    ahead = vertices[asked] - vertices[start[edge]]
    share = (np.einsum("ij,ij->i", ahead, along[edge]) / length[edge]).clip(0.0, 1.0)
    distance = np.linalg.norm(ahead - (share * length[edge])[:, None] * along[edge], axis=1)
    order = np.lexsort((edge, distance, asked))
    order = order[distance[order] <= reach]
    order = order[np.diff(asked[order], prepend=-1) != 0]
    return _Opposite(asked[order], edge[order], share[order])


def _near_edges(vertices: Points, start: Indices, end: Indices, reach: float) -> tuple[Indices, Indices]:
    """Return pairs of a rim's vertex and a rim edge that may come within reach of it."""
    from scipy.spatial import cKDTree

    parts = np.ceil(np.linalg.norm(vertices[end] - vertices[start], axis=1) / (2 * reach)).astype(np.int64) + 1
    owner = np.repeat(np.arange(len(start)), parts)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(parts) - parts, parts)
    share = (step + 0.5) / parts[owner]
    samples = vertices[start[owner]] * (1 - share[:, None]) + vertices[end[owner]] * share[:, None]
    rim = np.unique(start)
    near = cKDTree(vertices[rim]).sparse_distance_matrix(cKDTree(samples), 1.5 * reach, output_type="coo_matrix")
    pairs = np.unique(near.row.astype(np.int64) * len(start) + owner[near.col])
    return rim[pairs // len(start)], pairs % len(start)


def _places(vertices: Points, start: Indices, end: Indices, found: _Opposite) -> Indices:
    """(n,): the vertex at whose place each of a rim meets those that lie opposite, the one nearest to their middle."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    count = len(vertices)
    first, last = found.share <= _NEAR_END, found.share >= 1 - _NEAR_END
    near = first | last
    other = np.where(first, start[found.edge], end[found.edge])[near]
    links = coo_matrix((np.ones(len(other), np.int8), (found.vertex[near], other)), shape=(count, count))
    places, place = connected_components(links, directed=False)
    sums = np.stack([np.bincount(place, vertices[:, k], places) for k in range(3)], axis=1)
    middle = sums / np.bincount(place, minlength=places)[:, None]
    order = np.lexsort((np.linalg.norm(vertices - middle[place], axis=1), place))
    chosen = order[np.diff(place[order], prepend=-1) != 0]
    return np.asarray(chosen[place], np.int64)
