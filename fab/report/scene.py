"""What the 3D view of a page is given: the preview, its maps and where the findings lie, packed small.

Arrays are little-endian, one after the other, each at a multiple of four, deflated together and written in base64.
`viewer/src/part.js` reads them back.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fab.findings import Finding
from fab.report.preview import Preview
from fab.report.surface_maps import SurfaceMap
from fab.report.viewpoint import Lookout, Viewpoint

_MODES = {"wall-thickness": "thickness", "thin-feature": "thickness", "overhang": "overhang", "islands": "overhang"}
"""The map that shows best what a check found."""

MOST_MARKED = 300_000
"""Faces that all findings together may mark: 2 MB of a page."""


@dataclass(frozen=True, eq=False)
class Scene:
    """`about` is plain data for JSON, `data` the deflated arrays in base64."""

    about: dict[str, Any]
    data: str


def pack_scene(
    preview: Preview,
    maps: Mapping[str, SurfaceMap],
    paints: Mapping[str, NDArray[np.uint8]] | None = None,
    findings: Iterable[Finding] = (),
) -> Scene:
    """Return the scene of a page. `paints` are colours (n, 3) sRGB of the preview's vertices, by name; the places of
    the findings keep their order, None for one without a place."""
    vertices, faces, order, face_order = _in_order_of_use(preview.vertices, preview.faces)
    low, extents = vertices.min(axis=0), np.ptp(vertices, axis=0)
    arrays: dict[str, NDArray[Any]] = {
        "points": _differences(vertices, low, extents),
        "indices": _below_next(faces),
    }
    paints = paints or {}
    arrays |= {name: colours[order] for name, colours in paints.items()}
    for name, shown in maps.items():
        arrays[name] = shown.scale.steps_of(shown.values)[face_order if shown.per_face else order]
        arrays[f"{name}Table"] = shown.scale.table
    about = {
        "low": low.tolist(),
        "extents": extents.tolist(),
        "centre": (low + extents / 2.0).tolist(),
        "radius": float(np.linalg.norm(extents)) / 2.0,
        "paints": list(paints),
        "maps": {name: _about_map(shown) for name, shown in maps.items()},
        "findings": _places(preview, findings, np.argsort(face_order)),
    }
    layout, data = _lay_out(arrays)
    packed = base64.b64encode(zlib.compress(data, 6)).decode()
    return Scene(about | {"arrays": layout}, packed)


def _in_order_of_use(
    vertices: NDArray[np.float64], faces: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the mesh with near faces together and vertices in the order faces first use them, and both old numbers."""
    face_order = np.lexsort((faces[:, 0], faces.min(axis=1)))
    flat = faces[face_order].reshape(-1)
    used, first = np.unique(flat, return_index=True)
    order = used[np.argsort(first, kind="stable")]
    number = np.empty(len(vertices), np.int64)
    number[order] = np.arange(len(order))
    return vertices[order], number[flat].reshape(-1, 3), order, face_order


def _differences(
    vertices: NDArray[np.float64], low: NDArray[np.float64], extents: NDArray[np.float64]
) -> NDArray[np.uint16]:
    """Return (n, 3) uint16: 65535ths of the box, each less the vertex before."""
    steps = np.rint((vertices - low) / np.where(extents > 0.0, extents, 1.0) * 65535.0).astype(np.int64)
    return np.asarray(np.diff(steps, axis=0, prepend=0) & 0xFFFF, np.uint16)


def _below_next(faces: NDArray[np.int64]) -> NDArray[np.uint16]:
    """Return (3 m,) uint16: how far each index lies below the lowest that was not used before it."""
    flat = faces.reshape(-1)
    unused = np.maximum.accumulate(np.concatenate([[-1], flat[:-1]])) + 1
    return np.asarray(unused - flat, np.uint16)


def _about_map(shown: SurfaceMap) -> dict[str, Any]:
    scale = shown.scale
    per = "face" if shown.per_face else "vertex"
    return {"per": per, "low": scale.low, "high": scale.high, "unit": scale.unit, "open_end": scale.open_end}


def _places(
    preview: Preview, findings: Iterable[Finding], new_number: NDArray[np.int64]
) -> list[dict[str, Any] | None]:
    """Return where each finding lies; once `MOST_MARKED` faces are named, the rest have their points alone."""
    found = list(findings)
    if not found:
        return []
    lookout = Lookout(preview)
    places = [_place(preview, lookout, finding, new_number) for finding in found]
    marked = 0
    for place in filter(None, places):
        marked += len(place["faces"])
        if marked > MOST_MARKED:
            place["faces"] = []
    return places


def _place(
    preview: Preview, lookout: Lookout, finding: Finding, new_number: NDArray[np.int64]
) -> dict[str, Any] | None:
    if finding.point_mm is None and not finding.faces:
        return None
    faces = np.flatnonzero(np.isin(preview.parents, np.asarray(finding.faces, np.int64)))
    if finding.point_mm is None and not len(faces):
        return None
    at: Viewpoint = lookout.look(finding.point_mm, faces)
    return {
        "point": _rounded(at.point),
        "target": _rounded(at.target),
        "direction": _rounded(at.direction),
        "radius": round(at.radius, 3),
        "faces": np.sort(new_number[faces]).tolist(),
        "mode": _MODES.get(finding.check),
    }


def _rounded(vector: NDArray[np.float64]) -> list[float]:
    return [round(float(value), 3) for value in vector]


def _lay_out(arrays: Mapping[str, NDArray[Any]]) -> tuple[dict[str, dict[str, Any]], bytes]:
    """Return where each array lies, and the bytes of all."""
    layout: dict[str, dict[str, Any]] = {}
    data = bytearray()
    for name, array in arrays.items():
        values = array.reshape(-1)
        layout[name] = {"type": values.dtype.name, "offset": len(data), "count": len(values)}
        data += values.astype(values.dtype.newbyteorder("<")).tobytes()
        data += b"\0" * (-len(data) % 4)
    return layout, bytes(data)
