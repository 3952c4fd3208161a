"""Exact orientation predicates on float64 coordinates, compiled.

A floating-point filter answers nearly every call; where it cannot tell, the determinant is summed exactly as an
expansion of non-overlapping floats. Source: Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust
Geometric Predicates" (1997). Exact while no product of three coordinates leaves the float64 range, which holds for all
float32 values.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Points = NDArray[np.float64]

_EPSILON = 2.0**-53
_ORIENT2D_BOUND = (3.0 + 16.0 * _EPSILON) * _EPSILON
_ORIENT3D_BOUND = (7.0 + 56.0 * _EPSILON) * _EPSILON
_SPLITTER = 134217729.0  # 2**27 + 1, Veltkamp's constant for 53 bits


@njit(cache=True)
def _two_sum(a: float, b: float) -> tuple[float, float]:
    total = a + b
    from_b = total - a
    return total, (a - (total - from_b)) + (b - from_b)


@njit(cache=True)
def _split(a: float) -> tuple[float, float]:
    scaled = _SPLITTER * a
    high = scaled - (scaled - a)
    return high, a - high


@njit(cache=True)
def _two_product(a: float, b: float) -> tuple[float, float]:
    product = a * b
    a_high, a_low = _split(a)
    b_high, b_low = _split(b)
    return product, a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)


@njit(cache=True)
def _grow(expansion: Points, count: int, value: float) -> int:
    """Add `value` to the first `count` terms of `expansion` exactly; return the new number of terms."""
    kept = 0
    for i in range(count):
        value, rest = _two_sum(value, expansion[i])
        if rest != 0.0:
            expansion[kept] = rest
            kept += 1
    if value != 0.0:
        expansion[kept] = value
        kept += 1
    return kept


@njit(cache=True)
def _sign_of(expansion: Points, count: int) -> int:
    if count == 0:
        return 0
    return 1 if expansion[count - 1] > 0.0 else -1


@njit(cache=True)
def _differences(points: Points, corners: NDArray[np.int64], origin: int) -> Points:
    """(corners, 3, 2): each coordinate difference to `origin` as an exact sum of two floats."""
    out = np.empty((len(corners), 3, 2))
    for row in range(len(corners)):
        for axis in range(3):
            high, low = _two_sum(points[corners[row], axis], -points[origin, axis])
            out[row, axis, 0] = high
            out[row, axis, 1] = low
    return out


@njit(cache=True)
def _orient3d_exact(points: Points, a: int, b: int, c: int, d: int) -> int:
    delta = _differences(points, np.array([a, b, c]), d)
    expansion = np.empty(200)
    count = 0
    for permutation in range(6):
        x = permutation % 3
        y, z = (x + 1) % 3, (x + 2) % 3
        sign = 1.0
        if permutation >= 3:
            y, z, sign = z, y, -1.0
        for i in range(2):
            for j in range(2):
                high, low = _two_product(delta[0, x, i], delta[1, y, j])
                for k in range(2):
                    factor = sign * delta[2, z, k]
                    if factor != 0.0 and high != 0.0:
                        p, q = _two_product(high, factor)
                        r, s = _two_product(low, factor)
                        for term in (s, r, q, p):
                            if term != 0.0:
                                count = _grow(expansion, count, term)
    return _sign_of(expansion, count)


@njit(cache=True)
def orient3d(points: Points, a: int, b: int, c: int, d: int) -> int:
    """Return the sign of det[a-d, b-d, c-d]: -1 where `d` lies on the side that sees a, b, c counter-clockwise."""
    adx, ady, adz = points[a, 0] - points[d, 0], points[a, 1] - points[d, 1], points[a, 2] - points[d, 2]
    bdx, bdy, bdz = points[b, 0] - points[d, 0], points[b, 1] - points[d, 1], points[b, 2] - points[d, 2]
    cdx, cdy, cdz = points[c, 0] - points[d, 0], points[c, 1] - points[d, 1], points[c, 2] - points[d, 2]
    bc, cb = bdx * cdy, cdx * bdy
    ca, ac = cdx * ady, adx * cdy
    ab, ba = adx * bdy, bdx * ady
    determinant = adz * (bc - cb) + bdz * (ca - ac) + cdz * (ab - ba)
    permanent = (abs(bc) + abs(cb)) * abs(adz) + (abs(ca) + abs(ac)) * abs(bdz) + (abs(ab) + abs(ba)) * abs(cdz)
    bound = _ORIENT3D_BOUND * permanent
    if determinant > bound:
        return 1
    if determinant < -bound:
        return -1
    if permanent == 0.0:  # the usual case of coplanar points: all lie in one plane z = const
        return 0
    return _orient3d_exact(points, a, b, c, d)


@njit(cache=True)
def _orient2d_exact(points: Points, a: int, b: int, c: int, u: int, v: int) -> int:
    delta = _differences(points, np.array([a, b]), c)
    expansion = np.empty(20)
    count = 0
    for i in range(2):
        for j in range(2):
            p, q = _two_product(delta[0, u, i], delta[1, v, j])
            r, s = _two_product(-delta[0, v, i], delta[1, u, j])
            for term in (q, s, p, r):
                if term != 0.0:
                    count = _grow(expansion, count, term)
    return _sign_of(expansion, count)


@njit(cache=True)
def orient2d(points: Points, a: int, b: int, c: int, u: int, v: int) -> int:
    """Return 1 where a, b, c turn counter-clockwise in the plane of axes `u`, `v`, -1 clockwise, 0 in line."""
    left = (points[a, u] - points[c, u]) * (points[b, v] - points[c, v])
    right = (points[a, v] - points[c, v]) * (points[b, u] - points[c, u])
    determinant = left - right
    bound = _ORIENT2D_BOUND * (abs(left) + abs(right))
    if determinant > bound:
        return 1
    if determinant < -bound:
        return -1
    if left == 0.0 and right == 0.0:
        return 0
    return _orient2d_exact(points, a, b, c, u, v)


@njit(cache=True)
def projection_axis(points: Points, a: int, b: int, c: int) -> int:
    """Return the axis along which the triangle projects to a proper one, or -1 where its area is exactly zero."""
    best, axis = -1.0, -1
    for w in range(3):
        u, v = (w + 1) % 3, (w + 2) % 3
        area = abs(
            (points[a, u] - points[c, u]) * (points[b, v] - points[c, v])
            - (points[a, v] - points[c, v]) * (points[b, u] - points[c, u])
        )
        if area > best and orient2d(points, a, b, c, u, v) != 0:
            best, axis = area, w
    return axis


@njit(cache=True)
def zero_area(points: Points, faces: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(m,) bool: whether a face's corners coincide or lie exactly in line, or one of them is not finite."""
    flat = np.zeros(len(faces), np.bool_)
    for f in range(len(faces)):
        a, b, c = faces[f]
        finite = np.isfinite(points[a]).all() and np.isfinite(points[b]).all() and np.isfinite(points[c]).all()
        flat[f] = not finite or projection_axis(points, a, b, c) < 0
    return flat
