"""Signed distance functions to model with: a shape is a function from points (n, 3) to distances (n,), negative inside.

Small shapes are joined into figures; the same functions, never joined, say which region of a surface has which
colour. After Inigo Quilez, "Distance functions" and "Smooth minimum" (iquilezles.org).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]
Distances = NDArray[np.float32]
Shape = Callable[[Points], Distances]
Vec = tuple[float, float, float]


def ball(centre: Vec, radius: float) -> Shape:
    """Return a sphere."""
    return lambda p: _length(p - _vec(centre)) - np.float32(radius)


def ellipsoid(centre: Vec, radii: Vec) -> Shape:
    """Return an ellipsoid along the axes; the distance is a close bound, exact on the surface."""

    def shape(p: Points) -> Distances:
        q = (p - _vec(centre)) / _vec(radii)
        return (near := _length(q)) * (near - 1) / np.maximum(_length(q / _vec(radii)), np.float32(1e-6))

    return shape


def block(centre: Vec, half: Vec, rounding: float) -> Shape:
    """Return a box with rounded edges; `half` are its half sizes, rounding included."""

    def shape(p: Points) -> Distances:
        q = np.abs(p - _vec(centre)) - (_vec(half) - np.float32(rounding))
        return _length(np.maximum(q, 0)) + np.minimum(q.max(axis=1), 0) - np.float32(rounding)

    return shape


def limb(*joints: tuple[Vec, float], blend: float = 0.0) -> Shape:
    """Return round bones from joint to joint, each joint a centre and a radius, as arms, tails and strokes are."""
    bones = [_bone(*a, *b) for a, b in pairwise(joints)]
    return union(*bones, blend=blend)


def ring(centre: Vec, axis: Vec, radius: float, thickness: float) -> Shape:
    """Return a torus about `axis`, `thickness` the radius of its tube."""
    turn = _vec(axis) / np.float32(np.linalg.norm(axis))

    def shape(p: Points) -> Distances:
        q = p - _vec(centre)
        height = q @ turn
        out = _length(q - height[:, None] * turn)
        return np.hypot(out - np.float32(radius), height) - np.float32(thickness)

    return shape


def below(z: float) -> Shape:
    """Return everything lower than z."""
    return lambda p: p[:, 2] - np.float32(z)


def curve(*joints: tuple[Vec, float], pieces: int = 12) -> Shape:
    """Return a limb that bends smoothly through its joints (a Catmull-Rom spline), as tails do."""
    path = np.array([(*centre, radius) for centre, radius in joints])
    path = np.vstack([2 * path[0] - path[1], path, 2 * path[-1] - path[-2]])
    knots = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - 3 * c + d - a) * t**3)
        for a, b, c, d in zip(path[:-3], path[1:-2], path[2:-1], path[3:], strict=True)
        for t in np.arange(pieces) / pieces
    ]
    return limb(*[((x, y, z), radius) for x, y, z, radius in [*knots, path[-2]]])


def above(z: float) -> Shape:
    """Return everything higher than z."""
    return lambda p: np.float32(z) - p[:, 2]


def before(y: float) -> Shape:
    """Return everything on the front's side of y (figures face -Y)."""
    return lambda p: p[:, 1] - np.float32(y)


def behind(y: float) -> Shape:
    """Return everything on the back's side of y."""
    return lambda p: np.float32(y) - p[:, 1]


def mirrored(shape: Shape) -> Shape:
    """Return the shape modelled at x > 0, on both sides."""
    return lambda p: shape(np.column_stack([np.abs(p[:, 0]), p[:, 1:]]))


def flattened(shape: Shape, y: float, factor: float) -> Shape:
    """Return the shape squeezed towards the plane at y, as ears are; a factor above 1 draws it out."""

    def squeezed(p: Points) -> Distances:
        q = p.copy()
        q[:, 1] = np.float32(y) + (q[:, 1] - np.float32(y)) / np.float32(factor)
        return shape(q) * np.float32(min(factor, 1))

    return squeezed


def grown(shape: Shape, by: float) -> Shape:
    """Return the shape, thicker all round."""
    return lambda p: shape(p) - np.float32(by)


def union(*shapes: Shape, blend: float = 0.0) -> Shape:
    """Return the shapes together; `blend` is how far from the seam their surfaces flow into each other."""

    def shape(p: Points) -> Distances:
        total = shapes[0](p)
        for other in shapes[1:]:
            total = _smooth_min(total, other(p), blend)
        return total

    return shape


def common(*shapes: Shape) -> Shape:
    """Return what all shapes have in common."""
    return lambda p: np.maximum.reduce([shape(p) for shape in shapes])


def without(shape: Shape, cut: Shape, blend: float = 0.0) -> Shape:
    """Return the shape with `cut` taken away; `blend` rounds the edge of the cut."""
    return lambda p: -_smooth_min(-shape(p), cut(p), blend)


def _bone(a: Vec, radius_a: float, b: Vec, radius_b: float) -> Shape:
    """Return a capsule whose radius runs evenly from one end to the other."""
    start, along = _vec(a), _vec(b) - _vec(a)

    def shape(p: Points) -> Distances:
        q = p - start
        t = np.clip(q @ along / np.maximum(along @ along, np.float32(1e-12)), 0, 1)
        return _length(q - t[:, None] * along) - (np.float32(radius_a) + t * np.float32(radius_b - radius_a))

    return shape


def _smooth_min(a: Distances, b: Distances, blend: float) -> Distances:
    lower = np.minimum(a, b)
    if blend <= 0:
        return lower
    near = np.maximum(np.float32(blend) - np.abs(a - b), 0)
    return lower - near * near / np.float32(4 * blend)


def _length(p: Points) -> Distances:
    return np.sqrt(np.einsum("ij,ij->i", p, p))


def _vec(values: Sequence[float]) -> NDArray[np.float32]:
    return np.asarray(values, np.float32)
