"""`ColourField`: the one owner of colour. Repair and preparation move geometry; colour is looked up afterwards.

It holds the untouched input and its frame, and answers with the nearest input surface that can be seen from outside and
faces the same way, so that neither an inner skin nor the far side of a thin part shines through.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import trimesh
from numpy.typing import ArrayLike, NDArray

from fab.paint import Paint
from fab.srgb import bytes_to_linear, linear_to_bytes, linear_to_srgb, srgb_to_linear
from fab.visible import visible_sides

__all__ = ["ColourField", "bytes_to_linear", "linear_to_bytes", "linear_to_srgb", "srgb_to_linear"]

REACH = 0.02
"""How much farther than the nearest surface one that faces the right way may lie, in diagonals of the input."""

Points = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Skin:
    """Some faces of the input, ready for nearest-point queries."""

    vertices: Points
    faces: Indices
    numbers: Indices
    tree: object = field(repr=False)

    @classmethod
    def of(cls, vertices: Points, faces: Indices, chosen: Indices) -> _Skin:
        import igl

        picked = np.ascontiguousarray(faces[chosen])
        tree = igl.AABB()
        tree.init(vertices, picked)
        return cls(vertices, picked, chosen, tree)

    def nearest(self, points: Points) -> tuple[NDArray[np.float64], Indices, Points]:
        """Return the distance, the face (numbered as in the input) and the closest point of each (n, 3) point."""
        squared, row, closest = self.tree.squared_distance(  # type: ignore[attr-defined]
            self.vertices, self.faces, np.ascontiguousarray(points)
        )
        return np.sqrt(squared), self.numbers[row.astype(np.int64)], closest


@dataclass(frozen=True, eq=False)
class ColourField:
    """Colours of an input mesh, asked for at points in the part's millimetres."""

    mesh: trimesh.Trimesh
    to_mm: NDArray[np.float64]
    has_colour: bool
    _paint: Paint = field(repr=False)
    _skin: _Skin | None = field(repr=False)
    _outward: Points = field(repr=False)
    _two_sided: NDArray[np.bool_] = field(repr=False)

    @classmethod
    def of(cls, mesh: trimesh.Trimesh, to_mm: ArrayLike) -> ColourField:
        """Return the field of a mesh that `to_mm` (4, 4) takes to the part's frame; the mesh is not copied."""
        vertices, faces = np.asarray(mesh.vertices, np.float64), np.asarray(mesh.faces, np.int64)
        paint = Paint.of(mesh)
        matrix = np.asarray(to_mm, np.float64).reshape(4, 4)
        if not paint.present:
            return cls(mesh, matrix, False, paint, None, np.zeros((0, 3)), np.zeros(0, np.bool_))
        sides = visible_sides(vertices, faces)
        chosen = np.flatnonzero(sides.any(axis=1))
        if len(chosen) == 0:
            chosen = np.flatnonzero(np.isfinite(vertices[faces]).all(axis=(1, 2)))
        outward = _normals(vertices, faces) * np.where(sides[:, :1], 1.0, -1.0)
        skin = _Skin.of(np.nan_to_num(vertices), faces, chosen)
        return cls(mesh, matrix, True, paint, skin, outward, np.asarray(sides.all(axis=1)))

    def at(self, points_mm: ArrayLike, normals: ArrayLike | None = None) -> NDArray[np.float64]:
        """Return (n, 4) float64 linear RGBA at (n, 3) points in mm; white where the input says nothing of colour.

        With `normals` (n, 3), a visible surface that faces within 90° of them is preferred to a nearer one that does
        not, unless it lies more than 2% of the input's diagonal farther off.
        """
        points = np.atleast_2d(np.asarray(points_mm, np.float64))
        if self._skin is None:
            return np.ones((len(points), 4))
        face, closest = self._find(self._in_input(points), normals)
        return self._paint.at(face, _barycentric(self._skin.vertices[self._paint.faces[face]], closest))

    def under(
        self, corners_mm: NDArray[np.float64], normals: NDArray[np.float64], tolerance_mm: float
    ) -> tuple[Indices, Points]:
        """Return for triangles (m, 3, 3) in mm the input face (m,) that each lies on, -1 where on none or several.

        And the barycentric weights (m, 3, 3) of its corners on that face, below 0 where a corner lies beyond its rim;
        no corner is farther than `tolerance_mm` from the face. Raises nothing: without colours all is -1.
        """
        if self._skin is None:
            return np.full(len(corners_mm), -1), np.zeros((len(corners_mm), 3, 3))
        corners = self._in_input(corners_mm.reshape(-1, 3)).reshape(-1, 3, 3)
        face, _ = self._find(corners.mean(axis=1), normals)
        below = self._skin.vertices[self._paint.faces[face]]
        weights = np.stack([_affine(below, corners[:, k]) for k in range(3)], axis=1)
        inside = np.clip(weights, 0.0, 1.0)
        inside /= inside.sum(axis=2, keepdims=True)
        away = np.linalg.norm(np.einsum("mkw,mwx->mkx", inside, below) - corners, axis=2).max(axis=1)
        tolerance = tolerance_mm / abs(float(np.linalg.det(self.to_mm[:3, :3]))) ** (1 / 3)
        return np.where(away <= tolerance, face, -1), weights

    @property
    def paint(self) -> Paint:
        """The input's colours by its own faces."""
        return self._paint

    def _in_input(self, points_mm: Points) -> Points:
        to_input = np.linalg.inv(self.to_mm)
        return np.asarray(points_mm @ to_input[:3, :3].T + to_input[:3, 3])

    def _find(self, points: Points, normals: ArrayLike | None) -> tuple[Indices, Points]:
        """Return the input face of each point in the input's frame, and the closest point on it."""
        assert self._skin is not None
        distance, face, closest = self._skin.nearest(points)
        if normals is not None:
            wanted = np.atleast_2d(np.asarray(normals, np.float64)) @ self.to_mm[:3, :3]
            self._turn(points, wanted, distance, face, closest)
        return face, closest

    def _turn(
        self, points: Points, wanted: Points, distance: NDArray[np.float64], face: Indices, closest: Points
    ) -> None:
        """Replace, in place, answers that face away from `wanted` by the nearest ones that do not."""
        assert self._skin is not None
        away = (np.einsum("nk,nk->n", self._outward[face], wanted) < 0) & ~self._two_sided[face]
        reach = REACH * float(np.linalg.norm(np.ptp(self._skin.vertices[self._skin.faces].reshape(-1, 3), axis=0)))
        axis = np.abs(wanted).argmax(axis=1)
        for k in range(3):
            for sign in (1.0, -1.0):
                asked = np.flatnonzero(away & (axis == k) & (np.sign(wanted[:, k]) == sign))
                skin = self._facing(k, sign) if len(asked) else None
                if skin is None:
                    continue
                other, number, point = skin.nearest(points[asked])
                better = other <= distance[asked] + reach
                face[asked[better]], closest[asked[better]] = number[better], point[better]

    def _facing(self, axis: int, sign: float) -> _Skin | None:
        """Return the visible faces that look along one axis, or None where there are none."""
        assert self._skin is not None
        numbers = self._skin.numbers
        chosen = numbers[(self._outward[numbers, axis] * sign > 0) | self._two_sided[numbers]]
        return _Skin.of(self._skin.vertices, self._paint.faces, chosen) if len(chosen) else None


def _normals(vertices: Points, faces: Indices) -> Points:
    """Return (m, 3) unit normals, zero for faces without area."""
    corners = vertices[faces]
    normals = np.nan_to_num(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]))
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    return np.asarray(np.divide(normals, length, out=np.zeros_like(normals), where=length > 0))


def _barycentric(corners: Points, points: Points) -> Points:
    """Return (n, 3) weights, none below 0 and summing to 1, of points on triangles (n, 3, 3)."""
    weights = np.clip(_affine(corners, points), 0.0, 1.0)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _affine(corners: Points, points: Points) -> Points:
    """Return (n, 3) weights, summing to 1, of points in the planes of triangles (n, 3, 3) (Ericson 2005, 3.4)."""
    ab, ac, ap = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0], points - corners[:, 0]
    bb, bc, cc = (np.einsum("nk,nk->n", a, b) for a, b in ((ab, ab), (ab, ac), (ac, ac)))
    pb, pc = np.einsum("nk,nk->n", ap, ab), np.einsum("nk,nk->n", ap, ac)
    area = bb * cc - bc * bc
    flat = area <= 1e-14 * bb * cc
    area = np.where(flat, 1.0, area)
    v = np.where(flat, np.divide(pb, bb, out=np.zeros_like(pb), where=bb > 0), (cc * pb - bc * pc) / area)
    w = np.where(flat, 0.0, (bb * pc - bc * pb) / area)
    return np.column_stack([1 - v - w, v, w])
