"""Edges on which more than two faces join: shave off flaps, then draw apart the surfaces that touch there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.crossings import crossing_pairs
from fab.gate import Edges, face_areas, list_edges
from fab.halfedges import label_patches, pair_up, split_fans
from fab.repair.outward import vertex_normals
from fab.repair.record import Limits, Mending, Surface
from fab.repair.weld import cancel_doubled, compact, drop_pointed, shortest_edges

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_ROUNDS = 8
_GAPS = (1.0, 0.1)  # of `gap_mm`; the one that makes fewer faces cross is taken
_FLAP_SHARE = 0.02  # of the whole area: larger open patches are part of the shape


def shave_flaps(surface: Surface, limits: Limits) -> Mending:
    """Return the surface without small open patches that hang on an edge which closes without them."""
    faces, cut = surface.faces, []
    for _ in range(5):
        edges = list_edges(faces)
        crowded = edges.uses > 2
        if not crowded.any():
            break
        count, patch = label_patches(faces, edges)
        of_patch = np.repeat(patch, 3)
        hangs = np.bincount(of_patch, crowded[edges.of_half], count) > 0
        frayed = np.bincount(of_patch, (edges.uses == 1)[edges.of_half], count) > 0
        area = np.bincount(patch, face_areas(surface.vertices, faces), count)
        flap = (hangs & frayed & (area < _FLAP_SHARE * area.sum()))[patch]
        if not flap.any() or flap.all():
            break
        cut.append(faces[flap])
        faces = faces[~flap]
    if not cut:
        return Mending(surface)
    flaps = np.concatenate(cut)
    note = f"cut off {len(flaps)} faces of loose flaps"
    return Mending(compact(surface.vertices, faces), note, removed=compact(surface.vertices, flaps))


def part_edges(surface: Surface, limits: Limits) -> Mending:
    """Return the surface with every crowded edge split into pairs of faces that bound one wedge of material.

    Faces round the edge are sorted by angle; each is paired with the next one that runs the edge the other way, through
    the material between them. The copies of a vertex are then drawn into their own material by `gap_mm`, since two
    vertices at one place would be one again in a file. An edge shorter than that cannot be parted: its ends become one.
    """
    if not (list_edges(surface.faces).uses > 2).any():
        return Mending(surface)
    surface = _contract_short(surface, limits.gap_mm)
    if not (list_edges(surface.faces).uses > 2).any():
        return Mending(surface, "contracted crowded edges")
    surface = _bisect_crowded(surface)
    edges = list_edges(surface.faces)
    crowded = np.flatnonzero(edges.uses > 2)
    twins = pair_up(edges.of_half, ((edges.uses == 2) & (edges.turns == 0))[edges.of_half])
    order = np.argsort(edges.of_half, kind="stable")
    ends = np.cumsum(edges.uses)
    for edge in crowded:
        _pair_wedges(surface, edges, int(edge), order[ends[edge] - edges.uses[edge] : ends[edge]], twins)
    vertices, faces = split_fans(surface.vertices, surface.faces, twins)
    touching = np.unique(edges.corners[crowded])
    trials = (_draw_apart(surface, touching, vertices, faces, share * limits.gap_mm) for share in _GAPS)
    return Mending(min(trials, key=_count_crossings), f"parted {len(crowded) // 2} crowded edges")


def _contract_short(surface: Surface, gap: float) -> Surface:
    """Return the surface with the ends of crowded edges shorter than `gap` made one, and without what that folds up."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    for _ in range(_ROUNDS):
        edges = list_edges(surface.faces)
        ends = edges.corners[edges.uses > 2]
        ends = ends[np.linalg.norm(surface.vertices[ends[:, 0]] - surface.vertices[ends[:, 1]], axis=1) < gap]
        if not len(ends):
            break
        links = coo_matrix((np.ones(len(ends), np.int8), (ends[:, 0], ends[:, 1])), shape=(len(surface.vertices),) * 2)
        labels = connected_components(links, directed=False)[1]
        target = np.unique(labels, return_index=True)[1][labels]
        contracted = cancel_doubled(drop_pointed(Surface(surface.vertices, target[surface.faces])))
        if not len(contracted.faces):
            break
        surface = contracted
    return surface


def _count_crossings(surface: Surface) -> int:
    return len(crossing_pairs(*surface))


def _bisect_crowded(surface: Surface) -> Surface:
    """Return the surface with a vertex in the middle of every crowded edge.

    Sheets that touch along a single edge hang together at both its ends; they can only part in between.
    """
    vertices, faces = list(surface.vertices), surface.faces.tolist()
    edges = list_edges(surface.faces)
    holders: dict[tuple[int, int], list[int]] = {}
    for edge in np.flatnonzero(edges.uses > 2):
        low, high = edges.corners[edge]
        holders[int(low), int(high)] = [int(h) // 3 for h in np.flatnonzero(edges.of_half == edge)]
    for (low, high), around in holders.items():
        middle = len(vertices)
        vertices.append((surface.vertices[low] + surface.vertices[high]) / 2)
        for f in around:
            half = list(faces[f])
            faces[f] = [middle if v == high else v for v in faces[f]]
            faces.append([middle if v == low else v for v in half])
            _hand_over(holders, f, len(faces) - 1, faces)
    return Surface(np.array(vertices), np.array(faces, np.int64))


def _hand_over(holders: dict[tuple[int, int], list[int]], old: int, new: int, faces: list[list[int]]) -> None:
    """Tell the crowded edges of a face that was cut in two which half has them now."""
    for a, b in ((0, 1), (1, 2), (2, 0)):
        u, v = sorted((faces[new][a], faces[new][b]))
        around = holders.get((u, v))
        if around is not None and old in around and not {u, v} <= set(faces[old]):
            around[around.index(old)] = new


def _pair_wedges(surface: Surface, edges: Edges, edge: int, halves: Indices, twins: Indices) -> None:
    """Write into `twins` which half-edges at one edge bound a wedge of material together."""
    low, high = surface.vertices[edges.corners[edge]]
    axis = (high - low) / np.linalg.norm(high - low)
    apex = surface.vertices[surface.faces[halves // 3, (halves + 2) % 3]] - low
    right = apex[0] - axis * (apex[0] @ axis)
    angle = np.arctan2(apex @ np.cross(axis, right), apex @ right)
    angle = np.where(angle < 0, angle + 2 * np.pi, angle)
    ring = halves[np.argsort(angle, kind="stable")]
    # A face that runs the edge forward has its outside on the side of growing angle, so material lies before it.
    forward = edges.forward[ring]
    free = np.ones(len(ring), np.bool_)
    for _ in range(len(ring) // 2):
        left = np.flatnonzero(free)
        behind = np.roll(left, 1)
        match = np.flatnonzero(forward[left] & ~forward[behind])
        if not len(match):
            return
        i, j = left[match[0]], behind[match[0]]
        twins[ring[i]], twins[ring[j]] = ring[j], ring[i]
        free[[i, j]] = False


def _draw_apart(surface: Surface, touching: Indices, vertices: Points, faces: Indices, gap: float) -> Surface:
    """Move the copies of `touching` vertices against their normals, so that they lie `gap` from where they were."""
    gaps = np.minimum(gap, 0.1 * shortest_edges(vertices, faces))
    inward = -vertex_normals(vertices, faces)
    origin = np.empty(len(vertices), np.int64)
    origin[faces] = surface.faces
    copied = np.bincount(origin, minlength=len(surface.vertices)) > 1
    moving = np.isin(origin, touching) & copied[origin]
    moved = vertices.copy()
    moved[moving] += gaps[moving, None] * inward[moving]
    # Copies that nothing forced apart (a bow-tie elsewhere) become one again.
    keep = np.where(moving, len(surface.vertices) + np.arange(len(vertices)), origin)
    points = np.concatenate([surface.vertices, moved])
    return compact(points.astype(np.float32).astype(np.float64), keep[faces])
