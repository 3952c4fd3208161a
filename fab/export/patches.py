"""A coloured solid as patches, each with one picture or none: what the input's own faces show, and what repair added.

A face that lies on one face of the input keeps its place in the input's picture, to the texel. Only what lies on none
(caps, a new skin) or on several gets colours at its vertices, and is split until those are enough.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fab.colour import ColourField
from fab.export.refine import split_long_edges
from fab.export.sampling import vertex_normals
from fab.paint import Paint, Picture
from fab.solid import Solid
from fab.srgb import linear_to_srgb

ON_FACE_MM = 0.01
"""How far a face may lie from the input's face whose colours it shows: no printer places a line better."""
FINEST, COARSEST = 256, 16
"""Edges are split down to the longest side divided by the first where colours change along them; every edge that asks
at least to that divided by the second, so that no pattern is stepped over."""
LEAST_STEP = 4 / 255
"""Difference in sRGB between an edge's middle and its blended ends from which it is split."""
MAX_FACES = 500_000
"""Faces that splitting is kept to; a part that has more already is hardly split."""

Vertices = NDArray[np.float64]
Faces = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Patch:
    """Some faces of a part: (n, 3) vertices, (m, 3) faces; linear `rgba` (n, 4), multiplied onto a `picture` that
    `uv` (n, 2), v up, looks into. A vertex is there once for every pair of place and colour that it has.
    """

    vertices: Vertices
    faces: Faces
    rgba: NDArray[np.float64] | None = None
    uv: NDArray[np.float64] | None = None
    picture: Picture | None = None


def patches_of(solid: Solid, *, split: bool = True) -> list[Patch]:
    """Return the solid's surface in patches that show the input's colours; the whole without colours if it has none.

    Values of vertices and `uv` are float32's. Where splitting adds vertices they lie on the edges of the solid but for
    rounding, which may fold a needle.
    """
    field = solid.colour
    if field is None or not field.has_colour:
        return [Patch(solid.vertices, solid.faces)]
    vertices, faces = solid.vertices, solid.faces
    if split:
        face, _ = field.under(vertices[faces], _normals(vertices, faces), ON_FACE_MM)
        vertices, faces = _fine_enough(vertices, faces, field, face < 0)
    face, weights = field.under(vertices[faces], _normals(vertices, faces), ON_FACE_MM)
    patches = [
        _painted(vertices, faces[rows], field.paint, face[rows], weights[rows], number)
        for number, rows in _by_picture(field.paint, face)
    ]
    rest = faces[face < 0]
    if len(rest):
        patches.append(_blended(vertices, faces, rest, field))
    return patches


def whole(patches: list[Patch]) -> tuple[Vertices, Faces]:
    """Return the patches as one mesh, corners of neighbours not merged."""
    starts = np.cumsum([0] + [len(patch.vertices) for patch in patches])
    faces = [patch.faces + start for patch, start in zip(patches, starts, strict=False)]
    return np.concatenate([patch.vertices for patch in patches]), np.concatenate(faces)


def _by_picture(paint: Paint, face: NDArray[np.int64]) -> list[tuple[int, NDArray[np.int64]]]:
    """Return the picture's number, or -1, and the rows of the faces that show it, for all that lie on the input."""
    picture = np.full(len(paint.faces), -1)
    if paint.face_picture is not None and paint.uv is not None:
        held = np.array([one is not None for one in paint.pictures])
        picture = np.where(held[paint.face_picture], paint.face_picture, -1)
    rows = np.flatnonzero(face >= 0)
    shown = picture[face[rows]]
    return [(int(number), rows[shown == number]) for number in np.unique(shown)]


def _painted(
    vertices: Vertices, faces: Faces, paint: Paint, face: NDArray[np.int64], weights: NDArray[np.float64], number: int
) -> Patch:
    """Return faces that lie on faces of the input with what those have at their corners."""
    below = paint.faces[face]
    patch = Patch(vertices, faces)
    if number >= 0:
        assert paint.uv is not None
        uv = np.einsum("mkw,mwc->mkc", weights, paint.uv[below])
        patch = replace(patch, uv=uv.reshape(-1, 2), picture=paint.pictures[number])
    rgba = None if number >= 0 else np.ones((len(faces), 3, 4))
    if paint.vertex_rgba is not None:
        inside = np.clip(weights, 0.0, 1.0)
        inside /= inside.sum(axis=2, keepdims=True)
        rgba = np.einsum("mkw,mwc->mkc", inside, paint.vertex_rgba[below])
    elif paint.face_rgba is not None:
        rgba = np.repeat(paint.face_rgba[face][:, None], 3, axis=1)
    return _merged(replace(patch, rgba=None if rgba is None else np.clip(rgba.reshape(-1, 4), 0.0, 1.0)))


def _merged(patch: Patch) -> Patch:
    """Return a patch whose `rgba` and `uv` are those of its corners (3m) with one vertex for all corners alike."""
    corner = patch.faces.reshape(-1)
    columns = [corner.astype(np.int64)]
    uv = None if patch.uv is None else patch.uv.astype(np.float32)
    if uv is not None:
        columns.append(np.ascontiguousarray(uv + np.float32(0)).view(np.int64).reshape(-1))
    levels = None if patch.rgba is None else np.round(patch.rgba * 65535).astype(np.uint16)
    if levels is not None:
        columns.append(np.ascontiguousarray(levels).view(np.int64).reshape(-1))
    _, first, index = np.unique(_numbered(columns), return_index=True, return_inverse=True)
    return replace(
        patch,
        vertices=patch.vertices[corner[first]],
        faces=index.reshape(-1, 3).astype(np.int64),
        uv=None if uv is None else uv[first].astype(np.float64),
        rgba=None if levels is None else levels[first] / 65535.0,
    )


def _numbered(columns: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return (n,) numbers that are alike where all columns are."""
    number = columns[0]
    for column in columns[1:]:
        values, index = np.unique(column, return_inverse=True)
        number = number * len(values) + index.reshape(-1)
    return number


def _blended(vertices: Vertices, faces: Faces, rest: Faces, field: ColourField) -> Patch:
    """Return faces that lie on none of the input's with the field's colours at their vertices."""
    used, index = np.unique(rest, return_inverse=True)
    rgba = field.at(vertices[used], vertex_normals(vertices, faces)[used])
    return Patch(vertices[used], index.reshape(-1, 3).astype(np.int64), np.round(rgba * 65535) / 65535)


def _normals(vertices: Vertices, faces: Faces) -> NDArray[np.float64]:
    corners = vertices[faces]
    return np.asarray(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]))


def _fine_enough(
    vertices: Vertices, faces: Faces, colour: ColourField, chosen: NDArray[np.bool_]
) -> tuple[Vertices, Faces]:
    """Return the mesh with edges of chosen faces split where colours ask for it, as far as `MAX_FACES` allows."""
    if not chosen.any():
        return vertices, faces
    longest = float(np.ptp(vertices, axis=0).max())
    area = float(np.linalg.norm(_normals(vertices, faces[chosen]), axis=1).sum()) / 2
    affordable = float(np.sqrt(7.0 * area / MAX_FACES))  # halving leaves limit² / 7 at the least, slivers apart

    def hides_colour(points: Vertices, ends: Faces) -> NDArray[np.bool_]:
        """Tell which edges (k, 2) are too long to know, or have another colour in the middle than a blend."""
        used, row = np.unique(ends, return_inverse=True)
        a, b = points[ends[:, 0]], points[ends[:, 1]]
        rgba = colour.at(np.concatenate([points[used], (a + b) / 2]))
        blend = linear_to_srgb(rgba[row.reshape(-1, 2)].mean(axis=1))
        differs = np.abs(linear_to_srgb(rgba[len(used) :]) - blend).max(axis=1) > LEAST_STEP
        return np.asarray(differs | (np.linalg.norm(a - b, axis=1) > longest / COARSEST))

    vertices, faces = split_long_edges(vertices, faces, max(longest / FINEST, affordable), hides_colour, chosen)
    return vertices.astype(np.float32).astype(np.float64), faces
