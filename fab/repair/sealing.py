"""Patches that lie side by side with slits between them, filled behind as if they were one surface.

Outside would reach through a slit, and leave a crust of thin walls. Behind patches is where the outside cannot reach
once walls are thickened by some nodes, and where the winding number of the open surface says inside.
Source of the latter: Barill et al., "Fast Winding Numbers for Soups and Clouds" (2018).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fab.gate import face_areas, label_shells, list_edges
from fab.repair.occupied import Occupied, fill_pockets, merge_rows, rows_of
from fab.repair.record import Surface
from fab.repair.weld import compact

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_REACHES = (1, 3)  # nodes: slits up to twice that are sealed, narrow ones first
_INSIDE = 0.5  # of a turn
_WITHIN = 0.9  # of a turn; on the surface it is a half
_OTHERS = 0.2  # of a turn: what the other patches add behind one of them, where they go round something together
_SHARE = 0.5  # of the area of open shells: so much of it must be such patches
_OPEN = 1.0  # of its area is the square of a patch's rim at least; twice pi times that on a half ball
_ASKED = 4000  # places


def is_patched(surface: Surface) -> bool:
    """Whether the open shells of the surface go together round something that none of them goes round alone.

    Shells with short rims, vessels with holes in them, are none of these. The others are asked at 4000 places at most.
    """
    count, shell = label_shells(surface.faces)
    areas = face_areas(*surface)
    torn = _rim_lengths(surface, shell, count) ** 2 > _OPEN * np.bincount(shell, areas, count)
    if torn.sum() < 2:
        return False
    kept = torn[shell]
    faces, shell, areas = surface.faces[kept], shell[kept], areas[kept]
    upto = np.cumsum(areas)
    chosen = np.searchsorted(upto, (np.arange(_ASKED) + 0.5) / _ASKED * upto[-1]).clip(max=len(faces) - 1)
    chosen, often = np.unique(chosen, return_counts=True)
    middles = surface.vertices[faces[chosen]].mean(axis=1)
    helped = _turns(surface.vertices, faces, middles)
    for number in np.unique(shell[chosen]):
        own = shell[chosen] == number
        helped[own] -= _turns(surface.vertices, faces[shell == number], middles[own])
    return bool(often[helped > _OTHERS].sum() > _SHARE * _ASKED)


def _rim_lengths(surface: Surface, shell: Indices, count: int) -> Points:
    """(count,): how long the rims of each shell are together."""
    edges = list_edges(surface.faces)
    rim = np.flatnonzero((edges.turns != 0)[edges.of_half])
    start, end = surface.faces.reshape(-1)[rim], np.roll(surface.faces, -1, axis=1).reshape(-1)[rim]
    length = np.linalg.norm(surface.vertices[start] - surface.vertices[end], axis=1)
    return np.asarray(np.bincount(shell[rim // 3], length, count), np.float64)


def faces_within(surface: Surface, solid: Surface) -> Surface:
    """Return the faces that lie inside a solid, not on it."""
    turns = _turns(solid.vertices, solid.faces, surface.vertices[surface.faces].mean(axis=1))
    return compact(surface.vertices, surface.faces[turns > _WITHIN])


def _turns(vertices: Points, faces: Indices, places: Points) -> Points:
    """(n,): the winding number of the faces round each place."""
    import igl

    return np.asarray(igl.fast_winding_number(vertices, np.ascontiguousarray(faces), places), np.float64)


def fill_behind(occupied: Occupied, surface: Surface) -> Occupied:
    """Return the set with what lies behind patches of an open `surface`, whose vertices are in cells."""
    for reach in _REACHES:
        thick = _thicken(rows_of(occupied), reach, occupied.size)
        closed, _ = fill_pockets(thick)
        behind = _gaps_filled(rows_of(thick), closed)
        behind = behind[_winds_round(behind, surface, occupied.size)]
        if len(behind):
            filled = rows_of(_thicken(behind, reach, occupied.size))
            occupied = merge_rows(np.concatenate([rows_of(occupied), filled]), occupied.size)
    return occupied


def _thicken(rows: Indices, reach: int, size: tuple[int, int, int]) -> Occupied:
    """Return runs (column, first, last) grown by some nodes along every axis; the grid's border stays free."""
    for axis in range(2):
        i, j = rows[:, 0] // size[1], rows[:, 0] % size[1]
        steps = np.arange(-reach, reach + 1)[:, None]
        i, j = (np.clip(i + steps, 1, size[0] - 2), j) if axis == 0 else (i, np.clip(j + steps, 1, size[1] - 2))
        column = np.broadcast_to(i * size[1] + j, (len(steps), len(rows))).reshape(-1)
        rows = rows_of(merge_rows(np.column_stack([column, np.tile(rows[:, 1:], (len(steps), 1))]), size))
    ends = np.clip(rows[:, 1:] + [-reach, reach], 1, size[2] - 2)
    return merge_rows(np.column_stack([rows[:, :1], ends]), size)


def _gaps_filled(rows: Indices, closed: Occupied) -> Indices:
    """Return the gaps (column, first, last) between runs that the closed set, which holds them all, has no more."""
    before, after = rows[:-1], rows[1:]
    same = before[:, 0] == after[:, 0]
    gaps = np.column_stack([before[same, 0], before[same, 2] + 1, after[same, 1] - 1])
    filled = rows_of(closed)
    scale = closed.size[2] + 1
    run = np.searchsorted(filled[:, 0] * scale + filled[:, 1], gaps[:, 0] * scale + gaps[:, 1], side="right") - 1
    inside = (run >= 0) & (filled[run, 0] == gaps[:, 0]) & (filled[run, 2] >= gaps[:, 2])
    return np.asarray(gaps[inside])


def _winds_round(gaps: Indices, surface: Surface, size: tuple[int, int, int]) -> NDArray[np.bool_]:
    """(n,): whether the surface winds round the middle of each gap."""
    if not len(gaps):
        return np.zeros(0, np.bool_)
    middles = np.column_stack([gaps[:, 0] // size[1], gaps[:, 0] % size[1], gaps[:, 1:].mean(axis=1)])
    return _turns(surface.vertices, surface.faces, middles.astype(np.float64)) > _INSIDE
