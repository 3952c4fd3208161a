"""3MF: core, production and the colours of the materials extension. The one format here with a unit.

Written against 3MF Core 1.4, Production 1.2 and Materials 1.2. trimesh's loader keeps neither unit nor colours.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

import numpy as np
import trimesh
from numpy.typing import NDArray

from fab.errors import UnreadableModel
from fab.readers.assemble import Piece, assemble
from fab.readers.limits import (
    MAX_INSTANCES,
    MAX_UNZIPPED_BYTES,
    MAX_ZIP_RATIO,
    SMALL_ENTRY_BYTES,
    check_counts,
    check_indices,
)
from fab.readers.threemf_colours import paint
from fab.readers.threemf_parts import Object, Part, Reference, parse_part

MM_PER_3MF_UNIT = {
    "micron": 0.001,
    "millimeter": 1.0,
    "centimeter": 10.0,
    "inch": 25.4,
    "foot": 304.8,
    "meter": 1000.0,
}
START_PART = "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"


def read_threemf(path: Path, notes: list[str]) -> tuple[trimesh.Trimesh, NDArray[np.float64]]:
    """Return everything the build holds, in millimetres, and the matrix back to the file's unit."""
    with zipfile.ZipFile(path) as archive:
        check_archive(archive)
        package = _Package(archive, notes)
        root = package.part(_start_part(archive))
        if root.unit not in MM_PER_3MF_UNIT:
            raise UnreadableModel(f"unit {root.unit!r} is not one of {', '.join(MM_PER_3MF_UNIT)}; export it again")
        scale = MM_PER_3MF_UNIT[root.unit]
        to_mm = np.diag([scale, scale, scale, 1.0])
        mesh = assemble([piece.moved(to_mm) for piece in package.build(root)])
    return mesh, np.diag([1 / scale, 1 / scale, 1 / scale, 1.0])


def unit_of(to_raw: NDArray[np.float64]) -> str:
    """Return the name of the unit in which a 3MF with this way back (4, 4) to its own numbers was written."""
    scale = 1 / abs(float(np.linalg.det(to_raw[:3, :3]))) ** (1 / 3)
    return min(MM_PER_3MF_UNIT, key=lambda unit: abs(np.log(MM_PER_3MF_UNIT[unit] / scale)))


def check_archive(archive: zipfile.ZipFile) -> None:
    """Raise UnreadableModel when an archive would unpack to too much, or names places outside itself."""
    total = 0
    for entry in archive.infolist():
        total += entry.file_size
        if entry.filename.startswith(("/", "\\")) or ".." in entry.filename.replace("\\", "/").split("/"):
            raise UnreadableModel(f"the archive names {entry.filename!r}, outside itself; do not trust this file")
        if total > MAX_UNZIPPED_BYTES:
            raise UnreadableModel(f"unpacks to over {MAX_UNZIPPED_BYTES:,} bytes, the limit; do not trust this file")
        ratio = entry.file_size / max(entry.compress_size, 1)
        if entry.file_size > SMALL_ENTRY_BYTES and ratio > MAX_ZIP_RATIO:
            raise UnreadableModel(
                f"{entry.filename} unpacks to {ratio:.0f} times its size, the limit is {MAX_ZIP_RATIO}; "
                "do not trust this file"
            )


def _start_part(archive: zipfile.ZipFile) -> str:
    """Return the name of the root model part, as the package's relationships give it."""
    targets: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if attributes.get("Type") == START_PART:
            targets.append(attributes["Target"])

    if "_rels/.rels" in archive.namelist():
        parser = expat.ParserCreate()
        parser.StartElementHandler = start
        try:
            parser.Parse(archive.read("_rels/.rels"), True)
        except expat.ExpatError as error:
            raise UnreadableModel(f"damaged relationships ({error}); export it again") from error
    return targets[0] if targets else "3D/3dmodel.model"


@dataclass
class _Package:
    archive: zipfile.ZipFile
    notes: list[str]
    parts: dict[str, Part] = field(default_factory=dict)
    painted: dict[tuple[str, str], list[Piece]] = field(default_factory=dict)

    def part(self, name: str) -> Part:
        """Return a model part by its name in the package, which is case-insensitive and may begin with a slash."""
        key = posixpath.normpath(name).lstrip("/").lower()
        if key not in self.parts:
            entries = {entry.lower(): entry for entry in self.archive.namelist()}
            if key not in entries:
                raise UnreadableModel(f"the package has no {name}; export it again")
            with self.archive.open(entries[key]) as stream:
                self.parts[key] = parse_part(stream)
        return self.parts[key]

    def build(self, root: Part) -> Iterator[Piece]:
        """Yield every mesh of the build, components followed, each where its transforms put it."""
        name = next(key for key, part in self.parts.items() if part is root)
        stack = [(item, name, np.eye(4), 0) for item in reversed(root.items)]
        visits = faces = 0
        while stack:
            reference, name, parent, depth = stack.pop()
            visits += 1
            if visits > MAX_INSTANCES or depth > 64:
                raise UnreadableModel(f"over {MAX_INSTANCES:,} components or a loop among them; merge them first")
            name = self._name_of(reference, name)
            found, world = self._object(name, reference), parent @ reference.matrix
            if found.kind in ("support", "solidsupport"):
                self.notes.append("supports stored with the model were left out")
                continue
            faces += len(found.groups)
            check_counts(faces)
            yield from (piece.moved(world) for piece in self._pieces(name, reference.object_id, found))
            stack += [(component, name, world, depth + 1) for component in reversed(found.components)]

    def _name_of(self, reference: Reference, name: str) -> str:
        return name if reference.path is None else posixpath.normpath(reference.path).lstrip("/").lower()

    def _object(self, name: str, reference: Reference) -> Object:
        part = self.part(name)
        if reference.object_id not in part.objects:
            raise UnreadableModel(f"object {reference.object_id} is used and not defined; export it again")
        return part.objects[reference.object_id]

    def _pieces(self, name: str, object_id: str, found: Object) -> list[Piece]:
        key = (name, object_id)
        if key not in self.painted:
            corners = np.array(found.triangles, np.int64).reshape(-1, 6)[:, :3]
            check_indices(corners, len(found.coordinates) // 3)
            self.painted[key] = paint(found, self.part(name), self.archive, self.notes) if len(corners) else []
        return self.painted[key]
