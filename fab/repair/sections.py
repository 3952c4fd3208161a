"""Horizontal sections of a solid: how large they are at each height."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fab.gate import label_shells
from fab.repair.record import Surface

Points = NDArray[np.float64]


def section_areas(surface: Surface, heights: Points, up: tuple[float, float, float]) -> Points:
    """(k,) float64: area of the solid's section across `up` at each height, in the mesh's unit squared.

    The outline at a height is summed by the shoelace formula, one piece for each face that reaches through it; the
    winding of the faces gives each piece its sign, so cavities are taken off.
    """
    corners = _turned(surface, up)
    low, high = corners[:, :, 2].min(axis=1), corners[:, :, 2].max(axis=1)
    near = (low <= heights.max()) & (high > heights.min())
    corners, low, high = corners[near], low[near], high[near]
    outlines = (_outline(corners[(low <= h) & (high > h)], float(h)) for h in heights)
    return np.array([_enclosed(*outline) for outline in outlines], np.float64)


class Outline(NamedTuple):
    """The section at one height: its area, that with its holes, of its largest piece, and its convex outline's."""

    area: float
    outer: float
    largest: float
    hull_area: float
    hull_length: float

    @property
    def filled(self) -> float:
        """How much of the convex outline the largest piece fills: 1 for a disc, half for two shoes."""
        return self.largest / self.hull_area if self.hull_area > 0 else 0.0

    @property
    def roundness(self) -> float:
        """1 for a circle, 0.79 for a square: area against the square of the length."""
        return 4 * np.pi * self.hull_area / self.hull_length**2 if self.hull_length > 0 else 0.0


def outline_at(surface: Surface, height: float, up: tuple[float, float, float]) -> Outline:
    """Return the section's outline at a height along `up`."""
    from scipy.spatial import ConvexHull

    corners = _turned(surface, up)
    through = (corners[:, :, 2].min(axis=1) <= height) & (corners[:, :, 2].max(axis=1) > height)
    start, end = _outline(corners[through], height)
    if len(start) < 3:
        return Outline(0.0, 0.0, 0.0, 0.0, 0.0)
    count, loop = label_shells(surface.faces[through])
    twice = np.bincount(loop, start[:, 0] * end[:, 1] - start[:, 1] * end[:, 0], count)
    hull = ConvexHull(start, qhull_options="QJ Pp")
    areas = float(twice.sum() / 2), float(twice[twice > 0].sum() / 2), float(twice.max() / 2)
    return Outline(*areas, float(hull.volume), float(hull.area))


def _turned(surface: Surface, up: tuple[float, float, float]) -> Points:
    return np.asarray((surface.vertices @ np.stack(frame_of(up), axis=1))[surface.faces], np.float64)


def _outline(corners: Points, height: float) -> tuple[Points, Points]:
    """Return the ends (m, 2) of what triangles (m, 3, 3), all reaching through the height, cut out of it."""
    above = corners[:, :, 2] > height
    single = above.sum(axis=1) == 1
    alone = np.where(single, above.argmax(axis=1), (~above).argmax(axis=1))
    row = np.arange(len(corners))
    a, b, c = (corners[row, (alone + k) % 3] for k in range(3))
    p = (a + (b - a) * ((height - a[:, 2]) / (b[:, 2] - a[:, 2]))[:, None])[:, :2]
    q = (a + (c - a) * ((height - a[:, 2]) / (c[:, 2] - a[:, 2]))[:, None])[:, :2]
    return np.where(single[:, None], p, q), np.where(single[:, None], q, p)


def _enclosed(start: Points, end: Points) -> float:
    return float((start[:, 0] * end[:, 1] - start[:, 1] * end[:, 0]).sum() / 2)


def frame_of(up: tuple[float, float, float]) -> tuple[Points, Points, Points]:
    """Return two unit vectors across `up` and `up` itself, right-handed."""
    upward = np.asarray(up, np.float64)
    across = np.cross(upward, np.eye(3)[int(np.abs(upward).argmin())])
    across /= np.linalg.norm(across)
    return across, np.cross(upward, across), upward
