"""Stability: the centre of mass against the polygon that the part stands on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]
Faces = NDArray[np.int64]

TOUCHES_MM = 0.05
"""Vertices this close to z = 0 touch the bed: less than a layer, more than float32 noise."""

EXTREMES = 32
"""Directions in which the furthest points are looked up before a convex hull is drawn round what is left."""


@dataclass(frozen=True, eq=False)
class Stability:
    """How a part stands. `support_mm` (k, 2) is the convex polygon of what touches the bed, counter-clockwise;
    with fewer than three corners the part stands on an edge or a point.

    `margin_mm` is the way from the foot of the centre of mass to the nearest side of the polygon, negative outside it;
    `tipping_deg` is how far the part must be tilted there before it falls; `first_layer_mm2` is the area of the cut
    at `cut_mm`, and `first_layer_rim_mm` the length of its outline.
    """

    centre_mm: NDArray[np.float64]
    support_mm: NDArray[np.float64]
    margin_mm: float
    tipping_deg: float
    tips_over_at_mm: NDArray[np.float64]
    first_layer_mm2: float
    first_layer_rim_mm: float
    volume_mm3: float

    def on_base(self, radius_mm: float, height_mm: float) -> Stability:
        """Return how the part would stand on a round base of the same material under its centre of mass."""
        base_mm3 = np.pi * radius_mm**2 * height_mm
        whole = self.volume_mm3 + base_mm3
        z = (self.volume_mm3 * (self.centre_mm[2] + height_mm) + base_mm3 * height_mm / 2.0) / whole
        centre = np.array([self.centre_mm[0], self.centre_mm[1], z])
        turn = np.linspace(0.0, 2.0 * np.pi, 96, endpoint=False)
        circle = centre[:2] + radius_mm * np.stack([np.cos(turn), np.sin(turn)], axis=1)
        tipping = float(np.degrees(np.arctan2(radius_mm, z)))
        area, rim = float(np.pi * radius_mm**2), float(2.0 * np.pi * radius_mm)
        return Stability(centre, circle, radius_mm, tipping, circle[0], area, rim, whole)


def measure_stability(vertices: Vectors, faces: Faces, cut_mm: float = 0.1) -> Stability:
    """Return how the part stands on the bed at z = 0.

    `vertices` (n, 3) mm, lowest at z = 0, `faces` (m, 3) of a solid; `cut_mm` is where the first layer's area is cut.
    """
    centre, volume = centre_of_mass(vertices, faces)
    support = convex_polygon(vertices[vertices[:, 2] <= TOUCHES_MM, :2])
    margin, nearest = margin_inside(support, centre[:2])
    tipping = float(np.degrees(np.arctan2(margin, centre[2])))
    area, rim = size_of_cut(vertices, faces, cut_mm)
    return Stability(centre, support, margin, tipping, nearest, area, rim, volume)


def bodies_on_bed(vertices: Vectors, faces: Faces) -> list[tuple[Vectors, Faces]]:
    """Return vertices and faces of each separate body that touches the bed; where only one does, the whole part.

    Cavities, which are shells of their own, stay with a part that is one body and are left out of several.
    """
    from fab.gate import label_shells

    count, shell = label_shells(faces)
    lowest = np.full(count, np.inf)
    np.minimum.at(lowest, np.repeat(shell, 3), vertices[faces.ravel(), 2])
    standing = np.flatnonzero(lowest <= TOUCHES_MM)
    if len(standing) < 2:
        return [(vertices, faces)]
    return [_alone(vertices, faces[shell == number]) for number in standing]


def _alone(vertices: Vectors, faces: Faces) -> tuple[Vectors, Faces]:
    used, inverse = np.unique(faces, return_inverse=True)
    return vertices[used], inverse.reshape(-1, 3)


def centre_of_mass(vertices: Vectors, faces: Faces) -> tuple[Vectors, float]:
    """Return the (3,) centre of the enclosed volume, taken as evenly filled, in mm, and that volume in mm³."""
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    volumes = np.einsum("ij,ij->i", a, np.cross(b, c))  # six times the tetrahedron to the origin
    centre = (volumes[:, None] * (a + b + c)).sum(axis=0) / (4.0 * volumes.sum())
    return np.asarray(centre), float(volumes.sum()) / 6.0


def convex_polygon(points: Vectors) -> Vectors:
    """Return the corners (k, 2) of the convex hull, counter-clockwise; two corners when all lie on a line, or one.

    Andrew's monotone chain: exact on the degenerate inputs that Qhull refuses.
    """
    ordered = np.unique(_outer(points), axis=0)
    if len(ordered) < 3:
        return ordered
    lower, upper = _chain(ordered), _chain(ordered[::-1])
    return np.array(lower[:-1] + upper[:-1])


def _outer(points: Vectors) -> Vectors:
    """Return the points that are not strictly inside the polygon of those furthest out to each side."""
    turns = np.arange(EXTREMES) * (2.0 * np.pi / EXTREMES)
    furthest = points[(points @ np.stack([np.cos(turns), np.sin(turns)])).argmax(axis=0)]
    edges = np.roll(furthest, -1, axis=0) - furthest
    inside = np.full(len(points), edges.any())
    for start, along in zip(furthest, edges, strict=True):
        if along.any():
            inside &= along[0] * (points[:, 1] - start[1]) > along[1] * (points[:, 0] - start[0])
    return np.asarray(points[~inside])


def _chain(points: Vectors) -> list[Vectors]:
    chain: list[Vectors] = []
    for point in points:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0.0:
            chain.pop()
        chain.append(point)
    return chain


def _turn(a: Vectors, b: Vectors, c: Vectors) -> float:
    return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))


def margin_inside(polygon: Vectors, point: Vectors) -> tuple[float, Vectors]:
    """Return how far `point` (2,) is inside the convex polygon (k, 2), and its nearest point. Outside is negative."""
    ends = np.roll(polygon, -1, axis=0)
    along = ends - polygon
    length2 = np.maximum((along**2).sum(axis=1), 1e-300)
    at = np.clip(((point - polygon) * along).sum(axis=1) / length2, 0.0, 1.0)
    feet = polygon + at[:, None] * along
    distances = np.linalg.norm(feet - point, axis=1)
    nearest = int(distances.argmin())
    return float(distances[nearest]) * (1.0 if _holds(polygon, point) else -1.0), feet[nearest]


def _holds(polygon: Vectors, point: Vectors) -> bool:
    if len(polygon) < 3:
        return False
    return all(_turn(a, b, point) >= 0.0 for a, b in zip(polygon, np.roll(polygon, -1, axis=0), strict=True))


def size_of_cut(vertices: Vectors, faces: Faces, z_mm: float) -> tuple[float, float]:
    """Return the area in mm² of the solid's section with the plane at `z_mm`, and the length of its outline in mm.

    By Green's theorem over the segments where faces cross the plane, each run with the solid on its left.
    """
    height = vertices[:, 2] - z_mm
    above = height[faces] >= 0.0
    crossing = faces[above.any(axis=1) & ~above.all(axis=1)]
    above = height[crossing] >= 0.0
    lone_above = above.sum(axis=1) == 1
    lone = np.where(lone_above, above.argmax(axis=1), (~above).argmax(axis=1))
    turned = np.take_along_axis(crossing, (lone[:, None] + np.arange(3)) % 3, axis=1)
    start, end = (_at_plane(vertices, height, turned[:, 0], turned[:, i]) for i in (1, 2))
    signed = start[:, 0] * end[:, 1] - end[:, 0] * start[:, 1]
    rim = float(np.linalg.norm(end - start, axis=1).sum())
    return float(abs(np.where(lone_above, signed, -signed).sum()) / 2.0), rim


def _at_plane(vertices: Vectors, height: Vectors, a: Faces, b: Faces) -> Vectors:
    share = height[a] / (height[a] - height[b])
    return np.asarray(vertices[a, :2] + share[:, None] * (vertices[b, :2] - vertices[a, :2]))
