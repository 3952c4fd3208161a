"""Faces of zero area: turn them away across their longest edge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.predicates import zero_area
from fab.repair.record import Limits, Mending, Surface
from fab.repair.weld import compact, drop_pointed

Indices = NDArray[np.int64]
_ROUNDS = 20


def flip_needles(surface: Surface, limits: Limits) -> Mending:
    """Return the surface without faces of exactly zero area, where an edge flip removes them.

    A face whose middle corner lies on its longest edge and the face across that edge are replaced by two that end in
    the middle corner: the surface stays where it was, and a T-junction becomes a vertex. A face that has nothing across
    its longest edge bounds a hole of no width and is dropped.
    """
    faces = surface.faces.copy()
    turned = 0
    for _ in range(_ROUNDS):
        needles = np.flatnonzero(zero_area(surface.vertices, faces))
        if not len(needles):
            break
        faces, done = _flip_once(surface.vertices, faces, needles)
        turned += done
        if not done:
            break
    note = f"turned away {turned} faces of zero area" if turned else ""
    return Mending(drop_pointed(Surface(surface.vertices, faces)) if turned else surface, note)


def _flip_once(vertices: NDArray[np.float64], faces: Indices, needles: Indices) -> tuple[Indices, int]:
    """Flip every needle whose neighbour no earlier flip of this round has touched.

    On a crowded edge any face that runs it the other way will do: together the two keep the same rim.
    """
    twins = find_opposites(faces, needles)
    touched = np.zeros(len(faces), np.bool_)
    dropped = np.zeros(len(faces), np.bool_)
    done = 0
    for row, f in enumerate(needles):
        sides = np.linalg.norm(vertices[np.roll(faces[f], -1)] - vertices[faces[f]], axis=1)
        k = int(np.argmax(sides))
        twin = int(twins[row, k])
        if twin < 0:
            dropped[f] = not touched[f]
        elif not touched[f] and not touched[twin // 3]:
            _flip(faces, int(f), k, twin)
            touched[[f, twin // 3]] = True
        else:
            continue
        done += 1
    return faces[~dropped], done


def find_opposites(faces: Indices, chosen: Indices) -> Indices:
    """(k, 3) int64: for each edge of the chosen faces a half-edge that runs it the other way, or -1."""
    start, end = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    stride = int(faces.max()) + 1
    keys = start * stride + end
    order = np.argsort(keys, kind="stable")
    wanted = (end * stride + start).reshape(-1, 3)[chosen]
    place = np.searchsorted(keys[order], wanted).clip(max=len(keys) - 1)
    return np.where(keys[order][place] == wanted, order[place], -1)


def _flip(faces: Indices, f: int, k: int, twin: int) -> None:
    """Replace (a, c, b) and (c, a, d), which share a-c, by (a, d, b) and (d, c, b)."""
    a, c, b = faces[f, k], faces[f, (k + 1) % 3], faces[f, (k + 2) % 3]
    d = faces[twin // 3, (twin + 2) % 3]
    faces[f] = (a, d, b)
    faces[twin // 3] = (d, c, b)


def drop_flat_shells(surface: Surface, limits: Limits) -> Mending:
    """Return the surface without closed shells that enclose nothing at all."""
    from fab.gate import label_shells, list_edges, shell_volumes

    count, labels = label_shells(surface.faces)
    if count == 1:
        return Mending(surface)
    edges = list_edges(surface.faces)
    closed = np.bincount(np.repeat(labels, 3), (edges.uses != 2)[edges.of_half], count) == 0
    volumes = np.abs(shell_volumes(surface.vertices, surface.faces, labels, count))
    size = float(np.ptp(surface.vertices, axis=0).max())
    empty = closed & (volumes < (1e-6 * size) ** 3)
    if not empty.any():
        return Mending(surface)
    kept = compact(surface.vertices, surface.faces[~empty[labels]])
    return Mending(kept, f"dropped {int(empty.sum())} crumbs without volume")
