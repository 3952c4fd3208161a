"""Holes: rims are closed by the triangulation of least area that lies in none of the other faces.

Small ones on a smooth surface are then refined and faired, so that the patch carries on the curvature round it.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.crossings import crossing_pairs
from fab.findings import Finding, Severity
from fab.gate import distinct, list_edges
from fab.halfedges import find_loops, find_twins
from fab.repair.fairing import fair, refine_patch
from fab.repair.record import Limits, Mending, Surface
from fab.repair.rims import join_rims
from fab.repair.weld import compact

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_LARGEST_RIM = 600  # vertices; the triangulation takes the cube of it, so longer rims are cut in their own plane
_FEW = 6  # corners: a patch of less has nothing to bend
_SMOOTH_COS = 0.5  # a patch that meets the faces round it more sharply than that is the end of something: kept plain
_SHARP_SHARE = 0.1
_MOST_LISTED = 20


def fill_holes(surface: Surface, limits: Limits) -> Mending:
    """Return the surface with every rim closed; holes larger than `hole_mm` are capped plainly and told.

    Two rims of one hollow wall are joined to each other, so that its cavity stays open.
    """
    twins = find_twins(surface.faces)
    loops = [loop for loop in find_loops(surface.faces, twins) if len(loop) >= 3] if (twins < 0).any() else []
    loops = _on_two_sided(surface, loops)
    if not loops:
        return Mending(surface)
    walls, single = join_rims(surface, loops)
    note = f"joined {len(loops) - len(single)} rims of hollow walls in pairs" if len(walls) else ""
    joined = Surface(surface.vertices, np.concatenate([surface.faces, walls]))
    if not single:
        return Mending(joined, note, added=compact(surface.vertices, walls))
    made, patches, large = _cap(joined, single, limits)
    told = f"closed {len(single)} holes" + (f", {len(large)} of them large" if large else "")
    return Mending(
        Surface(made.vertices, _new_only(made.faces, len(joined.faces))),
        f"{note}, {told}" if note else told,
        added=compact(made.vertices, np.concatenate([walls, patches])),
        findings=_tell(surface, large, limits),
    )


def _cap(surface: Surface, loops: list[Indices], limits: Limits) -> tuple[Surface, Indices, list[Indices]]:
    """Return the surface with its rims capped, the caps' faces, and the rims of those wider than `hole_mm`."""
    links = Links.of(surface.faces)
    plain = [_close(surface.vertices, loop, links) for loop in loops]
    small = [float(np.ptp(surface.vertices[loop], axis=0).max()) <= limits.hole_mm for loop in loops]
    made, faces = _bend(surface, loops, plain, small)
    return made, faces, [loop for loop, fine in zip(loops, small, strict=True) if not fine]


def _on_two_sided(surface: Surface, loops: list[Indices]) -> list[Indices]:
    """Return the loops on shells that have two sides; on a Möbius strip a cap has no way to face."""
    edges = list_edges(surface.faces)
    flipped = (edges.uses == 2) & (edges.turns != 0)
    if not loops or not flipped.any():
        return loops
    from fab.gate import label_shells

    count, labels = label_shells(surface.faces, edges)
    one_sided = np.bincount(np.repeat(labels, 3), flipped[edges.of_half], count) > 0
    at = np.zeros(len(surface.vertices), np.bool_)
    at[surface.faces[one_sided[labels]]] = True
    return [loop for loop in loops if not at[loop].any()]


def _close(vertices: Points, loop: Indices, links: Links) -> Indices:
    if len(loop) <= _LARGEST_RIM:
        return np.asarray(loop[triangulate_rim(vertices[loop], links.among(loop))], np.int64)
    return np.asarray(loop[_triangulate_plane(vertices[loop])], np.int64)


def _triangulate_plane(points: Points) -> Indices:
    """(n - 2, 3) int64: triangles over a closed polygon as seen along its own normal (Newell's)."""
    from manifold3d import triangulate

    from fab.repair.sections import frame_of

    ahead = np.roll(points, -1, axis=0)
    normal = np.cross(points - points[0], ahead - points[0]).sum(axis=0)
    x, y, z = normal / max(float(np.linalg.norm(normal)), 1e-300)
    across, along, _ = frame_of((float(x), float(y), float(z)))
    return np.asarray(triangulate([np.stack([points @ across, points @ along], axis=1)]), np.int64)


def _bend(surface: Surface, loops: list[Indices], plain: list[Indices], small: list[bool]) -> tuple[Surface, Indices]:
    """Return the surface with all patches, those of small holes bent where they meet it smoothly, and their faces."""
    bent = {k for k, loop in enumerate(loops) if small[k] and len(loop) >= _FEW and _is_smooth(surface, loop, plain[k])}
    patched = _patch(surface, loops, plain, bent)
    if bent:
        made, _, owner = patched
        pairs = crossing_pairs(*made) - len(surface.faces)
        bent -= {int(k) for k in owner[pairs[pairs >= 0]]}
        patched = _patch(surface, loops, plain, bent)
    return patched[:2]


def _is_smooth(surface: Surface, loop: Indices, patch: Indices) -> bool:
    """Whether the patch goes on from nearly all faces along the rim without a sharp bend."""
    inside = _edge_normals(surface.vertices, patch)
    around = np.isin(surface.faces, loop).sum(axis=1) >= 2
    outside = _edge_normals(surface.vertices, surface.faces[around])
    bends = []
    for a, b in zip(loop.tolist(), np.roll(loop, -1).tolist(), strict=True):
        if (a, b) in inside and (b, a) in outside:
            bends.append(float(inside[a, b] @ outside[b, a]) < _SMOOTH_COS)
    return bool(bends) and float(np.mean(bends)) <= _SHARP_SHARE


def _edge_normals(vertices: Points, faces: Indices) -> dict[tuple[int, int], Points]:
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    normals = np.cross(b - a, c - a)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-300)
    return {
        (int(face[k]), int(face[(k + 1) % 3])): normal
        for face, normal in zip(faces, normals, strict=True)
        for k in range(3)
    }


def _patch(
    surface: Surface, loops: list[Indices], plain: list[Indices], bent: set[int]
) -> tuple[Surface, Indices, Indices]:
    """Return the surface with patches, the patches' faces, and the patch that each of these is of."""
    vertices, patches = [surface.vertices], []
    count = len(surface.vertices)
    sizes = _rim_sizes(surface, loops) if bent else {}
    for k, loop in enumerate(loops):
        patch = plain[k]
        if k in bent:
            place = {int(v): i for i, v in enumerate(loop)}
            inner = np.array([[place[int(v)] for v in face] for face in patch], np.int64)
            points, faces = refine_patch(surface.vertices[loop], inner, np.array([sizes[int(v)] for v in loop]))
            number = np.concatenate([loop, count + np.arange(len(points) - len(loop))])
            vertices.append(points[len(loop) :])
            patch, count = number[faces], count + len(points) - len(loop)
        patches.append(patch)
    made, owner = np.concatenate(patches), np.repeat(np.arange(len(loops)), [len(p) for p in patches])
    whole = Surface(np.concatenate(vertices), np.concatenate([surface.faces, made]))
    return _faired(whole, len(surface.vertices), np.isin(owner, list(bent)), len(surface.faces)), made, owner


def _faired(surface: Surface, old: int, bending: NDArray[np.bool_], given: int) -> Surface:
    """Return the surface with vertices from `old` on moved to where it bends evenly."""
    if len(surface.vertices) == old:
        return surface
    near = np.zeros(len(surface.vertices), np.bool_)
    near[surface.faces[given:][bending]] = True
    chosen = surface.faces[near[surface.faces].any(axis=1)]
    used = np.unique(chosen)
    local = Surface(surface.vertices[used], np.searchsorted(used, chosen).astype(np.int64))
    vertices = surface.vertices.copy()
    vertices[used] = fair(local, int(np.searchsorted(used, old)))
    return Surface(vertices.astype(np.float32).astype(np.float64), surface.faces)


def _rim_sizes(surface: Surface, loops: list[Indices]) -> dict[int, float]:
    """Return how long, on average, edges of the surface are at each vertex of the rims."""
    start, end = surface.faces.reshape(-1), np.roll(surface.faces, -1, axis=1).reshape(-1)
    length = np.linalg.norm(surface.vertices[start] - surface.vertices[end], axis=1)
    total, uses = (np.bincount(start, w, len(surface.vertices)) for w in (length, np.ones(len(length))))
    rims = np.unique(np.concatenate(loops))
    return dict(zip(rims.tolist(), (total[rims] / np.maximum(uses[rims], 1)).tolist(), strict=True))


def _tell(surface: Surface, large: list[Indices], limits: Limits) -> tuple[Finding, ...]:
    spans = [float(np.ptp(surface.vertices[loop], axis=0).max()) / limits.unit_per_mm for loop in large]
    ranked = sorted(range(len(large)), key=lambda k: (-spans[k], k))
    findings = []
    for k in ranked[:_MOST_LISTED]:
        x, y, z = (float(c) for c in surface.vertices[large[k]].mean(axis=0))
        found = Finding(
            check="solid",
            code="hole-capped",
            severity=Severity.INFO,
            message=f"an opening {spans[k]:.1f} mm wide was capped",
            measured=spans[k],
            limit=limits.hole_mm / limits.unit_per_mm,
            unit="mm",
            point_mm=(x, y, z),
            remedy="if it was meant to stay open, give its walls a thickness before repair",
        )
        findings.append(found)
    if len(ranked) > _MOST_LISTED:
        more = f"{len(ranked) - _MOST_LISTED} more openings were capped"
        findings.append(Finding(check="solid", code="hole-capped", severity=Severity.INFO, message=more))
    return tuple(findings)


def _new_only(faces: Indices, old: int) -> Indices:
    """Return the faces without new ones two corners of which are one vertex."""
    three = (faces != np.roll(faces, 1, axis=1)).all(axis=1)
    three[:old] = True
    return faces[three]


class Links(NamedTuple):
    """Which vertices an edge joins already; a patch that used such an edge again would crowd it."""

    keys: Indices
    stride: int

    @classmethod
    def of(cls, faces: Indices) -> Links:
        """Return the links of all edges of `faces`."""
        start, end = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
        count = int(faces.max()) + 1
        return cls(distinct(np.minimum(start, end) * count + np.maximum(start, end)), count)

    def among(self, loop: Indices) -> NDArray[np.bool_]:
        """(n, n) bool: which corners of a rim, not neighbours on it, an edge joins."""
        low, high = np.minimum.outer(loop, loop), np.maximum.outer(loop, loop)
        keys = low * self.stride + high
        place = np.searchsorted(self.keys, keys).clip(max=len(self.keys) - 1)
        joined = self.keys[place] == keys
        joined |= low == high
        around = np.arange(len(loop))
        joined[around, around - 1] = joined[around - 1, around] = False
        return joined


def triangulate_rim(points: Points, joined: NDArray[np.bool_]) -> Indices:
    """(n - 2, 3) int64: triangles over a closed polygon (n, 3) with the least area, lesser folds first.

    Diagonals that `joined` (n, n) marks are avoided where any other triangulation exists.

    Source: Barequet & Sharir, "Filling Gaps in the Boundary of a Polyhedron" (1995), dynamic programming.
    """
    return np.asarray(_least_area(np.ascontiguousarray(points, np.float64), joined), np.int64)


@njit(cache=True)
def _least_area(points: Points, joined: NDArray[np.bool_]) -> Indices:
    n = len(points)
    cost = np.zeros((n, n))
    split = np.zeros((n, n), np.int64)
    for gap in range(2, n):
        for i in range(n - gap):
            k = i + gap
            best = np.inf
            for m in range(i + 1, k):
                total = cost[i, m] + cost[m, k] + _cost(points[i], points[m], points[k])
                if total < best:
                    best, split[i, k] = total, m
            cost[i, k] = best + (1e30 if joined[i, k] else 0.0)
    out = np.empty((n - 2, 3), np.int64)
    stack = np.empty((n, 2), np.int64)
    stack[0, 0], stack[0, 1] = 0, n - 1
    depth, count = 1, 0
    while depth:
        depth -= 1
        i, k = stack[depth]
        if k - i < 2:
            continue
        m = split[i, k]
        out[count, 0], out[count, 1], out[count, 2] = i, m, k
        count += 1
        stack[depth, 0], stack[depth, 1] = i, m
        stack[depth + 1, 0], stack[depth + 1, 1] = m, k
        depth += 2
    return out


@njit(cache=True)
def _cost(a: Points, b: Points, c: Points) -> float:
    """Area, and a little of the squared perimeter, which breaks ties of flat rims against needles."""
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    wx, wy, wz = vx - ux, vy - uy, vz - uz
    perimeter = ux * ux + uy * uy + uz * uz + vx * vx + vy * vy + vz * vz + wx * wx + wy * wy + wz * wz
    return 0.5 * np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-3 * perimeter
