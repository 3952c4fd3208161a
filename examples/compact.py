"""A figurine's mesh made small enough to keep: few faces, the edges of its colours kept, and no faces that cross."""

from __future__ import annotations

import numpy as np
import trimesh
from manifold3d import Manifold, Mesh
from numpy.typing import NDArray
from scipy import sparse

from fab.crossings import crossing_pairs

FACES = 16_500  # about 380 kB
FIRST_TOLERANCE = 1e-3  # how far the surface may move, in heights; more where there are still too many faces
SLIVER = 1e-8  # twice the area of a face that might as well be none
ROUNDS = 20


def compact(mesh: trimesh.Trimesh, colours: NDArray[np.uint8]) -> trimesh.Trimesh:
    """Return the mesh with at most FACES coloured faces, still closed; `colours` are (m, 4), one for each face."""
    palette, colour = np.unique(colours, axis=0, return_inverse=True)
    solid, first = as_manifold(mesh, colour)
    tolerance = FIRST_TOLERANCE
    while (small := solid.simplify(tolerance)).num_tri() > FACES:
        tolerance *= 1.15
    result = small.to_mesh()
    runs = np.diff(np.asarray(result.run_index)) // 3
    kept = np.repeat(np.asarray(result.run_original_id) - first, runs)
    return trimesh.Trimesh(result.vert_properties[:, :3], result.tri_verts, face_colors=palette[kept], process=False)


def as_manifold(mesh: trimesh.Trimesh, colour: NDArray[np.int_]) -> tuple[Manifold, int]:
    """Return the mesh, each colour's faces a run of their own that simplifying keeps apart, and the first run's id."""
    order = np.argsort(colour, kind="stable")
    ends = np.cumsum(np.bincount(colour))
    first = Manifold.reserve_ids(len(ends))
    runs = Mesh(
        mesh.vertices.astype(np.float32),
        mesh.faces[order].astype(np.uint32),
        run_index=np.append(0, 3 * ends).astype(np.uint32),
        run_original_id=np.arange(first, first + len(ends), dtype=np.uint32),
    )
    return Manifold(runs), first


def unit_height(mesh: trimesh.Trimesh) -> trimesh.Trimesh:
    """Return the mesh scaled to be 1 tall, feet at z = 0, float32 values, and untangled."""
    vertices = np.asarray(mesh.vertices) / mesh.bounds[1, 2]
    untangled = untangle(vertices, np.asarray(mesh.faces, np.int64))
    return trimesh.Trimesh(untangled, mesh.faces, face_colors=mesh.visual.face_colors, process=False)


def untangle(vertices: NDArray[np.float64], faces: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return (n, 3) float32 values with which no faces cross or vanish: simplifying folds a few, smoothing opens them.

    Each round moves the corners of bad faces half way to the mean of their neighbours, and later rounds a ring more.
    """
    ends = faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    meets = sparse.coo_matrix((np.ones(len(ends)), tuple(ends.T)), (len(vertices),) * 2).tocsr()
    mean = sparse.diags(1 / np.asarray(meets.sum(1)).ravel()) @ meets
    for i in range(ROUNDS):
        vertices = vertices.astype(np.float32).astype(np.float64)
        bad = bad_faces(vertices, faces)
        if not len(bad):
            return vertices
        moved = np.zeros(len(vertices), bool)
        moved[faces[bad]] = True
        for _ in range(i // 2):
            moved |= mean @ moved > 0
        target = mean @ vertices
        target[vertices[:, 2] <= 0, 2] = 0  # soles stay on the ground
        vertices[moved] = (vertices[moved] + target[moved]) / 2
    raise RuntimeError(f"{len(bad)} faces still cross after {ROUNDS} rounds; build the mesh with a finer step")


def bad_faces(vertices: NDArray[np.float64], faces: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the faces that cross another or are slivers."""
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    slivers = np.flatnonzero(np.linalg.norm(np.cross(b - a, c - a), axis=1) < SLIVER)
    return np.union1d(crossing_pairs(vertices, faces), slivers)
