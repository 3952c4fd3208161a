"""Thin regions: connected patches of a surface that are thinner than a limit and reach in deeper than an edge does.

Every convex edge, however solid, has a strip beside it that is thin: a wedge of 12° is thinner than t for 4.8 t on each
side, and a print only rounds it. A wall or a whisker is thin further in. So a patch counts only if it holds a place at
least `DEPTH` × the limit from all that is thick enough, measured along the surface, and if it is no mere sliver.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from fab.measure.thickness import Thickness

Vectors = NDArray[np.float64]
Faces = NDArray[np.int64]
Scalars = NDArray[np.float64]

DEPTH = 5.0
"""How deep a patch must be, in multiples of the limit: edges of 12° and more, and shorter pins, are passed."""

LEAST_AREA = 4.0
"""How large a patch must be, in multiples of the limit squared."""


EDGE_DEPTH = 15.0
"""How deep a patch that tapers to nothing may be and still count as an edge: one of 4° or more."""

EDGE_TAPER = 0.5
"""A patch tapers if, at its sharp end, it is thinner than this share of what it is where it is as deep as counts."""


@dataclass(frozen=True, eq=False)
class ThinRegion:
    """One patch: its `faces`, `area_mm2` on all sides, and a point on the surface in its middle.

    `depth_mm` is how far in from thick surface it reaches, infinite when the whole body is thin. `thickness_mm` is
    the thickness where it is as deep as counts. Scaled until `clears_at_mm` becomes the limit, it passes; 0 for an
    edge, which is as sharp at any size. `is_edge` tells a sharp edge from a wall or a rod.
    """

    faces: NDArray[np.int64]
    area_mm2: float
    depth_mm: float
    thickness_mm: float
    clears_at_mm: float
    is_edge: bool
    point_mm: tuple[float, float, float]


def find_thin_regions(
    vertices: Vectors, faces: Faces, thickness: Thickness, limit_mm: float, graph: csr_array | None = None
) -> list[ThinRegion]:
    """Return the patches where `thickness` is below `limit_mm`, thinnest first. `vertices` (n, 3) mm.

    The two sides of one wall are one patch. `graph` is the faces' `face_graph`, for whoever asks several times.
    """
    thin = thickness.wall_mm < limit_mm
    if not thin.any():
        return []
    triangles = vertices[faces]
    middles = triangles.mean(axis=1)
    area = np.linalg.norm(np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]), axis=1) / 2.0
    graph = face_graph(vertices, faces, middles) if graph is None else graph
    depth = depth_of(thin, graph)
    patches = _connected(thin, graph + _links(thickness.opposite))
    large = [patch for patch in patches if area[patch].sum() >= LEAST_AREA * limit_mm**2]
    deep = [patch for patch in large if depth[patch].max() >= DEPTH * limit_mm]
    regions = [_region(patch, middles, area, thickness.wall_mm, graph, limit_mm, depth) for patch in deep]
    return sorted(regions, key=lambda region: (region.is_edge, region.thickness_mm, region.faces[0]))


def _links(opposite: NDArray[np.int64]) -> csr_array:
    """Return the (m, m) graph of which face is held by which across a wall."""
    held = np.flatnonzero(opposite >= 0)
    size = (len(opposite), len(opposite))
    return coo_array((np.ones(len(held)), (held, opposite[held])), size).tocsr()


def face_graph(vertices: Vectors, faces: Faces, middles: Vectors) -> csr_array:
    """Return the (m, m) graph of faces that share an edge, weighed with the way over it between their middles."""
    halves = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    keys = halves[:, 0] * len(vertices) + halves[:, 1]
    order = np.argsort(keys, kind="stable")
    same = np.flatnonzero(keys[order][1:] == keys[order][:-1])
    first, second = order[same], order[same + 1]
    edge_middle = vertices[halves[first]].mean(axis=1)
    a, b = first // 3, second // 3
    way = np.linalg.norm(middles[a] - edge_middle, axis=1) + np.linalg.norm(middles[b] - edge_middle, axis=1)
    way = np.maximum(way, 1e-9)
    graph = coo_array((np.tile(way, 2), (np.concatenate([a, b]), np.concatenate([b, a]))), (len(faces), len(faces)))
    return graph.tocsr()


def depth_of(thin: NDArray[np.bool_], graph: csr_array) -> Scalars:
    """Return the (m,) way in mm along the surface to the nearest face that is not thin, infinite without one."""
    border = np.flatnonzero(~thin & (graph @ thin.astype(np.float64) > 0.0))
    if len(border) == 0:
        return np.where(thin, np.inf, 0.0)
    near = np.union1d(border, np.flatnonzero(thin))
    depth = np.zeros(len(thin))
    seeds = np.searchsorted(near, border)
    depth[near] = dijkstra(graph[near][:, near], directed=False, indices=seeds, min_only=True)
    return depth


def find_patches(vertices: Vectors, faces: Faces, chosen: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Return the connected patches of the `chosen` (m,) faces, each as sorted face indices, in order of the first."""
    if not chosen.any():
        return []
    return _connected(chosen, face_graph(vertices, faces, vertices[faces].mean(axis=1)))


def _connected(chosen: NDArray[np.bool_], graph: csr_array) -> list[NDArray[np.int64]]:
    members = np.flatnonzero(chosen)
    _, label = connected_components(graph[chosen][:, chosen], directed=False)
    return [members[patch] for patch in _groups(label)]


def _groups(label: NDArray[np.int32]) -> list[NDArray[np.int64]]:
    order = np.argsort(label, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(label[order])) + 1)


def _region(
    patch: NDArray[np.int64],
    middles: Vectors,
    area: Scalars,
    wall_mm: Scalars,
    graph: csr_array,
    limit_mm: float,
    depth: Scalars,
) -> ThinRegion:
    weight = np.maximum(area[patch], 1e-12)
    centre = weight @ middles[patch] / weight.sum()
    point = middles[patch[np.linalg.norm(middles[patch] - centre, axis=1).argmin()]]
    near = np.union1d(patch, np.flatnonzero(graph[patch].sum(axis=0) > 0.0))
    local, local_mm = graph[near][:, near], wall_mm[near]
    depth_mm = float(depth[patch].max())
    thickness = _least_limit(local, local_mm, limit_mm, lambda mm: DEPTH * limit_mm)
    clears_at = _least_limit(local, local_mm, limit_mm, lambda mm: DEPTH * mm)
    return ThinRegion(
        faces=patch,
        area_mm2=float(area[patch].sum()),
        depth_mm=depth_mm,
        thickness_mm=thickness,
        clears_at_mm=clears_at,
        is_edge=clears_at < EDGE_TAPER * thickness and depth_mm < EDGE_DEPTH * limit_mm,
        point_mm=(float(point[0]), float(point[1]), float(point[2])),
    )


def _least_limit(graph: csr_array, wall_mm: Scalars, limit_mm: float, needed_mm: Callable[[float], float]) -> float:
    """Return the limit, to within 1%, below which no place is as deep among thin ones as `needed_mm(limit)`."""
    low, high = float(wall_mm.min()), limit_mm
    while high - low > 0.01 * limit_mm:
        middle = (low + high) / 2.0
        thin = wall_mm < middle
        if thin.any() and depth_of(thin, graph)[thin].max() >= needed_mm(middle):
            high = middle
        else:
            low = middle
    return low
