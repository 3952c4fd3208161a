"""Markings: eyes, mouths, stripes that a surface has in its colour, and how much relief it has where they are.

A marking is a patch that differs from the colours round it (its own less those spread by heat over the surface) and is
bounded on nearly all sides by another colour; the strip along the border of two wide areas has the same colour behind
it and is none. Relief is how far the surface stands out from its own shape, spread by the size of an embossed line, and
how much that changes along the border: a head that bends smoothly through the marking has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fab.export.sampling import vertex_normals
from fab.palette.canvas import Canvas
from fab.palette.diffusion import Diffusion

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

CONTRAST = 18.0
"""CIE76 by which a patch stands out from the colours spread round it; its own colour differs about twice as much."""
ALIKE = 20.0
"""CIE76 within which neighbouring points are of one patch, and beyond which its surroundings are another colour."""
ENCLOSED = 0.75
"""Share of the ring round a marking that has another colour."""
RING_LINES = 1.5
"""How far to either side of a patch's border is looked at, in lines: the border itself may be blurred."""
MOST = 500
"""A surface of nothing but specks has no end of them."""


@dataclass(frozen=True, eq=False)
class Markings:
    """Where colour tells something: `area_mm2` and `relief_mm` (k,), `point_mm` and `normal` (k, 3), its `vertices`."""

    area_mm2: NDArray[np.float64]
    relief_mm: NDArray[np.float64]
    point_mm: Points
    normal: Points
    vertices: tuple[Indices, ...]


def find_markings(canvas: Canvas, scale_mm: float, line_mm: float) -> Markings:
    """Return the markings that are larger than a dot of `line_mm` and up to about `scale_mm` in radius, largest first.

    `canvas` is the surface with a colour at each vertex; points whose colour is unknown belong to none. `line_mm` is
    the width of an embossed line: relief is measured at three times that scale.
    """
    lab = np.nan_to_num(canvas.lab)
    diffusion = Diffusion(canvas)
    contrast = np.linalg.norm(lab - diffusion.spread(lab, scale_mm), axis=1)
    stands_out = np.isfinite(canvas.lab).all(axis=1) & (contrast >= CONTRAST)
    normals = vertex_normals(canvas.vertices, canvas.faces)
    height = np.einsum("nk,nk->n", canvas.vertices - diffusion.spread(canvas.vertices, 3.0 * line_mm), normals)
    ends = canvas.vertices[canvas.edges]
    steps = 1 + int(RING_LINES * line_mm / np.median(np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1)))
    neighbours = _neighbours(canvas.edges, len(lab))
    found = []
    for patch in _patches(canvas.edges, lab, stands_out):
        area = float(canvas.area[patch].sum())
        if not line_mm**2 <= area <= np.pi * scale_mm**2:
            continue
        ring = _round(neighbours, patch, steps)
        if not _is_enclosed(lab[ring] - lab[patch].mean(axis=0)):
            continue
        border = np.concatenate([ring, np.intersect1d(patch, _round(neighbours, ring, steps))])
        low, high = np.percentile(height[border], [2.0, 98.0])
        found.append(_Marking(area, float(high - low), patch))
    return _told(sorted(found, key=lambda marking: -marking.area_mm2)[:MOST], canvas.vertices, normals)


def _is_enclosed(differences: Points) -> bool:
    """Tell whether the ring round a patch has other colours than it; a blurred border lies between two, no marking."""
    share = (np.linalg.norm(differences, axis=1) >= ALIKE).mean()
    return bool(share >= ENCLOSED and np.linalg.norm(differences.mean(axis=0)) >= ALIKE)


class _Marking(NamedTuple):
    area_mm2: float
    relief_mm: float
    vertices: Indices


def _told(found: list[_Marking], vertices: Points, normals: Points) -> Markings:
    places = np.zeros((len(found), 3))
    for place, marking in zip(places, found, strict=True):
        own = vertices[marking.vertices]
        place[:] = own[np.linalg.norm(own - own.mean(axis=0), axis=1).argmin()]
    return Markings(
        np.array([marking.area_mm2 for marking in found]),
        np.array([marking.relief_mm for marking in found]),
        places,
        np.array([normals[marking.vertices].mean(axis=0) for marking in found]).reshape(-1, 3),
        tuple(marking.vertices for marking in found),
    )


def _patches(edges: Indices, lab: Points, chosen: NDArray[np.bool_]) -> list[Indices]:
    """Return the connected patches of alike colour that the chosen vertices make, in order of their lowest vertex."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    inside = edges[chosen[edges].all(axis=1)]
    inside = inside[np.linalg.norm(lab[inside[:, 0]] - lab[inside[:, 1]], axis=1) < ALIKE]
    size = (len(chosen), len(chosen))
    _, label = connected_components(coo_array((np.ones(len(inside)), inside.T), size), directed=False)
    members = np.flatnonzero(chosen)
    if not len(members):
        return []
    order = members[np.argsort(label[members], kind="stable")]
    return np.split(order, np.flatnonzero(np.diff(label[order])) + 1)


def _neighbours(edges: Indices, count: int) -> tuple[Indices, Indices]:
    """Return where the neighbours of each vertex start, (count + 1,), and all of them."""
    start, end = np.concatenate([edges, edges[:, ::-1]]).T
    order = np.argsort(start, kind="stable")
    return np.concatenate([[0], np.cumsum(np.bincount(start, minlength=count))]), end[order]


def _round(neighbours: tuple[Indices, Indices], members: Indices, steps: int) -> Indices:
    """Return the vertices within so many edges of the members, without them."""
    starts, ends = neighbours
    near = front = np.sort(members)
    for _ in range(steps):
        counts = starts[front + 1] - starts[front]
        first = np.repeat(starts[front] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
        front = np.setdiff1d(ends[first + np.arange(counts.sum())], near)
        near = np.union1d(near, front)
    return np.setdiff1d(near, members)
