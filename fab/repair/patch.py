"""Small crossings: cut out the faces that cross with those round them, and close the cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.crossings import crossing_pairs
from fab.gate import label_shells, list_edges
from fab.halfedges import find_loops, find_twins
from fab.repair.deviation import distances
from fab.repair.holes import Links, triangulate_rim
from fab.repair.record import Limits, Mending, Surface
from fab.repair.weld import compact

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_SPAN = 0.06  # of the surface's size: what crosses over more than this is an overlap of parts, not a spot
_RINGS = (0, 1, 2, 3, 1, 2)
_LONGEST_RIM = 200


def recut_crossings(surface: Surface, limits: Limits, pairs: Indices | None = None, reach: float = np.inf) -> Mending:
    """Return the surface with small spots of crossing faces replaced by plain ones on the same rim.

    Spots are tried with ever more rings of neighbours, and a round counts only if fewer faces cross after it. Surfaces
    with rims are left alone, and so are places where one shell runs through another: uniting them is exact. `pairs` are
    those that cross, where they are known. A spot with a corner farther than `reach` from its new faces stays as it is.
    """
    if (list_edges(surface.faces).uses == 1).any():
        return Mending(surface)
    healed, largest = 0, _SPAN * float(np.ptp(surface.vertices, axis=0).max())
    pairs = _folds(surface, crossing_pairs(*surface) if pairs is None else pairs)
    for rings in _RINGS:
        if not len(pairs):
            break
        spot = _mark_spots(surface, pairs, rings, largest)
        trial, kept, spots = _recut(surface, spot, reach)
        if not spots:
            continue
        crossing = np.zeros(len(surface.faces), np.bool_)
        crossing[pairs] = True
        among = np.ones(len(trial.faces), np.bool_)
        among[: len(kept)] = crossing[kept]
        left = _folds(trial, crossing_pairs(*trial, among))
        if len(np.unique(left)) < len(np.unique(pairs)):
            surface, pairs, healed = trial, left, healed + spots
    return Mending(compact(*surface), f"cut anew {healed} spots where faces crossed" if healed else "")


def _folds(surface: Surface, pairs: Indices) -> Indices:
    """(k, 2) int64: those pairs whose faces are of one shell."""
    if not len(pairs):
        return pairs
    shell = label_shells(surface.faces)[1]
    return np.asarray(pairs[shell[pairs[:, 0]] == shell[pairs[:, 1]]], np.int64)


def _mark_spots(surface: Surface, pairs: Indices, rings: int, largest: float) -> Indices:
    """(m,) int64: the number of the spot that each face belongs to, -1 for none or one that is too large."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    faces, vertex_count = surface.faces, len(surface.vertices)
    members = np.flatnonzero(_grow(faces, vertex_count, pairs, rings))
    rows = np.concatenate([np.repeat(members, 3), pairs[:, 0]])
    columns = np.concatenate([len(faces) + faces[members].reshape(-1), pairs[:, 1]])
    size = len(faces) + vertex_count
    links = coo_matrix((np.ones(len(rows), np.int8), (rows, columns)), shape=(size, size))
    labels = connected_components(links, directed=False)[1][: len(faces)]
    names, number = np.unique(labels[members], return_inverse=True)
    points, owner = surface.vertices[faces[members].reshape(-1)], np.repeat(number, 3)
    low, high = np.full((len(names), 3), np.inf), np.full((len(names), 3), -np.inf)
    np.minimum.at(low, owner, points)
    np.maximum.at(high, owner, points)
    spot = np.full(len(faces), -1, np.int64)
    spot[members] = np.where((high - low).max(axis=1)[number] <= largest, number, -1)
    return spot


def _grow(faces: Indices, vertex_count: int, pairs: Indices, rings: int) -> NDArray[np.bool_]:
    chosen = np.zeros(len(faces), np.bool_)
    chosen[pairs.reshape(-1)] = True
    for _ in range(rings):
        near = np.zeros(vertex_count, np.bool_)
        near[faces[chosen]] = True
        chosen = np.asarray(near[faces].any(axis=1), np.bool_)
    return chosen


def _recut(surface: Surface, spot: Indices, reach: float) -> tuple[Surface, Indices, int]:
    """Return the surface with spots cut anew, the faces kept, which come first, and how many spots.

    Spots that would leave a crowded edge, or a corner farther than `reach` from the new faces, stay as they are.
    """
    vertices, faces = surface
    cut = spot >= 0
    kept = np.flatnonzero(~cut)
    links, rest = Links.of(faces[~cut]) if not cut.all() else None, faces[~cut]
    patches, originals = [], []
    for number in np.unique(spot[cut]):
        old = faces[spot == number]
        new = _fill_disc(vertices, old, links) if links else None
        patches.append(old if new is None or _strays(vertices, old, new, reach) else new)
        originals.append(old)
    while patches:
        made = np.concatenate([rest, *patches])
        owner = np.repeat(np.arange(-1, len(patches)), [len(rest), *(len(p) for p in patches)])
        edges = list_edges(made)
        torn = ((edges.uses != 2) | (edges.turns != 0))[edges.of_half].reshape(-1, 3).any(axis=1)
        bad = [int(b) for b in np.unique(owner[torn]) if b >= 0 and patches[b] is not originals[b]]
        if not bad:
            return Surface(vertices, made), kept, sum(p is not o for p, o in zip(patches, originals, strict=True))
        for b in bad:
            patches[b] = originals[b]
    return surface, kept, 0


def _strays(vertices: Points, old: Indices, new: Indices, reach: float) -> bool:
    """Whether some corner of the old faces lies farther than `reach` from the new ones."""
    if np.isinf(reach):
        return False
    corners = np.setdiff1d(old, new)
    return bool((distances(vertices[corners], Surface(vertices, new)) > reach).any())


def _fill_disc(vertices: Points, faces: Indices, links: Links) -> Indices | None:
    """Return faces that close the rims of a spot, or None where its rims are not simple or too long."""
    patches = []
    for loop in find_loops(faces, find_twins(faces)):
        rim = loop[::-1]  # the way the spot's own faces run it
        if len(np.unique(rim)) != len(rim) or not 3 <= len(rim) <= _LONGEST_RIM:
            return None
        patches.append(rim[triangulate_rim(vertices[rim], links.among(rim))])
    return np.concatenate(patches) if patches else None
