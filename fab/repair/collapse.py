"""Edge collapse by quadric error, within a bound, that keeps a closed surface closed.

Source: Garland & Heckbert, "Surface Simplification Using Quadric Error Metrics" (1997). The quadric of a vertex is the
sum of squared distances to the planes of the faces that went into it; its root bounds the distance to each of them.
Edges are not kept in a heap: in each sweep the cheapest that touch no other collapse of the sweep go.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.halfedges import find_twins, split_fans
from fab.repair.record import Surface
from fab.repair.weld import compact

Points = NDArray[np.float64]
Indices = NDArray[np.int64]
Marks = NDArray[np.bool_]

_LEAST_COS = 0.3  # how far a face may turn when a corner of it moves
_LEAST_SHAPE = 0.05  # twice the area against the longest squared edge: no needles
_MOST_RING = 48  # faces round a vertex
_SWEEPS = 60
_SHORT_FIRST = 1e-6  # of the squared length: among edges without error the short ones go first
_FEWEST = 1000  # candidates in a sweep
_COUNTED = 3.0  # a plane is in the quadrics of all three corners of its face
_WIDER = 8  # times as many candidates, where all the cheapest had to stay
_SPARE = 1.5  # candidates in a sweep for each collapse that is still wanted


class Collapsed(NamedTuple):
    """A surface with fewer faces, and why its edges stay: too far to move, a face would turn or thin, or held."""

    surface: Surface
    far: int
    turning: int
    held: int


def collapse_edges(surface: Surface, target: int, deviation: float, locked: Marks) -> Collapsed:
    """Return a closed, manifold surface of about `target` faces, or as few as `deviation` allows.

    Vertices `locked` (n,) stay where they are. An edge stays whose ends share other neighbours than the two across it,
    and so does one whose collapse would turn a face over or stretch it to a needle.
    """
    vertices, faces = split_fans(*surface, find_twins(surface.faces))
    still = np.zeros(len(vertices), np.bool_)
    still[faces] = locked[surface.faces]
    still |= _doubled(surface, faces, len(vertices))
    twins, left, spare = find_twins(faces), len(faces), 1
    quadrics = _plane_quadrics(vertices, faces)
    for _ in range(_SWEEPS):
        half, error, length = _edge_costs(vertices, faces, twins, quadrics, still)
        wanted = (left - target + 1) // 2
        fine = error <= _COUNTED * deviation**2
        far, half, cost = int((~fine).sum()), half[fine], (error + _SHORT_FIRST * length)[fine]
        most = spare * max(_FEWEST, int(_SPARE * wanted))
        if wanted <= 0 or not len(half):
            break
        order = _cheapest(half, cost, most)
        done = _sweep(vertices, faces, twins, quadrics, order, wanted)
        left -= 2 * done
        vertices, faces, twins, quadrics, still = _squeeze(vertices, faces, twins, quadrics, still)
        if done == 0 and len(half) <= most:
            break
        spare = 1 if done else spare * _WIDER
    return Collapsed(compact(vertices, faces), far, len(half), len(twins) // 2 - far - len(half))


def _cheapest(half: Indices, cost: Points, most: int) -> Indices:
    """Return at most so many of the half-edges, those of least cost, in order."""
    if len(half) > most:
        cheap = np.argpartition(cost, most)[:most]
        half, cost = half[cheap], cost[cheap]
    return half[np.lexsort((half, cost))]


def _doubled(surface: Surface, faces: Indices, count: int) -> Marks:
    """(count,) bool: vertices that were one before fans were split."""
    origin = np.empty(count, np.int64)
    origin[faces] = surface.faces
    return np.asarray(np.bincount(origin, minlength=len(surface.vertices))[origin] > 1, np.bool_)


def _squeeze(
    vertices: Points, faces: Indices, twins: Indices, quadrics: Points, still: Marks
) -> tuple[Points, Indices, Indices, Points, Marks]:
    """Return the arrays without dead faces and vertices; dead faces have corner -1."""
    alive = faces[:, 0] >= 0
    place = np.cumsum(alive) - 1
    half = twins.reshape(-1, 3)[alive].reshape(-1)
    twins = 3 * place[half // 3] + half % 3
    faces = faces[alive]
    used = np.zeros(len(vertices), np.bool_)
    used[faces] = True
    return vertices[used], (np.cumsum(used) - 1)[faces].astype(np.int64), twins, quadrics[used], still[used]


def _plane_quadrics(vertices: Points, faces: Indices) -> Points:
    """(n, 10) float64: for each vertex the sum of a², ab, ac, ad, b², bc, bd, c², cd, d² over planes ax+by+cz+d = 0."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    normal = np.cross(b - a, c - a)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-300)
    plane = np.column_stack([normal, -np.einsum("ij,ij->i", normal, a)])
    quadrics = np.empty((len(vertices), 10))
    for number, (i, j) in enumerate(combinations_with_replacement(range(4), 2)):
        weight = np.repeat(plane[:, i] * plane[:, j], 3)
        quadrics[:, number] = np.bincount(faces.reshape(-1), weight, len(vertices))
    return quadrics


@njit(cache=True)
def _error(q: Points, r: Points, x: float, y: float, z: float) -> float:
    """Value of the summed quadrics q + r at a point."""
    squares = (q[0] + r[0]) * x * x + (q[4] + r[4]) * y * y + (q[7] + r[7]) * z * z
    mixed = (q[1] + r[1]) * x * y + (q[2] + r[2]) * x * z + (q[5] + r[5]) * y * z
    linear = (q[3] + r[3]) * x + (q[6] + r[6]) * y + (q[8] + r[8]) * z
    return max(0.0, squares + 2.0 * (mixed + linear) + q[9] + r[9])


@njit(cache=True)
def _place(vertices: Points, quadrics: Points, a: int, b: int, out: Points) -> float:
    """Write where the edge a-b is best drawn together into `out`, and return the error there."""
    q, r = quadrics[a], quadrics[b]
    xx, xy, xz, xd = q[0] + r[0], q[1] + r[1], q[2] + r[2], q[3] + r[3]
    yy, yz, yd, zz, zd = q[4] + r[4], q[5] + r[5], q[6] + r[6], q[7] + r[7], q[8] + r[8]
    cx, cy, cz = yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy
    whole = xx * cx + xy * cy + xz * cz
    mx, my = (vertices[a, 0] + vertices[b, 0]) / 2, (vertices[a, 1] + vertices[b, 1]) / 2
    mz = (vertices[a, 2] + vertices[b, 2]) / 2
    length = 0.0
    for k in range(3):
        length += (vertices[a, k] - vertices[b, k]) ** 2
    best = _error(q, r, mx, my, mz)
    out[0], out[1], out[2] = mx, my, mz
    for v in (a, b):
        error = _error(q, r, vertices[v, 0], vertices[v, 1], vertices[v, 2])
        if error < best:
            best = error
            out[0], out[1], out[2] = vertices[v, 0], vertices[v, 1], vertices[v, 2]
    if abs(whole) > 1e-3:
        x = -(cx * xd + cy * yd + cz * zd) / whole
        y = -(cy * xd + (xx * zz - xz * xz) * yd + (xy * xz - xx * yz) * zd) / whole
        z = -(cz * xd + (xy * xz - xx * yz) * yd + (xx * yy - xy * xy) * zd) / whole
        if (x - mx) ** 2 + (y - my) ** 2 + (z - mz) ** 2 < length:
            error = _error(q, r, x, y, z)
            if error < best:
                best = error
                out[0], out[1], out[2] = x, y, z
    return best


@njit(cache=True)
def _edge_costs(
    vertices: Points, faces: Indices, twins: Indices, quadrics: Points, still: Marks
) -> tuple[Indices, Points, Points]:
    """Return one half-edge of each edge that may go, the error there, and its squared length."""
    half, error, squared = np.empty(len(twins) // 2, np.int64), np.empty(len(twins) // 2), np.empty(len(twins) // 2)
    out = np.empty(3)
    count = 0
    for h in range(len(twins)):
        a, b = faces[h // 3, h % 3], faces[h // 3, (h + 1) % 3]
        if h < twins[h] and not still[a] and not still[b]:
            half[count], error[count], squared[count] = h, _place(vertices, quadrics, a, b, out), 0.0
            for k in range(3):
                squared[count] += (vertices[a, k] - vertices[b, k]) ** 2
            count += 1
    return half[:count], error[:count], squared[:count]


@njit(cache=True)
def _ring(faces: Indices, twins: Indices, half: int, ring: Indices) -> int:
    """Write the half-edges that leave the start of `half` into `ring`; return how many, or -1 of too many."""
    h, count = half, 0
    while count < len(ring):
        ring[count] = h
        count += 1
        h = twins[h - h % 3 + (h + 2) % 3]
        if h == half:
            return count
    return -1


@njit(cache=True)
def _stays_upright(
    vertices: Points, faces: Indices, ring: Indices, count: int, other: int, place: Points, moving: int
) -> bool:
    """Whether the faces round vertex `moving`, those with `other` aside, keep their side and shape at its new place."""
    for i in range(count):
        h = ring[i]
        f = h // 3
        b, c = faces[f, (h + 1) % 3], faces[f, (h + 2) % 3]
        if other in (b, c):
            continue
        ox, oy, oz, old, long = _normal(vertices[moving], vertices[b], vertices[c])
        nx, ny, nz, new, longer = _normal(place, vertices[b], vertices[c])
        if ox * nx + oy * ny + oz * nz < _LEAST_COS * old * new or new <= min(_LEAST_SHAPE, old / long) * longer:
            return False
    return True


@njit(cache=True)
def _normal(a: Points, b: Points, c: Points) -> tuple[float, float, float, float, float]:
    """Return the cross product of two sides, its length, and the longest squared side."""
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    x, y, z = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    wx, wy, wz = ux - vx, uy - vy, uz - vz
    longest = max(ux * ux + uy * uy + uz * uz, vx * vx + vy * vy + vz * vz, wx * wx + wy * wy + wz * wz)
    return x, y, z, np.sqrt(x * x + y * y + z * z), longest


@njit(cache=True)
def _sweep(vertices: Points, faces: Indices, twins: Indices, quadrics: Points, order: Indices, wanted: int) -> int:
    """Collapse edges in order, in place, none of which touches the ring of another; return how many."""
    touched = np.zeros(len(vertices), np.bool_)
    near = np.full(len(vertices), -1, np.int64)
    first, second = np.empty(_MOST_RING, np.int64), np.empty(_MOST_RING, np.int64)
    place = np.empty(3)
    done = 0
    for h in order:
        a, b = faces[h // 3, h % 3], faces[h // 3, (h + 1) % 3]
        if a < 0 or touched[a] or touched[b]:
            continue
        across = twins[h]
        round_a, round_b = _ring(faces, twins, h, first), _ring(faces, twins, across, second)
        if round_a < 0 or round_b < 0 or round_a + round_b > _MOST_RING:
            continue
        if not _is_linked(faces, first, round_a, second, round_b, near, h):
            continue
        _place(vertices, quadrics, a, b, place)
        if not _stays_upright(vertices, faces, first, round_a, b, place, a):
            continue
        if not _stays_upright(vertices, faces, second, round_b, a, place, b):
            continue
        for i in range(round_a):
            touched[faces[first[i] // 3, (first[i] + 1) % 3]] = True
        for i in range(round_b):
            touched[faces[second[i] // 3, (second[i] + 1) % 3]] = True
            faces[second[i] // 3, second[i] % 3] = a
        vertices[a, 0], vertices[a, 1], vertices[a, 2] = place[0], place[1], place[2]
        for k in range(10):
            quadrics[a, k] += quadrics[b, k]
        _zip(faces, twins, h)
        _zip(faces, twins, across)
        done += 1
        if done == wanted:
            break
    return done


@njit(cache=True)
def _is_linked(
    faces: Indices, first: Indices, round_a: int, second: Indices, round_b: int, near: Indices, mark: int
) -> bool:
    """Whether the ends share exactly two neighbours, and keep three or more each (the link condition)."""
    for i in range(round_a):
        near[faces[first[i] // 3, (first[i] + 1) % 3]] = mark
    shared = 0
    for i in range(round_b):
        if near[faces[second[i] // 3, (second[i] + 1) % 3]] == mark:
            shared += 1
    return shared == 2 and round_a > 3 and round_b > 3


@njit(cache=True)
def _zip(faces: Indices, twins: Indices, half: int) -> None:
    """Kill the face of a collapsed half-edge and join what lay across its other two sides."""
    f = half // 3
    one, two = twins[3 * f + (half + 1) % 3], twins[3 * f + (half + 2) % 3]
    twins[one], twins[two] = two, one
    faces[f, 0] = faces[f, 1] = faces[f, 2] = -1
