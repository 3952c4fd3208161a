"""STL, binary and text. The format knows no unit, no colour and no shared vertices."""

from __future__ import annotations

import re
from array import array
from pathlib import Path

import numpy as np
import trimesh
from numpy.typing import NDArray

from fab.errors import EmptyModel, UnreadableModel
from fab.readers.limits import check_counts

HEADER_BYTES = 84
STL_TRIANGLE = np.dtype([("normal", "<f4", 3), ("vertices", "<f4", (3, 3)), ("attribute", "<u2")])
_VERTEX = re.compile(rb"\bvertex\s+(\S+)\s+(\S+)\s+(\S+)", re.IGNORECASE)


def read_stl(path: Path, notes: list[str]) -> tuple[trimesh.Trimesh, NDArray[np.float64]]:
    """Return the triangles as they lie in the file, three vertices each, and the identity."""
    data = path.read_bytes()
    corners = _read_text(data) if _is_text(data) else _read_binary(data, notes)
    check_counts(len(corners))
    faces = np.arange(3 * len(corners), dtype=np.int64).reshape(-1, 3)
    return trimesh.Trimesh(corners.reshape(-1, 3).astype(np.float64), faces, process=False), np.eye(4)


def _is_text(data: bytes) -> bool:
    """Tell text from binary: some binary writers also begin with "solid", so the size decides first."""
    if len(data) >= HEADER_BYTES and HEADER_BYTES + 50 * _declared(data) == len(data):
        return False
    start = data[:1024].lower()
    return start.lstrip().startswith(b"solid") and (b"facet" in start or b"endsolid" in start or b"\0" not in start)


def _declared(data: bytes) -> int:
    return int.from_bytes(data[80:84], "little")


def _read_binary(data: bytes, notes: list[str]) -> NDArray[np.float32]:
    if len(data) < HEADER_BYTES:
        raise UnreadableModel(f"truncated: {len(data)} bytes, an STL has at least {HEADER_BYTES}; export it again")
    count, held = _declared(data), (len(data) - HEADER_BYTES) // 50
    if count == 0:
        raise EmptyModel("an STL with 0 triangles; export it again")
    if count > held:
        raise UnreadableModel(f"truncated: {count:,} triangles declared, {held:,} in the file; copy or export it again")
    if len(data) > HEADER_BYTES + 50 * count:
        notes.append(f"{len(data) - HEADER_BYTES - 50 * count:,} bytes after the last triangle were not read")
    return np.asarray(np.frombuffer(data, STL_TRIANGLE, count, HEADER_BYTES)["vertices"])


def _read_text(data: bytes) -> NDArray[np.float64]:
    if re.search(rb"endsolid", data, re.IGNORECASE) is None:
        raise UnreadableModel("truncated: a text STL without its endsolid; copy or export it again")
    numbers = array("d")
    for found in _VERTEX.finditer(data):
        numbers.extend(map(float, found.groups()))
    if len(numbers) == 0:
        raise EmptyModel("a text STL with 0 triangles; export it again")
    if len(numbers) % 9:
        raise UnreadableModel(f"{len(numbers) // 3} vertices do not make triangles; export it again")
    return np.array(numbers, np.float64).reshape(-1, 3, 3)
