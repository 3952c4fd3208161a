"""Winding: faces of a shell agree, shells face outward, and only true cavities face inward."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fab.crossings import crossing_pairs, shell_depths
from fab.gate import find_misnested, free_corners, label_shells, list_edges, shell_volumes
from fab.halfedges import pair_up
from fab.repair.record import Limits, Mending, Surface
from fab.repair.weld import compact

Points = NDArray[np.float64]
Indices = NDArray[np.int64]


def agree(surface: Surface, limits: Limits) -> Mending:
    """Return the surface with faces turned so that neighbours agree; in each patch the smaller area turns.

    Patches are joined through edges of exactly two faces. On a Möbius strip some edge stays flipped.
    """
    edges = list_edges(surface.faces)
    if not ((edges.uses == 2) & (edges.turns != 0)).any():
        return Mending(surface)
    twins = pair_up(edges.of_half, (edges.uses == 2)[edges.of_half])
    turn, patch = _walk(twins, edges.forward)
    a, b, c = (surface.vertices[surface.faces[:, k]] for k in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    turned = np.bincount(patch, area * turn) > np.bincount(patch, area) / 2
    flip = turn ^ turned[patch]
    return Mending(Surface(surface.vertices, _turn(surface.faces, flip)), f"turned {int(flip.sum())} faces round")


def _turn(faces: Indices, which: NDArray[np.bool_]) -> Indices:
    return np.where(which[:, None], faces[:, ::-1], faces)


@njit(cache=True)
def _walk(twins: Indices, forward: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], Indices]:
    """For each face whether it must turn to agree with the first of its patch, and the patch."""
    count = len(twins) // 3
    turn = np.zeros(count, np.bool_)
    patch = np.full(count, -1, np.int64)
    queue = np.empty(count, np.int64)
    patches = 0
    for seed in range(count):
        if patch[seed] >= 0:
            continue
        patch[seed] = patches
        queue[0], head, tail = seed, 0, 1
        while head < tail:
            face = queue[head]
            head += 1
            for half in range(3 * face, 3 * face + 3):
                twin = twins[half]
                if twin < 0 or patch[twin // 3] >= 0:
                    continue
                patch[twin // 3] = patches
                turn[twin // 3] = turn[face] ^ (forward[half] == forward[twin])
                queue[tail] = twin // 3
                tail += 1
        patches += 1
    return turn, patch


def face_outward(surface: Surface, limits: Limits) -> Mending:
    """Return the surface with closed shells nested as a solid's are.

    From the outermost inward: a shell with nothing round it is turned to face outward. One that faces outward within
    the material of another adds nothing and goes; one that faces inward there is a cavity and stays. What runs through
    the wall of another does not lie in it.
    """
    edges = list_edges(surface.faces)
    count, labels = label_shells(surface.faces, edges)
    sound = (edges.uses == 2) & (edges.turns == 0)
    closed = np.bincount(np.repeat(labels, 3), ~sound[edges.of_half], count) == 0
    if not find_misnested(surface.vertices, surface.faces, labels, count, sound, edges).any():
        return Mending(surface)
    turn, drop = _settle(surface, labels, count, closed)
    faces = _turn(surface.faces, turn[labels])[~drop[labels]]
    said = [
        f"{verb} {n} {what}"
        for verb, n, what in (
            ("turned", int(turn.sum()), "inside-out shells"),
            ("dropped", int(drop.sum()), "shells buried in others"),
        )
        if n
    ]
    return Mending(compact(surface.vertices, faces), ", ".join(said))


def _settle(surface: Surface, labels: Indices, count: int, closed: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], ...]:
    """Return which shells turn and which go, deciding the outer ones first."""
    turn, drop = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    inside = containment(surface, labels, count, closed)
    first, second = labels[crossing_pairs(*surface)].T
    inside[first, second] = inside[second, first] = False
    outward = shell_volumes(surface.vertices, surface.faces, labels, count) > 0
    for shell in sorted(np.flatnonzero(closed), key=lambda s: (int(inside[s].sum()), s)):
        around = inside[shell] & ~drop
        winding = int(np.where(outward[around], 1, -1).sum())
        if winding <= 0 and not outward[shell]:
            # What lies in an inside-out shell was made with it, so a cavity there faces the wrong way as well.
            whole = inside[:, shell] & closed
            whole[shell] = True
            turn ^= whole
            outward ^= whole
        elif winding <= 0:
            continue
        elif outward[shell] or winding > 1:
            drop[shell] = True
    return turn, drop


def containment(surface: Surface, labels: Indices, count: int, closed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(count, count) bool: whether the first shell lies in the second, both closed; by boxes first, then exactly."""
    inside = np.zeros((count, count), np.bool_)
    low, high = shell_boxes(surface, labels, count)
    for outer in np.flatnonzero(closed):
        held = closed & (low >= low[outer]).all(axis=1) & (high <= high[outer]).all(axis=1)
        held[outer] = False
        members = np.flatnonzero(held)
        if len(members):
            inside[members, outer] = _lie_in(surface, labels, int(outer), members)
    return inside


def _lie_in(surface: Surface, labels: Indices, outer: int, members: Indices) -> NDArray[np.bool_]:
    """(k,) bool: which of the shells `members` lie in the closed shell `outer`."""
    vertices, faces = surface
    shell = np.ascontiguousarray(faces[labels == outer])
    shared = np.zeros(len(vertices), np.bool_)
    shared[shell] = True
    number = np.full(int(labels.max()) + 1, -1, np.int64)
    number[members] = np.arange(len(members))
    own = number[labels]
    points, starts = free_corners(vertices, faces[own >= 0], own[own >= 0], shared)
    # The ray from each member is counted against `outer` alone, which goes by the number of a first shell that is not.
    depths = shell_depths(points, shell, np.zeros(len(shell), np.int64), np.concatenate([starts[:1], starts]))
    return np.asarray(depths[1:] == 1, np.bool_)


@njit(cache=True)
def _bound(points: Points, faces: Indices, labels: Indices, low: Points, high: Points) -> None:
    for f in range(len(faces)):
        shell = labels[f]
        for v in faces[f]:
            for axis in range(3):
                low[shell, axis] = min(low[shell, axis], points[v, axis])
                high[shell, axis] = max(high[shell, axis], points[v, axis])


def shell_boxes(surface: Surface, labels: Indices, count: int) -> tuple[Points, Points]:
    """(count, 3) twice: lowest and highest corner of each shell."""
    low, high = np.full((count, 3), np.inf), np.full((count, 3), -np.inf)
    _bound(surface.vertices, surface.faces, labels, low, high)
    return low, high
