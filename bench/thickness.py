"""Time of the wall thickness by both estimators on one mesh, beside MeshLib's inscribed ball where that is installed.

    python bench/thickness.py MESH [--height 80] [--cap 2]

CPU seconds of all threads and wall-clock seconds, so that a busy machine can still be judged. MeshLib's search is
bounded by the same cap (its `maxRadius` is half of it) and works at vertices; the checks measure at the middles of
faces, twice as many, so ours is timed at both. Ours builds its tree each time, MeshLib keeps that of its first run.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from fab.frame import to_millimetres
from fab.measure.faced_tree import build_faced_tree
from fab.measure.inscribed_ball import shrink_balls
from fab.measure.thickness import OPPOSED_DEG, InnerRays, measure_thickness, normals_of, thickness_at
from fab.readers import read_model
from fab.repair import Limits, repair

ROUNDS = 5


def timed(name: str, work: Callable[[], Any]) -> float:
    """Print and return the CPU time that `work` takes, the median of `ROUNDS` after a first one, which compiles."""
    work()
    rounds = []
    for _ in range(ROUNDS):
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        rounds.append((time.process_time() - cpu, time.perf_counter() - wall))
    cpu, wall = np.median(rounds, axis=0)
    print(f"{name:38} {cpu:6.2f} s CPU  {wall:6.2f} s", flush=True)
    return float(cpu)


def main() -> None:
    """Print the time of the ray, of the ball, of both, and of MeshLib's ball, and the ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("mesh", type=Path)
    options.add_argument("--height", type=float, default=80.0)
    options.add_argument("--cap", type=float, default=2.0)
    chosen = options.parse_args()
    placed = to_millimetres(read_model(chosen.mesh), height_mm=chosen.height)
    solid = repair(placed.mesh, Limits(), name=chosen.mesh.stem).solid
    vertices, faces, cap_mm = solid.vertices, solid.faces, chosen.cap
    print(f"{len(faces)} faces, {len(vertices)} vertices, thickness up to {cap_mm:g} mm")
    triangles = vertices[faces]
    normals = normals_of(triangles)[0]
    timed("Embree's ray at every face", lambda: InnerRays(triangles).cast(triangles.mean(axis=1), -normals))
    ours = {
        name: timed(name, work)
        for name, work in {
            "ray and ball at every face": lambda: measure_thickness(vertices, faces, cap_mm),
            "ray and ball at every vertex": lambda: _at_vertices(vertices, faces, cap_mm),
            "ball alone at every vertex": lambda: _balls_at_vertices(vertices, faces, cap_mm),
        }.items()
    }
    if importlib.util.find_spec("meshlib") is None:
        print("meshlib is not installed: nothing to compare with")
        return
    theirs = timed("MeshLib's ball at every vertex", _meshlib_ball(vertices, faces, cap_mm))
    for name, cpu in ours.items():
        print(f"MeshLib's ball takes {theirs / cpu:.2f} times as long as our {name}")


def _at_vertices(vertices: np.ndarray, faces: np.ndarray, cap_mm: float) -> Any:
    face_normals, area = normals_of(vertices[faces])
    tree = build_faced_tree(vertices, faces, face_normals)
    return thickness_at(*_corners(vertices, faces, face_normals * area[:, None], tree.order), tree, cap_mm)


def _balls_at_vertices(vertices: np.ndarray, faces: np.ndarray, cap_mm: float) -> Any:
    face_normals, area = normals_of(vertices[faces])
    tree = build_faced_tree(vertices, faces, face_normals)
    points, normals = _corners(vertices, faces, face_normals * area[:, None], tree.order)
    radii, contacts = np.full(len(points), cap_mm / 2.0), np.full(len(points), -1)
    shrink_balls(points, normals, radii, contacts, tree, math.sin(math.radians(OPPOSED_DEG) / 2.0))
    return radii


def _corners(
    vertices: np.ndarray, faces: np.ndarray, face_areas: np.ndarray, order: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the vertices that faces use, in the order of the faces, and the normals there, weighed by area."""
    last_use = np.full(len(vertices), -1)
    last_use[faces[order].ravel()] = np.arange(3 * len(faces))
    used = np.argsort(last_use)[(last_use < 0).sum() :]
    normals = np.stack(
        [np.bincount(faces.ravel(), np.repeat(face_areas[:, axis], 3), len(vertices)) for axis in range(3)], axis=1
    )[used]
    return vertices[used], normals / np.maximum(np.linalg.norm(normals, axis=1), 1e-300)[:, None]


def _meshlib_ball(vertices: np.ndarray, faces: np.ndarray, cap_mm: float) -> Callable[[], Any]:
    from meshlib import mrmeshnumpy, mrmeshpy

    mesh = mrmeshnumpy.meshFromFacesVerts(faces.astype(np.int32), vertices)
    settings = mrmeshpy.InSphereSearchSettings()
    settings.maxRadius, settings.insideAndOutside = cap_mm / 2.0, False
    return lambda: mrmeshpy.computeInSphereThicknessAtVertices(mesh, settings)


if __name__ == "__main__":
    main()
