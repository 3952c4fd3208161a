"""Small crossings: cut out the faces that cross with those round them, and close the cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.crossings import crossing_pairs
from fab.repair.halfedges import find_loops, find_twins
from fab.repair.holes import triangulate_rim
from fab.repair.record import Limits, Mending, Surface
from fab.repair.weld import compact

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_RINGS = 4
_SPAN = 0.05  # of the surface's size: what crosses over more than this is an overlap of parts, not a spot
_ROUNDS = 6


def recut_crossings(surface: Surface, limits: Limits) -> Mending:
    """Return the surface with small spots of crossing faces replaced by plain ones on the same rim.

    Spots are tried each with one ring of neighbours more than the last time; a cut stays only if fewer faces cross.
    Surfaces with rims are left alone.
    """
    if (find_twins(surface.faces) < 0).any():
        return Mending(surface)
    healed, largest = 0, _SPAN * float(np.ptp(surface.vertices, axis=0).max())
    pairs = crossing_pairs(surface.vertices, surface.faces)
    for attempt in range(_ROUNDS):
        if not len(pairs):
            break
        trial, spots = _recut(surface, pairs, min(attempt, _RINGS), largest)
        if not spots:
            continue
        left = crossing_pairs(trial.vertices, trial.faces)
        if len(np.unique(left)) < len(np.unique(pairs)) and _whole(trial):
            surface, pairs, healed = trial, left, healed + spots
    return Mending(surface, f"cut anew {healed} spots where faces crossed" if healed else "")


def _whole(surface: Surface) -> bool:
    return bool((find_twins(surface.faces) >= 0).all())


def _recut(surface: Surface, pairs: Indices, rings: int, largest: float) -> tuple[Surface, int]:
    """Return the surface with all spots that are small discs cut anew, and how many."""
    count, spot = _spots(surface.faces, len(surface.vertices), pairs, rings)
    faces, patches, done = surface.faces, [], np.zeros(count, np.bool_)
    for s in range(count):
        members = np.flatnonzero(spot == s)
        points = surface.vertices[faces[members]].reshape(-1, 3)
        if np.ptp(points, axis=0).max() > largest:
            continue
        patch = _fill_disc(surface.vertices, faces[members])
        if patch is not None:
            patches.append(patch)
            done[s] = True
    if not patches:
        return surface, 0
    cut = (spot >= 0) & done[np.maximum(spot, 0)]
    return compact(surface.vertices, np.concatenate([faces[~cut], *patches])), int(done.sum())


def _spots(faces: Indices, vertex_count: int, pairs: Indices, rings: int) -> tuple[int, Indices]:
    """Return how many spots there are and the spot of each face (m,), -1 for none."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    chosen = np.zeros(len(faces), np.bool_)
    chosen[pairs.reshape(-1)] = True
    for _ in range(rings):
        near = np.zeros(vertex_count, np.bool_)
        near[faces[chosen]] = True
        chosen = near[faces].any(axis=1)
    members = np.flatnonzero(chosen)
    rows = np.concatenate([np.repeat(members, 3), pairs[:, 0]])
    columns = np.concatenate([len(faces) + faces[members].reshape(-1), pairs[:, 1]])
    size = len(faces) + vertex_count
    links = coo_matrix((np.ones(len(rows), np.int8), (rows, columns)), shape=(size, size))
    labels = connected_components(links, directed=False)[1][: len(faces)]
    spot = np.full(len(faces), -1, np.int64)
    names, spot[members] = np.unique(labels[members], return_inverse=True)
    return len(names), spot


def _fill_disc(vertices: Points, faces: Indices) -> Indices | None:
    """Return faces that close the rims of a patch, or None where that is not a plain matter of one simple rim each."""
    patches = []
    for loop in find_loops(faces, find_twins(faces)):
        rim = loop[::-1]  # the rim as the faces outside the patch see it
        if len(np.unique(rim)) != len(rim) or not 3 <= len(rim) <= 300:
            return None
        patches.append(rim[triangulate_rim(vertices[rim])])
    return np.concatenate(patches) if patches else None
