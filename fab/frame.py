"""Units: how large a model becomes, where it stands, and the way back to the numbers it came with.

glTF says metres and generators ignore it, STL says nothing, 3MF means what it says. Axes are settled by the readers;
here one factor is chosen and named, and the model is stood on z = 0, centred in x and y.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import trimesh
from numpy.typing import NDArray

from fab.errors import UnusableSize
from fab.readers.model import InputModel
from fab.readers.read import MM_PER_UNIT

DEFAULT_HEIGHT_MM = 80.0
STL_PRINT_MM = (10.0, 500.0)
"""Longest sides, in file units, with which an STL is believed to be in millimetres."""
MAX_SIZE_MM = 10_000.0
MIN_SIZE_MM = 0.1


@dataclass(frozen=True, eq=False)
class Placed:
    """A model in millimetres, lowest point at z = 0, centred in x and y; geometry only, colours stay with the input.

    `scale` is mm per unit of `InputModel.mesh`; `note` names the choice; `to_input` (4, 4) maps placed mm back to
    the coordinates of `InputModel.mesh`.
    """

    mesh: trimesh.Trimesh
    scale: float
    note: str
    to_input: NDArray[np.float64]


def to_millimetres(
    model: InputModel,
    *,
    height_mm: float | None = None,
    longest_mm: float | None = None,
    scale: float | None = None,
    units: str | None = None,
) -> Placed:
    """Return the model at the size asked for, or at the size its format and its numbers suggest.

    At most one of `height_mm` (finished height), `longest_mm` (longest side) and `scale` (times the size it
    has where its unit is known, else mm per unit of the file) may be given; `units` ("mm", "cm", "m", "in") says what
    one unit of the file is, whatever its format says. Raises UnusableSize.
    """
    wishes = {"height": height_mm, "longest": longest_mm, "scale": scale}
    given = {name: value for name, value in wishes.items() if value is not None}
    if len(given) > 1:
        raise UnusableSize(f"{' and '.join(given)} were given together; give one of them")
    for name, value in given.items():
        _check_positive(name, value)
    low, high = _bounds(model.mesh)
    factor, note = _choose(model, high - low, given, units)
    longest = float((high - low).max()) * factor
    if not MIN_SIZE_MM <= longest <= MAX_SIZE_MM:
        limits = f"{MIN_SIZE_MM:g} to {MAX_SIZE_MM:g} mm"
        raise UnusableSize(f"{longest:g} mm long, only {limits} are handled; give another --height or --units")
    origin = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    return _place(model.mesh, factor, note, origin)


def _check_positive(name: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise UnusableSize(f"{name} is {value:g}, it must be a number above 0; give one in mm (a factor for scale)")


def _bounds(mesh: trimesh.Trimesh) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lowest and highest coordinates of the vertices that faces use; those that are no numbers left out."""
    used = np.zeros(len(mesh.vertices), bool)
    used[np.asarray(mesh.faces).reshape(-1)] = True
    vertices = np.asarray(mesh.vertices)[used]
    vertices = vertices[np.isfinite(vertices).all(axis=1)]
    return vertices.min(axis=0), vertices.max(axis=0)


def _choose(
    model: InputModel, extents: NDArray[np.float64], given: dict[str, float], units: str | None
) -> tuple[float, str]:
    """Return mm per mesh unit and the sentence that says why."""
    name = model.kind.upper()
    size = " × ".join(f"{e:.3g}" for e in extents)
    if "height" in given:
        _check_extent(float(extents[2]), "height")
        return given["height"] / float(extents[2]), f"{name} of {size} made {given['height']:g} mm tall"
    if "longest" in given:
        return given["longest"] / float(extents.max()), f"{name} of {size} made {given['longest']:g} mm long"
    factor, note = _natural(model, extents, units, size)
    if "scale" in given:
        known = units is not None or model.unit is not None
        factor = (factor if known else 1.0) * given["scale"]
        return factor, f"{name} of {size} scaled by {given['scale']:g}{'' if known else ' to mm'}"
    return factor, note


def _natural(model: InputModel, extents: NDArray[np.float64], units: str | None, size: str) -> tuple[float, str]:
    """Return the factor for a model whose size nobody asked for."""
    name = model.kind.upper()
    if units is not None:
        if units not in MM_PER_UNIT:
            raise UnusableSize(f"unit {units!r} is not known; use one of {', '.join(MM_PER_UNIT)}")
        raw_per_unit = abs(float(np.linalg.det(model.to_raw[:3, :3]))) ** (1 / 3)
        return MM_PER_UNIT[units] * raw_per_unit, f"{name} of {size} taken as {units}"
    if model.unit == "mm":
        return 1.0, f"{name} of {size} mm keeps its size"
    low, high = STL_PRINT_MM
    if model.kind == "stl" and low <= extents.max() <= high:
        return 1.0, f"STL of {size} taken as millimetres"
    _check_extent(float(extents[2]), "height")
    return DEFAULT_HEIGHT_MM / float(extents[2]), f"{name} of {size} has no unit: made {DEFAULT_HEIGHT_MM:g} mm tall"


def _check_extent(extent: float, name: str) -> None:
    if extent <= 0:
        raise UnusableSize(f"the model's {name} is 0; give --longest instead")


def _place(mesh: trimesh.Trimesh, factor: float, note: str, origin: NDArray[np.float64]) -> Placed:
    vertices = (np.asarray(mesh.vertices) - origin) * factor
    to_input = np.diag([1 / factor, 1 / factor, 1 / factor, 1.0])
    to_input[:3, 3] = origin
    return Placed(trimesh.Trimesh(vertices, mesh.faces, process=False), factor, note, to_input)
