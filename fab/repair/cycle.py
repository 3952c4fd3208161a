"""Close what is open for good: caps over rims, and walls round sheets that enclose nothing.

Afterwards every edge is run as often one way as the other, so winding numbers are whole. Nothing here minds what the
caps cross; that is for whoever looks at the winding numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.gate import Edges, face_areas, label_shells, list_edges
from fab.repair.holes import triangulate_rim
from fab.repair.record import Surface

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_LONGEST_RIM = 200  # vertices; triangulating takes the cube of it, and longer rims get a fan
_SHALLOW = 0.5  # a shell whose caps have this share of its area is a sheet, not a vessel


def close_rims(surface: Surface, gap: float) -> tuple[Surface, Surface]:
    """Return the surface as a cycle, and the caps by themselves.

    Rims are capped. A shell with caps about as large as itself is a sheet and becomes a wall `gap` thick instead.
    """
    edges = list_edges(surface.faces)
    if (edges.turns == 0).all():
        return surface, Surface(surface.vertices, surface.faces[:0])
    count, shell = label_shells(surface.faces, edges)
    torn = np.bincount(np.repeat(shell, 3), edges.turns[edges.of_half] != 0, count) > 0
    kept, caps = [surface.faces[~torn[shell]]], []
    vertices = surface.vertices
    for number in np.flatnonzero(torn):
        faces = surface.faces[shell == number]
        vertices, cap = _cap(vertices, faces)
        if float(face_areas(vertices, cap).sum()) > _SHALLOW * float(face_areas(vertices, faces).sum()):
            vertices, faces = _wall(vertices, faces, gap)
        else:
            caps.append(cap)
        kept.append(faces)
    patches = np.concatenate(caps) if caps else surface.faces[:0]
    return Surface(vertices, np.concatenate([*kept, patches])), Surface(vertices, patches)


def _cap(vertices: Points, faces: Indices) -> tuple[Points, Indices]:
    """Return faces that close every rim of `faces`, and the vertices with the middles of long rims added."""
    patches = [faces[:0]]
    for loop in trace_rims(list_edges(faces)):
        if len(loop) <= _LONGEST_RIM:
            patches.append(loop[triangulate_rim(vertices[loop], np.zeros((len(loop),) * 2, np.bool_))])
        else:
            middle = np.full(len(loop), len(vertices))
            vertices = np.concatenate([vertices, vertices[loop].mean(axis=0)[None]])
            patches.append(np.stack([loop, np.roll(loop, -1), middle], axis=1))
    return vertices, np.concatenate(patches)


def trace_rims(edges: Edges) -> list[Indices]:
    """Return simple loops of three or more vertices that run every rim the way its cap does, as often as it takes."""
    turns = edges.turns
    ways: dict[int, list[int]] = {}
    for e in np.flatnonzero(turns):
        low, high = (int(v) for v in edges.corners[e])
        start, end = (high, low) if turns[e] > 0 else (low, high)
        ways.setdefault(start, []).extend([end] * abs(int(turns[e])))
    loops = []
    for start in sorted(ways):
        while ways[start]:
            loops += _walk(ways, start)
    return [np.array(loop) for loop in loops if len(loop) > 2]


def _walk(ways: dict[int, list[int]], start: int) -> list[list[int]]:
    """Follow edges until they lead back to the start; cut a loop off wherever the walk meets itself."""
    loops, path, place = [], [start], {start: 0}
    while True:
        ahead = ways[path[-1]].pop()
        if ahead in place:
            loop = path[place[ahead] :]
            for vertex in loop[1:]:
                del place[vertex]
            loops.append(loop)
            path = path[: place[ahead] + 1]
            if len(path) == 1:
                return loops
        else:
            place[ahead] = len(path)
            path.append(ahead)


def _wall(vertices: Points, faces: Indices, thickness: float) -> tuple[Points, Indices]:
    """Return the faces as the front of a wall, with a back and a strip along every rim."""
    corners = vertices[faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    used, local = np.unique(faces, return_inverse=True)
    normals = np.zeros((len(used), 3))
    np.add.at(normals, local.reshape(-1), np.repeat(across, 3, axis=0))
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    step = 0.5 * thickness * normals / np.where(length > 0, length, 1.0)
    front = len(vertices) + local.reshape(-1, 3)
    back = front + len(used)
    edges = list_edges(front)
    often = np.abs(edges.turns)
    corner = np.where((edges.turns > 0)[:, None], edges.corners, edges.corners[:, ::-1])
    a, b = np.repeat(corner, often, axis=0).T
    under_a, under_b = a + len(used), b + len(used)
    strip = [np.stack([b, a, under_a], axis=1), np.stack([b, under_a, under_b], axis=1)]
    made = np.concatenate([front, back[:, ::-1], *strip])
    return np.concatenate([vertices, vertices[used] + step, vertices[used] - step]), made
