"""The gate: what keeps a mesh from being a solid, counted on the float32 coordinates that reach a file.

Nothing here knows a unit, a frame or a tolerance.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fab.errors import FabError
from fab.halves import first_equal, join_faces, number_edges
from fab.latest import Latest
from fab.solid import Defects

Points = NDArray[np.float64]
Indices = NDArray[np.int64]


class Edges(NamedTuple):
    """Undirected edges of a mesh: `corners` (e, 2) lower vertex first, `of_half` (3 m,) edge of each half-edge.

    Half-edge 3 f + k runs from corner k of face f to the next; `forward` says whether from the lower vertex up.
    """

    corners: Indices
    of_half: Indices
    forward: NDArray[np.bool_]

    @property
    def uses(self) -> Indices:
        """(e,) how many faces join at each edge."""
        return np.bincount(self.of_half, minlength=len(self.corners))

    @property
    def turns(self) -> Indices:
        """(e,) forward less backward half-edges; zero where two faces agree."""
        return np.bincount(self.of_half, np.where(self.forward, 1, -1), len(self.corners)).astype(np.int64)


def merge_float32(vertices: ArrayLike, faces: ArrayLike) -> tuple[Points, Indices]:
    """Return the mesh with float32 values and one vertex per position: (n, 3) float64, (m, 3) int64.

    Faces stay as they are and in order; vertices come in order of first use in the input, unreferenced ones go.
    Raises FabError when a face names a vertex that is not there or the arrays have another shape.
    """
    points = np.asarray(vertices, np.float64)
    corners = np.asarray(faces, np.int64)
    if points.ndim != 2 or points.shape[1] != 3 or corners.ndim != 2 or corners.shape[1] != 3:
        raise FabError(f"a mesh is (n, 3) vertices and (m, 3) faces, got {points.shape} and {corners.shape}")
    if len(corners) and not 0 <= corners.min() <= corners.max() < len(points):
        raise FabError(f"faces name vertices {corners.min()} to {corners.max()} of {len(points)}; drop those faces")
    used, corners = _renumber(corners, len(points))
    with np.errstate(over="ignore"):
        points = points[used].astype(np.float32).astype(np.float64) + 0.0  # -0.0 and 0.0 are one place
    first, inverse = unique_rows(points)
    return points[first], inverse[corners]


def _renumber(corners: Indices, count: int) -> tuple[Indices, Indices]:
    """Return the vertices in use, in order, and the corners counted among them."""
    mask = np.zeros(count, np.bool_)
    mask[corners] = True
    return np.flatnonzero(mask), (np.cumsum(mask) - 1)[corners]


def unique_rows(points: Points) -> tuple[Indices, Indices]:
    """Return the first row at each place, in order of appearance, and for each row which of them it equals.

    A row that holds nan equals none.
    """
    leader = np.arange(len(points))
    numbers = np.flatnonzero(~np.isnan(points).any(axis=1))
    leader[numbers] = numbers[first_equal(np.ascontiguousarray(points[numbers], np.float64) + 0.0)]
    leads = leader == np.arange(len(points))
    return np.flatnonzero(leads), (np.cumsum(leads) - 1)[leader]


def distinct(keys: Indices) -> Indices:
    """Return the keys, once each and in order; np.unique without an inverse hashes them, which takes far longer."""
    ranked = np.sort(keys, axis=None)
    return np.asarray(ranked[np.diff(ranked, prepend=ranked[:1] - 1) != 0], np.int64)


def list_edges(faces: Indices) -> Edges:
    """Return the undirected edges of `faces` (m, 3), sorted by their vertices; not to be written to."""
    return _LATEST_EDGES(faces)


def _list_edges(faces: Indices) -> Edges:
    start, end = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    low, high = np.minimum(start, end), np.maximum(start, end)
    corners, of_half = number_edges(low, high, int(faces.max()) + 1 if len(faces) else 0)
    return Edges(corners, of_half, start < end)


_LATEST_EDGES = Latest(_list_edges)


def label_shells(faces: Indices, edges: Edges | None = None) -> tuple[int, Indices]:
    """Return how many shells there are and the shell of each face (m,); faces that share an edge are of one shell.

    Shells are numbered by their lowest face.
    """
    edges = edges or list_edges(faces)
    count, labels = join_faces(edges.of_half, len(edges.corners))
    return int(count), labels


def face_areas(vertices: Points, faces: Indices) -> Points:
    """(m,) float64: the area of each face."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return np.asarray(np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2, np.float64)


def shell_volumes(vertices: Points, faces: Indices, labels: Indices, count: int) -> Points:
    """(count,) float64: signed volume of each shell, measured from one of its own corners to keep digits."""
    origin = np.zeros((count, 3))
    origin[labels[::-1]] = vertices[faces[::-1, 0]]
    a, b, c = (vertices[faces[:, k]] - origin[labels] for k in range(3))
    volumes = np.einsum("ij,ij->i", a, np.cross(b, c)) / 6
    return np.bincount(labels, volumes, count).astype(np.float64)


def find_defects(vertices: Points, faces: Indices) -> Defects:
    """Return how far a mesh is from being a solid, on its coordinates as they are.

    `vertices` (n, 3) float64, merged; `faces` (m, 3) int64. Edges and shells are those of the faces whose three
    corners are three vertices; a face of zero area, or with a corner that is not finite, is degenerate. `crossings` are
    faces, not pairs. `misnested` looks at shells that are closed: one is misnested when it faces outward inside an odd
    number of others, or inward inside an even number.
    """
    from fab.crossings import crossing_pairs
    from fab.predicates import zero_area

    three = (faces != np.roll(faces, 1, axis=1)).all(axis=1)
    whole = np.ascontiguousarray(faces[three])
    edges = list_edges(whole)
    uses, turns = edges.uses, edges.turns
    count, labels = label_shells(whole, edges)
    return Defects(
        open_edges=int((uses == 1).sum()),
        nonmanifold_edges=int((uses > 2).sum()),
        flipped_edges=int(((uses == 2) & (turns != 0)).sum()),
        degenerate_faces=int(zero_area(vertices, faces).sum()),
        crossings=len(np.unique(crossing_pairs(vertices, faces))),
        bodies=count,
        misnested=int(find_misnested(vertices, whole, labels, count, (uses == 2) & (turns == 0), edges).sum()),
    )


def find_misnested(
    vertices: Points, faces: Indices, labels: Indices, count: int, sound: NDArray[np.bool_], edges: Edges
) -> NDArray[np.bool_]:
    """(count,) bool: the closed shells whose orientation contradicts how deep they lie; `sound` (e,) are good edges."""
    wrong = np.zeros(count, np.bool_)
    closed = np.bincount(np.repeat(labels, 3), ~sound[edges.of_half], count) == 0
    finite = np.bincount(labels, ~np.isfinite(vertices[faces]).all(axis=(1, 2)), count) == 0
    kept = closed & finite
    if not kept.any():
        return wrong
    chosen = kept[labels]
    own = (np.cumsum(kept) - 1)[labels[chosen]]
    depths = nesting_depths(vertices, np.ascontiguousarray(faces[chosen]), own)
    volumes = shell_volumes(vertices, faces[chosen], own, int(kept.sum()))
    wrong[kept] = np.where(depths % 2 == 0, volumes <= 0, volumes >= 0)
    return wrong


def nesting_depths(vertices: Points, faces: Indices, labels: Indices) -> Indices:
    """(k,) int64: in how many other closed shells each shell lies, by a corner that it shares with none of them."""
    from fab.crossings import shell_depths

    corner, shell = faces.reshape(-1), np.repeat(labels, 3)
    owner = np.zeros(len(vertices), np.int64)
    owner[corner] = shell
    shared = np.zeros(len(vertices), np.bool_)
    shared[corner[owner[corner] != shell]] = True
    points, starts = free_corners(vertices, faces, labels, shared)
    return np.asarray(shell_depths(points, faces, labels, starts), np.int64)


def free_corners(
    vertices: Points, faces: Indices, labels: Indices, shared: NDArray[np.bool_]
) -> tuple[Points, Indices]:
    """Return the vertices, with more behind them, and which (k,) of these to ask where each shell lies.

    That is its lowest corner that is not `shared` (n,); a shell all of whose corners are is asked about by the middle
    of its first face, which rounding may move a little.
    """
    count, size = int(labels.max()) + 1, len(vertices)
    starts = np.full(count, 2 * size, np.int64)
    np.minimum.at(starts, np.repeat(labels, 3), (faces + np.where(shared, size, 0)[faces]).reshape(-1))
    starts %= size
    stuck = np.flatnonzero(shared[starts])
    first = np.empty(count, np.int64)
    first[labels[::-1]] = np.arange(len(faces))[::-1]
    starts[stuck] = size + np.arange(len(stuck))
    return np.concatenate([vertices, vertices[faces[first[stuck]]].mean(axis=1)]), starts
