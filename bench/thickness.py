"""Time of the wall thickness by both estimators on one mesh, beside MeshLib's inscribed ball where that is installed.

    python bench/thickness.py MESH [--height 80] [--cap 2]

Single-thread CPU seconds and wall-clock seconds, so that a busy machine can still be judged. MeshLib's search is
bounded by the same cap (its `maxRadius` is half of it) and works at vertices; ours works at faces, twice as many.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from fab.frame import to_millimetres
from fab.measure.thickness import InnerRays, measure_thickness, normals_of
from fab.readers import read_model
from fab.repair import Limits, repair


def timed(name: str, work: Callable[[], Any]) -> float:
    """Print and return the CPU time that `work` took, the second of two runs: the first compiles."""
    work()
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"{name:38} {cpu:6.2f} s CPU  {wall:6.2f} s", flush=True)
    return cpu


def main() -> None:
    """Print the time of the ray, of both estimators, and of MeshLib's ball, and the ratio."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("mesh", type=Path)
    options.add_argument("--height", type=float, default=80.0)
    options.add_argument("--cap", type=float, default=2.0)
    chosen = options.parse_args()
    placed = to_millimetres(read_model(chosen.mesh), height_mm=chosen.height)
    solid = repair(placed.mesh, Limits(), name=chosen.mesh.stem).solid
    vertices, faces = solid.vertices, solid.faces
    print(f"{len(faces)} faces, {len(vertices)} vertices, thickness up to {chosen.cap:g} mm")
    triangles = vertices[faces]
    normals = normals_of(triangles)[0]
    timed("inward ray at every face", lambda: InnerRays(triangles).cast(triangles.mean(axis=1), -normals))
    ours = timed("ray and ball at every face", lambda: measure_thickness(vertices, faces, chosen.cap))
    if importlib.util.find_spec("meshlib") is None:
        print("meshlib is not installed: nothing to compare with")
        return
    theirs = timed("MeshLib's ball at every vertex", _meshlib_ball(vertices, faces, chosen.cap))
    print(f"MeshLib takes {theirs / ours:.2f} times as long")


def _meshlib_ball(vertices: np.ndarray, faces: np.ndarray, cap_mm: float) -> Callable[[], Any]:
    from meshlib import mrmeshnumpy, mrmeshpy

    mesh = mrmeshnumpy.meshFromFacesVerts(faces.astype(np.int32), vertices)
    settings = mrmeshpy.InSphereSearchSettings()
    settings.maxRadius, settings.insideAndOutside = cap_mm / 2.0, False
    return lambda: mrmeshpy.computeInSphereThicknessAtVertices(mesh, settings)


if __name__ == "__main__":
    main()
