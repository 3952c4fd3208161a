"""One closed solid for each colour of a painted part, for slicers and machines that take colours as separate files.

A painted surface does not say how deep its colours go. Here the largest colour of each body fills it, and the others
lie on it as skins of a few lines: their faces, the same faces moved inward, and walls along the borders. Neighbours
have the very same walls, so the solids fill the part without gap or overlap. Where skins of full depth would meet
inside a thin part they are made thinner.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fab.crossings import crossing_pairs
from fab.errors import ExportFailed
from fab.export.sampling import vertex_normals
from fab.gate import face_areas, find_defects, label_shells, shell_volumes
from fab.palette.record import Painted

SKIN_MM = 1.2
"""Depth of a colour: three lines of a common nozzle, so that no other colour shows through."""
ROUNDS = 12
LEAST_MM = 0.01

Vertices = NDArray[np.float64]
Faces = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ColourSolid:
    """What is printed in one slot: a closed mesh in the part's own millimetres, (n, 3) and (m, 3)."""

    slot: int
    vertices: Vertices
    faces: Faces


def split_colours(painted: Painted, skin_mm: float = SKIN_MM) -> tuple[ColourSolid, ...]:
    """Return a solid for every slot that faces are painted in; together they fill the part.

    Single faces change colour where two regions of one touch in a point, or where a crease leaves no room for a skin.
    Raises ExportFailed where that would lose a colour, or no skin can be told from the rest.
    """
    vertices, faces = painted.solid.vertices, painted.solid.faces
    body = _body_slots(vertices, faces, painted.slots)
    slots, points = painted.slots, vertices
    for _ in range(ROUNDS):
        slots = _without_pinches(vertices, faces, slots)
        points, stuck = _with_inner(vertices, faces, slots, body, skin_mm)
        if not stuck.any():
            break
        slots = np.where(stuck, body, slots)
    lost = np.setdiff1d(painted.slots, slots)
    if len(lost):
        raise ExportFailed(f"colour {lost[0] + 1} is only on faces that leave no room for it; use the 3MF")
    solids = []
    for slot in np.unique(slots).tolist():
        used, index = np.unique(_piece(len(vertices), faces, slots, body, slot), return_inverse=True)
        solid = ColourSolid(slot, points[used], index.reshape(-1, 3).astype(np.int64))
        defects = find_defects(solid.vertices, solid.faces)
        if not defects.none:
            name = painted.palette.colours[slot].name
            raise ExportFailed(
                f"colour {slot + 1} ({name}) cannot be a solid of its own: {defects.sentence()}; "
                "use the 3MF, whose faces carry the colours"
            )
        solids.append(solid)
    return tuple(solids)


def _body_slots(vertices: Vertices, faces: Faces, slots: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each face the slot that fills its body: the largest of the outer shell it belongs to.

    A cavity belongs to the smallest outer shell whose box holds it.
    """
    count, shell = label_shells(faces)
    outer = shell_volumes(vertices, faces, shell, count) > 0
    lows = np.array([vertices[faces[shell == k]].reshape(-1, 3).min(axis=0) for k in range(count)])
    highs = np.array([vertices[faces[shell == k]].reshape(-1, 3).max(axis=0) for k in range(count)])
    owner = np.arange(count)
    for cavity in np.flatnonzero(~outer):
        holds = outer & (lows <= lows[cavity]).all(axis=1) & (highs >= highs[cavity]).all(axis=1)
        if holds.any():
            owner[cavity] = np.flatnonzero(holds)[np.argmin(np.prod(highs - lows, axis=1)[holds])]
    most = int(slots.max()) + 1
    area = np.bincount(owner[shell] * most + slots, face_areas(vertices, faces), count * most).reshape(count, most)
    return np.asarray(area.argmax(axis=1)[owner[shell]])


def _without_pinches(vertices: Vertices, faces: Faces, slots: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the slots with the faces at a vertex made one colour where a colour meets itself there in a point only."""
    slots, area = slots.copy(), face_areas(vertices, faces)
    most = int(slots.max()) + 1
    for _ in range(ROUNDS):
        start, face = _border_halves(faces, slots)
        keys, times = np.unique(start[:, 0] * most + slots[face], return_counts=True)
        pinched = np.zeros(len(vertices), np.bool_)
        pinched[keys[times > 1] // most] = True
        around = np.flatnonzero(pinched[faces].any(axis=1))
        if len(around) == 0:
            return slots
        share: dict[int, dict[int, float]] = {}
        for row in around.tolist():
            for vertex in faces[row][pinched[faces[row]]].tolist():
                held = share.setdefault(vertex, {})
                held[int(slots[row])] = held.get(int(slots[row]), 0.0) + float(area[row])
        for row in around.tolist():
            vertex = int(faces[row][pinched[faces[row]]].min())
            slots[row] = max(sorted(share[vertex]), key=lambda slot: share[vertex][slot])
    raise ExportFailed("regions of one colour touch in points that cannot be parted; use the 3MF")


def _border_halves(faces: Faces, slots: NDArray[np.int64]) -> tuple[Faces, NDArray[np.int64]]:
    """Return the half edges (k, 2) along which a face has a neighbour of another slot, and the face of each."""
    halves = np.stack([faces, np.roll(faces, -1, axis=1)], axis=2).reshape(-1, 2)
    face = np.repeat(np.arange(len(faces)), 3)
    size = int(faces.max()) + 1
    own, twin = halves @ (size, 1), halves @ (1, size)
    order = np.argsort(own)
    neighbour = face[order[np.searchsorted(own, twin, sorter=order)]]
    border = slots[face] != slots[neighbour]
    return halves[border], face[border]


def _with_inner(
    vertices: Vertices, faces: Faces, slots: NDArray[np.int64], body: NDArray[np.int64], skin_mm: float
) -> tuple[Vertices, NDArray[np.bool_]]:
    """Return the vertices and, after them, each moved inward as far as no skin touches another or itself.

    And which faces' skins (m,) still do when they are as thin as can be.
    """
    normals, depth = vertex_normals(vertices, faces), np.full(len(vertices), skin_mm)
    skinned = slots != body
    skins = faces[skinned]
    halves, _ = _border_halves(faces, slots)
    walls = _walls(len(vertices), halves[halves[:, 0] < halves[:, 1]])
    surface = np.concatenate([faces, skins + len(vertices), walls])
    outward = _normals(vertices, skins)
    while True:
        inner = (vertices - normals * depth[:, None]).astype(np.float32).astype(np.float64)
        points = np.concatenate([vertices, inner])
        wrong = np.zeros(len(vertices), np.bool_)
        wrong[skins[np.einsum("mk,mk->m", _normals(inner, skins), outward) <= 0]] = True
        pairs = crossing_pairs(points, surface) if len(skins) else np.zeros((0, 2), np.int64)
        wrong[surface[pairs.reshape(-1)].reshape(-1) % len(vertices)] = True
        if not (wrong & (depth > LEAST_MM)).any():
            return points, skinned & wrong[faces].any(axis=1)
        depth[wrong] = np.maximum(depth[wrong] / 4, LEAST_MM)


def _piece(count: int, faces: Faces, slots: NDArray[np.int64], body: NDArray[np.int64], slot: int) -> Faces:
    """Return the faces of one slot's solid over the vertices and their inner twins, `count` further on."""
    halves, face = _border_halves(faces, slots)
    mine = slots == slot
    own_skin = faces[mine & (body != slot)][:, ::-1] + count
    others_skins = faces[(body == slot) & ~mine] + count
    return np.concatenate([faces[mine], own_skin, others_skins, _walls(count, halves[slots[face] == slot])])


def _walls(count: int, halves: Faces) -> Faces:
    """Return the walls that close a solid along its border half edges, from the surface to the inner twins.

    Both neighbours of a border cut its walls along the same diagonal, from the higher vertex to the lower's twin.
    """
    start, end = halves.T
    low, high = np.minimum(start, end), np.maximum(start, end)
    up = start < end
    first = np.where(up[:, None], np.column_stack([high, low, low + count]), np.column_stack([low, high, low + count]))
    second = np.column_stack([high, low + count, high + count])
    second = np.where(up[:, None], second, second[:, [0, 2, 1]])
    return np.concatenate([first, second])


def _normals(vertices: Vertices, faces: Faces) -> NDArray[np.float64]:
    corners = vertices[faces]
    return np.asarray(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]))
