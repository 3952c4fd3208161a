"""Thin regions: connected patches of a surface that are thinner than a limit and reach in deeper than an edge does.

Every convex edge, however solid, has a strip beside it that is thin: a wedge of 30° is thinner than t for 1.9 t on each
side. A wall or a whisker is thin further in. So a patch counts only if it holds a place at least `DEPTH` × the limit
from all that is thick enough, measured along the surface.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

Vectors = NDArray[np.float64]
Faces = NDArray[np.int64]
Scalars = NDArray[np.float64]

DEPTH = 2.0
"""How deep a patch must be, in multiples of the limit. Edges of 30° and more, and fins lower than this, are passed."""


@dataclass(frozen=True, eq=False)
class ThinRegion:
    """One patch: its `faces`, `area_mm2`, and a point on the surface in its middle.

    `thickness_mm` is the limit below which the patch is no longer found: thickened or scaled by what is missing from
    there to a limit, it passes that limit. `depth_mm` is infinite when the whole body is thin.
    """

    faces: NDArray[np.int64]
    area_mm2: float
    thickness_mm: float
    point_mm: tuple[float, float, float]
    depth_mm: float


def find_thin_regions(vertices: Vectors, faces: Faces, face_mm: Scalars, limit_mm: float) -> list[ThinRegion]:
    """Return the patches where `face_mm` (m,) is below `limit_mm`, thinnest first. `vertices` (n, 3) mm."""
    thin = face_mm < limit_mm
    if not thin.any():
        return []
    triangles = vertices[faces]
    middles = triangles.mean(axis=1)
    area = np.linalg.norm(np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]), axis=1) / 2.0
    graph = face_graph(vertices, faces, middles)
    depth = depth_of(thin, graph)
    deep = [patch for patch in _connected(thin, graph) if depth[patch].max() >= DEPTH * limit_mm]
    regions = [_region(patch, middles, area, face_mm, graph, limit_mm, float(depth[patch].max())) for patch in deep]
    return sorted(regions, key=lambda region: (region.thickness_mm, region.faces[0]))


def face_graph(vertices: Vectors, faces: Faces, middles: Vectors) -> csr_array:
    """Return the (m, m) graph of faces that share an edge, weighed with the way from middle to middle over that edge."""
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
    """Return the (m,) way in mm along the surface to the nearest face that is not thin; infinite where there is none."""
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
    face_mm: Scalars,
    graph: csr_array,
    limit_mm: float,
    depth_mm: float,
) -> ThinRegion:
    weight = np.maximum(area[patch], 1e-12)
    centre = weight @ middles[patch] / weight.sum()
    point = middles[patch[np.linalg.norm(middles[patch] - centre, axis=1).argmin()]]
    return ThinRegion(
        faces=patch,
        area_mm2=float(area[patch].sum()),
        thickness_mm=_vanishing_limit(patch, face_mm, graph, limit_mm),
        point_mm=(float(point[0]), float(point[1]), float(point[2])),
        depth_mm=depth_mm,
    )


def _vanishing_limit(patch: NDArray[np.int64], face_mm: Scalars, graph: csr_array, limit_mm: float) -> float:
    """Return the limit, to within 1%, below which nothing of the patch is deep enough to count."""
    rim = np.flatnonzero(graph[patch].sum(axis=0) > 0.0)
    near = np.union1d(patch, rim)
    local, local_mm = graph[near][:, near], face_mm[near]
    low, high = float(local_mm.min()), limit_mm
    while high - low > 0.01 * limit_mm:
        middle = (low + high) / 2.0
        thin = local_mm < middle
        if thin.any() and depth_of(thin, local)[thin].max() >= DEPTH * middle:
            high = middle
        else:
            low = middle
    return low
