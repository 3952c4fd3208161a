"""`read_model`: the one way into `fab` for a file of somebody else's."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import trimesh
from numpy.typing import NDArray

from fab.errors import EmptyModel, UnreadableModel
from fab.readers.limits import MALFORMED, check_file
from fab.readers.model import InputModel

MM_PER_UNIT: dict[str, float] = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "in": 25.4}

Reader = Callable[[Path, list[str]], tuple[trimesh.Trimesh, NDArray[np.float64]]]


def read_model(path: Path, units: str | None = None) -> InputModel:
    """Return everything that the file holds as one Z-up mesh, with its colours.

    `units` ("mm", "cm", "m", "in") overrides what the format says; the mesh then comes in millimetres.
    Raises UnreadableModel with one line (what, got, limit, remedy), or EmptyModel when no surface could bound a volume.
    """
    path = Path(path)
    check_file(path)
    kind = path.suffix.lower().lstrip(".")
    reader = _reader_of(kind, path)
    notes: list[str] = []
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            mesh, to_raw = reader(path, notes)
    except UnreadableModel as error:
        raise type(error)(f"{path.name}: {error}") from error
    except MALFORMED as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UnreadableModel(f"{path.name}: not a readable {kind.upper()} ({reason}); export it again") from error
    _check_surface(mesh, path.name)
    unit = "mm" if kind == "3mf" else None
    if units is not None:
        mesh, to_raw = _in_millimetres(mesh, to_raw, units, already=unit)
        unit = "mm"
    return InputModel(mesh, unit, kind, path.stem, to_raw, tuple(dict.fromkeys(notes)))


def _reader_of(kind: str, path: Path) -> Reader:
    from fab.readers import gltf, scene, stl, threemf

    readers: dict[str, Reader] = {
        "stl": stl.read_stl,
        "glb": gltf.read_gltf,
        "gltf": gltf.read_gltf,
        "3mf": threemf.read_threemf,
        "obj": scene.read_obj,
        "ply": scene.read_ply,
        "off": scene.read_off,
    }
    if kind not in readers:
        formats = ", ".join(readers)
        raise UnreadableModel(f"{path.name}: {kind or 'no extension'} is not a format read here; convert to {formats}")
    return readers[kind]


def _check_surface(mesh: trimesh.Trimesh, name: str) -> None:
    """Raise EmptyModel for no triangles, no extent, or a flat sheet. NaN vertices are the repair's business."""
    if len(mesh.faces) == 0:
        raise EmptyModel(f"{name}: no triangles, only {len(mesh.vertices)} points; export the surface")
    named = np.zeros(len(mesh.vertices), np.bool_)
    named[mesh.faces] = True
    used = mesh.vertices[named]
    used = used[np.isfinite(used).all(axis=1)]
    if len(used) < 4:
        raise EmptyModel(f"{name}: {len(used)} usable vertices, a solid needs at least 4; export it again")
    spread = _spread(used)
    if spread[2] <= 1e-6 * spread[0]:
        shape = "a point" if spread[0] == 0 else "a line" if spread[1] <= 1e-6 * spread[0] else "a flat sheet"
        raise EmptyModel(f"{name}: flat: all triangles lie in {shape}; give it thickness first")


def _spread(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3,) float64: how far the points spread along their principal axes, largest first."""
    inner = points - points.mean(axis=0)
    quick = np.sqrt(np.linalg.eigvalsh(inner.T @ inner)[::-1].clip(min=0))
    if quick[2] > 1e-4 * quick[0]:  # squares keep half the digits, enough to see that there is depth
        return np.asarray(quick, np.float64)
    return np.asarray(np.linalg.svd(inner, compute_uv=False, full_matrices=False), np.float64)


def _in_millimetres(
    mesh: trimesh.Trimesh, to_raw: NDArray[np.float64], units: str, already: str | None
) -> tuple[trimesh.Trimesh, NDArray[np.float64]]:
    """Return the mesh and its way back with one file unit taken as one of `units`."""
    if units not in MM_PER_UNIT:
        raise UnreadableModel(f"unit {units!r} is not known; use one of {', '.join(MM_PER_UNIT)}")
    raw_scale = abs(float(np.linalg.det(to_raw[:3, :3]))) ** (1 / 3) if already else 1.0
    factor = MM_PER_UNIT[units] * raw_scale
    mesh.vertices = np.asarray(mesh.vertices) * factor
    return mesh, to_raw @ np.diag([1 / factor, 1 / factor, 1 / factor, 1.0])
