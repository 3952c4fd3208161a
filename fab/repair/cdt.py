"""Constrained Delaunay triangulation of small planar point sets, compiled.

Points go in one by one, constraints are forced in by flipping the edges they cross, and what lies outside the
constrained rim goes. Turns are decided exactly; the in-circle test only chooses between valid triangulations, so it
need not be. Sources: Lawson, "Software for C1 surface interpolation" (1977); Sloan, "A fast algorithm for generating
constrained Delaunay triangulations" (1993).
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.predicates import orient2d

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_FLIPS_PER_EDGE = 40  # a bound on flips that no sound input comes near


@njit(cache=True)
def triangulate(points: Points, constraints: Indices) -> tuple[Indices, int]:
    """Return the triangles inside the constrained rim, counter-clockwise, and how many constraints were not met.

    `points` (n + 3, 3) float64 with z = 0, the last three spare places for a triangle round all; no two of the others
    are equal. `constraints` (c, 2) int64. A constraint is not met where it crosses another.
    """
    n = len(points) - 3
    low, high = np.empty(2), np.empty(2)
    for axis in range(2):
        low[axis], high[axis] = points[:n, axis].min(), points[:n, axis].max()
    middle, reach = (low + high) / 2, 64 * max(high[0] - low[0], high[1] - low[1]) + 1e-30
    points[n] = middle[0] - reach, middle[1] - reach, 0.0
    points[n + 1] = middle[0] + reach, middle[1] - reach, 0.0
    points[n + 2] = middle[0], middle[1] + reach, 0.0
    corners = np.empty((2 * n + 8, 3), np.int64)
    beside = np.empty((2 * n + 8, 3), np.int64)  # the triangle across from each corner
    fixed = np.zeros((2 * n + 8, 3), np.bool_)  # whether the edge across from each corner is a constraint
    corners[0] = n, n + 1, n + 2
    beside[0] = -1, -1, -1
    used = 1
    last = 0
    for p in range(n):
        used, last = _insert(points, corners, beside, fixed, used, last, p)
    holder = np.empty(n + 3, np.int64)
    missed = 0
    for t in range(used):
        for k in range(3):
            holder[corners[t, k]] = t
    for c in range(len(constraints)):
        missed += _force(points, corners, beside, fixed, holder, constraints[c, 0], constraints[c, 1])
    _restore(points, corners, beside, fixed, used)
    return _inside(corners, beside, fixed, used, n), missed


@njit(cache=True)
def _insert(
    points: Points, corners: Indices, beside: Indices, fixed: NDArray[np.bool_], used: int, start: int, p: int
) -> tuple[int, int]:
    t, on = _locate(points, corners, beside, used, start, p)
    if on < 0:
        a, b, c = corners[t]
        na, nb, nc = beside[t]
        u, v = used, used + 1
        corners[t] = p, b, c
        corners[u] = a, p, c
        corners[v] = a, b, p
        beside[t] = na, u, v
        beside[u] = t, nb, v
        beside[v] = t, u, nc
        _point_back(beside, corners, nb, t, u)
        _point_back(beside, corners, nc, t, v)
        used += 2
        for s in (t, u, v):
            _legalise(points, corners, beside, fixed, s, p)
        return used, t
    # On the edge across from corner `on`: both triangles there are cut in two.
    o = beside[t, on]
    apex, left, right = corners[t, on], corners[t, (on + 1) % 3], corners[t, (on + 2) % 3]
    k = _place_of(beside, o, t)
    far = corners[o, k]
    n_left, n_right = beside[t, (on + 1) % 3], beside[t, (on + 2) % 3]  # across from left, from right
    k_right = (k + 1) % 3  # in `o` the edge runs right, left
    o_right, o_left = beside[o, k_right], beside[o, (k + 2) % 3]
    u, v = used, used + 1
    corners[t] = apex, left, p
    beside[t] = o, u, n_right
    corners[u] = apex, p, right
    beside[u] = v, n_left, t
    corners[o] = far, p, left
    beside[o] = t, o_right, v
    corners[v] = far, right, p
    beside[v] = u, o, o_left
    _point_back(beside, corners, n_left, t, u)
    _point_back(beside, corners, o_left, o, v)
    used += 2
    for s in (t, u, o, v):
        _legalise(points, corners, beside, fixed, s, p)
    return used, t


@njit(cache=True)
def _locate(points: Points, corners: Indices, beside: Indices, used: int, start: int, p: int) -> tuple[int, int]:
    """Return the triangle that holds a point, and the corner across from the edge it lies on, or -1."""
    t = start
    for _ in range(4 * used + 8):
        on, moved = -1, False
        for k in range(3):
            turn = orient2d(points, corners[t, (k + 1) % 3], corners[t, (k + 2) % 3], p, 0, 1)
            if turn < 0:
                t = beside[t, k]
                moved = True
                break
            if turn == 0:
                on = k
        if not moved:
            return t, on
    return start, -1


@njit(cache=True)
def _place_of(beside: Indices, t: int, other: int) -> int:
    for k in range(3):
        if beside[t, k] == other:
            return k
    return -1


@njit(cache=True)
def _point_back(beside: Indices, corners: Indices, t: int, old: int, new: int) -> None:
    if t >= 0:
        beside[t, _place_of(beside, t, old)] = new


@njit(cache=True)
def _legalise(points: Points, corners: Indices, beside: Indices, fixed: NDArray[np.bool_], t: int, p: int) -> None:
    """Flip edges across from `p` as long as the corner beyond lies in the circle through the triangle."""
    stack = np.empty(256, np.int64)
    stack[0], depth, flips = t, 1, 0
    while depth:
        depth -= 1
        t = stack[depth]
        k = -1
        for m in range(3):
            if corners[t, m] == p:
                k = m
        if k < 0 or beside[t, k] < 0 or fixed[t, k]:
            continue
        o = beside[t, k]
        far = corners[o, _place_of(beside, o, t)]
        if flips >= 512 or not _in_circle(points, corners[t, 0], corners[t, 1], corners[t, 2], far):
            continue
        if _flip(points, corners, beside, fixed, t, k):
            flips += 1
            if depth + 2 <= len(stack):
                stack[depth], stack[depth + 1] = t, o
                depth += 2


@njit(cache=True)
def _in_circle(points: Points, a: int, b: int, c: int, d: int) -> bool:
    ax, ay = points[a, 0] - points[d, 0], points[a, 1] - points[d, 1]
    bx, by = points[b, 0] - points[d, 0], points[b, 1] - points[d, 1]
    cx, cy = points[c, 0] - points[d, 0], points[c, 1] - points[d, 1]
    aa, bb, cc = ax * ax + ay * ay, bx * bx + by * by, cx * cx + cy * cy
    first, second, third = aa * (bx * cy - cx * by), bb * (ax * cy - cx * ay), cc * (ax * by - bx * ay)
    return first - second + third > 1e-12 * (abs(first) + abs(second) + abs(third))


@njit(cache=True)
def _flip(points: Points, corners: Indices, beside: Indices, fixed: NDArray[np.bool_], t: int, k: int) -> bool:
    """Flip the edge across from corner `k`; False where the two triangles form no strictly convex quadrangle."""
    o = beside[t, k]
    m = _place_of(beside, o, t)
    a, b, c, d = corners[t, k], corners[t, (k + 1) % 3], corners[t, (k + 2) % 3], corners[o, m]
    if orient2d(points, a, b, d, 0, 1) <= 0 or orient2d(points, a, d, c, 0, 1) <= 0:
        return False
    t_b, t_c = beside[t, (k + 1) % 3], beside[t, (k + 2) % 3]  # across from b and from c
    f_b, f_c = fixed[t, (k + 1) % 3], fixed[t, (k + 2) % 3]
    o_c, o_b = beside[o, (m + 1) % 3], beside[o, (m + 2) % 3]  # `o` runs d, c, b
    g_c, g_b = fixed[o, (m + 1) % 3], fixed[o, (m + 2) % 3]
    corners[t] = a, b, d
    beside[t] = o_c, o, t_c
    fixed[t] = g_c, False, f_c
    corners[o] = a, d, c
    beside[o] = o_b, t_b, t
    fixed[o] = g_b, f_b, False
    if o_c >= 0:
        beside[o_c, _place_of(beside, o_c, o)] = t
    if t_b >= 0:
        beside[t_b, _place_of(beside, t_b, t)] = o
    return True


@njit(cache=True)
def _force(
    points: Points, corners: Indices, beside: Indices, fixed: NDArray[np.bool_], holder: Indices, a: int, b: int
) -> int:
    """Make a, b an edge; return 1 where another constraint is in the way."""
    while a != b:
        through = _clear_way(points, corners, beside, fixed, holder, a, b)
        if through < 0:
            return 1
        a = through
    return 0


@njit(cache=True)
def _clear_way(
    points: Points, corners: Indices, beside: Indices, fixed: NDArray[np.bool_], holder: Indices, a: int, b: int
) -> int:
    """Make an edge from `a` to the first vertex on the way to `b`; return that vertex, or -1."""
    t, k, on = _leave(points, corners, beside, holder, a, b)
    if t < 0:
        return -1
    if on >= 0:
        _fix(corners, beside, fixed, t, a, on)
        return on
    queue = np.empty((len(corners) + 8, 2), np.int64)  # a ring: no more edges than these can cross
    head, waiting = 0, 0
    while on < 0:
        if fixed[t, k]:
            return -1
        queue[waiting, 0], queue[waiting, 1] = corners[t, (k + 1) % 3], corners[t, (k + 2) % 3]
        waiting += 1
        o = beside[t, k]
        m = _place_of(beside, o, t)
        far = corners[o, m]
        turn = orient2d(points, a, b, far, 0, 1)
        if turn == 0:
            on = far
        # `o` runs far, q, p with q left of the way and p right of it.
        t, k = o, (m + 2) % 3 if turn < 0 else (m + 1) % 3
    for _ in range(_FLIPS_PER_EDGE * (waiting + 8)):
        if waiting == 0:
            t, k, reached = _leave(points, corners, beside, holder, a, on)
            if t < 0 or reached != on:
                return -1
            _fix(corners, beside, fixed, t, a, on)
            return on
        u, v = queue[head]
        head, waiting = (head + 1) % len(queue), waiting - 1
        t, k = _find_edge(corners, beside, holder, u, v)
        o = beside[t, k]
        x, y = corners[t, k], corners[o, _place_of(beside, o, t)]
        if _flip(points, corners, beside, fixed, t, k):
            for s in (t, o):
                for c in range(3):
                    holder[corners[s, c]] = s
            crosses = x != a and y != a and x != on and y != on
            if crosses and orient2d(points, a, on, x, 0, 1) * orient2d(points, a, on, y, 0, 1) < 0:
                u, v = x, y
            else:
                continue
        tail = (head + waiting) % len(queue)
        queue[tail, 0], queue[tail, 1] = u, v
        waiting += 1
    return -1


@njit(cache=True)
def _find_edge(corners: Indices, beside: Indices, holder: Indices, u: int, v: int) -> tuple[int, int]:
    """Return a triangle with the edge u, v, which is there, and the corner across from it."""
    for turning in range(1, 3):
        t = holder[u]
        while t >= 0:
            k = 0
            while corners[t, k] != u:
                k += 1
            for m in range(1, 3):
                if corners[t, (k + m) % 3] == v:
                    return t, (k + 3 - m) % 3
            t = beside[t, (k + turning) % 3]
    return -1, -1


@njit(cache=True)
def _leave(points: Points, corners: Indices, beside: Indices, holder: Indices, a: int, b: int) -> tuple[int, int, int]:
    """Return the triangle round `a` that the way to `b` leaves through, a's corner there, and a vertex on the way."""
    t = first = holder[a]
    for turning in range(2):
        while t >= 0:
            k = 0
            while corners[t, k] != a:
                k += 1
            p, q = corners[t, (k + 1) % 3], corners[t, (k + 2) % 3]
            if p == b or q == b:
                return t, k, b
            side_p, side_q = orient2d(points, a, b, p, 0, 1), orient2d(points, a, b, q, 0, 1)
            if side_p == 0 and _ahead(points, a, b, p):
                return t, k, p
            if side_q == 0 and _ahead(points, a, b, q):
                return t, k, q
            if side_p < 0 and side_q > 0:
                return t, k, -1
            t = beside[t, (k + 1) % 3] if turning == 0 else beside[t, (k + 2) % 3]
            if t == first:
                return -1, -1, -1
        t = first
    return -1, -1, -1


@njit(cache=True)
def _ahead(points: Points, a: int, b: int, p: int) -> bool:
    along = (points[b, 0] - points[a, 0]) * (points[p, 0] - points[a, 0])
    return along + (points[b, 1] - points[a, 1]) * (points[p, 1] - points[a, 1]) > 0


@njit(cache=True)
def _fix(corners: Indices, beside: Indices, fixed: NDArray[np.bool_], t: int, a: int, b: int) -> None:
    for k in range(3):
        if corners[t, k] != a and corners[t, k] != b:
            fixed[t, k] = True
            o = beside[t, k]
            if o >= 0:
                fixed[o, _place_of(beside, o, t)] = True


@njit(cache=True)
def _restore(points: Points, corners: Indices, beside: Indices, fixed: NDArray[np.bool_], used: int) -> None:
    """Flip free edges until the triangulation is Delaunay between its constraints, or the bound is reached."""
    for _ in range(_FLIPS_PER_EDGE):
        flips = 0
        for t in range(used):
            for k in range(3):
                o = beside[t, k]
                if o < 0 or fixed[t, k]:
                    continue
                far = corners[o, _place_of(beside, o, t)]
                if _in_circle(points, corners[t, 0], corners[t, 1], corners[t, 2], far):
                    flips += _flip(points, corners, beside, fixed, t, k)
        if flips == 0:
            return


@njit(cache=True)
def _inside(corners: Indices, beside: Indices, fixed: NDArray[np.bool_], used: int, n: int) -> Indices:
    """Return the triangles that cannot be reached from outside without crossing a constraint."""
    outside = np.zeros(used, np.bool_)
    stack = np.empty(used, np.int64)
    depth = 0
    for t in range(used):
        if corners[t].max() >= n:
            outside[t] = True
            stack[depth] = t
            depth += 1
    while depth:
        depth -= 1
        t = stack[depth]
        for k in range(3):
            o = beside[t, k]
            if o >= 0 and not fixed[t, k] and not outside[o]:
                outside[o] = True
                stack[depth] = o
                depth += 1
    return corners[:used][~outside]
