"""One model part of a 3MF package: its XML turned into arrays, as streamed by expat.

A document type declaration is refused (Core 1.4, section 2.3.4 forbids it), so no entity can be expanded.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

import numpy as np
from numpy.typing import NDArray

from fab.errors import UnreadableModel
from fab.readers.limits import check_counts
from fab.srgb import bytes_to_linear

CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
MATERIALS = "http://schemas.microsoft.com/3dmanufacturing/material/2015/02"
PRODUCTION = "http://schemas.microsoft.com/3dmanufacturing/production/2015/06"
SLIC3R = "http://schemas.slic3r.org/3mf/2017/06"
TRIANGLE_SETS = "http://schemas.microsoft.com/3dmanufacturing/trianglesets/2021/07"
READ_NAMESPACES = {CORE, MATERIALS, PRODUCTION, TRIANGLE_SETS}

PAINTING = (f"{SLIC3R} mmu_segmentation", "paint_color")
"""Where slicers say with which filament a triangle is printed: PrusaSlicer, and Bambu Studio with OrcaSlicer."""

Attributes = dict[str, str]


@dataclass(eq=False)
class PropertyGroup:
    """Colours that triangles refer to by index: sRGB words, texture coordinates, or rows into other groups."""

    colours: list[str] = field(default_factory=list)
    uv: array[float] = field(default_factory=lambda: array("d"))
    texture: str | None = None
    parents: tuple[str, ...] = ()
    rows: list[tuple[int, ...]] = field(default_factory=list)


@dataclass(frozen=True)
class Reference:
    """An object put somewhere: `path` names another part of the package, else it is in the same one."""

    object_id: str
    matrix: NDArray[np.float64]
    path: str | None


@dataclass(eq=False)
class Object:
    """A mesh, or components that refer to other objects.

    `triangles` holds v1 v2 v3 p1 p2 p3 for each; `groups` the number of its property group in `Part.group_ids`.
    -1 stands for "not given". `codes` are the slicer's painting of the triangles that are painted.
    """

    kind: str
    pid: str | None
    pindex: int
    coordinates: array[float] = field(default_factory=lambda: array("d"))
    triangles: array[int] = field(default_factory=lambda: array("q"))
    groups: array[int] = field(default_factory=lambda: array("q"))
    codes: list[str] = field(default_factory=list)
    components: list[Reference] = field(default_factory=list)

    @property
    def vertices(self) -> NDArray[np.float64]:
        """(n, 3) float64 in the file's unit."""
        return np.array(self.coordinates, np.float64).reshape(-1, 3)


@dataclass(eq=False)
class Part:
    """What one .model file holds."""

    unit: str = "millimeter"
    objects: dict[str, Object] = field(default_factory=dict)
    items: list[Reference] = field(default_factory=list)
    groups: dict[str, PropertyGroup] = field(default_factory=dict)
    group_ids: dict[str, int] = field(default_factory=dict)
    textures: dict[str, tuple[str, tuple[str, str]]] = field(default_factory=dict)


def parse_part(stream: IO[bytes]) -> Part:
    """Return the part in an XML stream; raise UnreadableModel for damaged XML, a DTD, or more than the limits."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    handler = _Handler()
    parser.StartElementHandler = handler.start
    parser.StartNamespaceDeclHandler = handler.declare
    parser.StartDoctypeDeclHandler = handler.refuse_doctype
    try:
        parser.ParseFile(stream)
    except expat.ExpatError as error:
        raise UnreadableModel(f"damaged XML ({error}); export it again") from error
    return handler.part


class _Handler:
    """Collects elements as expat meets them. Each element of a 3MF says all it has to say in its attributes."""

    def __init__(self) -> None:
        self.part = Part()
        self._namespaces: dict[str, str] = {}
        self._object = Object("model", None, 0)
        self._group = PropertyGroup()
        self._elements: dict[str, Callable[[Attributes], None]] = {
            f"{CORE} vertex": self._vertex,
            f"{CORE} triangle": self._triangle,
            f"{CORE} model": self._model,
            f"{CORE} object": self._start_object,
            f"{CORE} component": lambda a: self._object.components.append(_reference(a)),
            f"{CORE} item": lambda a: self.part.items.append(_reference(a)),
            f"{CORE} basematerials": self._start_group,
            f"{CORE} base": lambda a: self._group.colours.append(a["displaycolor"]),
            f"{MATERIALS} colorgroup": self._start_group,
            f"{MATERIALS} color": lambda a: self._group.colours.append(a["color"]),
            f"{MATERIALS} texture2d": self._texture,
            f"{MATERIALS} texture2dgroup": self._start_group,
            f"{MATERIALS} tex2coord": lambda a: self._group.uv.extend((float(a["u"]), float(a["v"]))),
            f"{MATERIALS} multiproperties": self._start_group,
            f"{MATERIALS} multi": lambda a: self._group.rows.append(tuple(map(int, a.get("pindices", "").split()))),
        }

    def start(self, name: str, attributes: Attributes) -> None:
        element = self._elements.get(name)
        if element is not None:
            element(attributes)

    def declare(self, prefix: str | None, namespace: str) -> None:
        self._namespaces[prefix or ""] = namespace

    def refuse_doctype(self, name: str, *_: object) -> None:
        raise UnreadableModel(f"holds a document type declaration ({name}), which 3MF forbids; export it again")

    def _vertex(self, a: Attributes) -> None:
        self._object.coordinates.extend((float(a["x"]), float(a["y"]), float(a["z"])))

    def _triangle(self, a: Attributes) -> None:
        p1 = int(a.get("p1", -1))
        corners = (int(a["v1"]), int(a["v2"]), int(a["v3"]))
        self._object.triangles.extend((*corners, p1, int(a.get("p2", p1)), int(a.get("p3", p1))))
        self._object.groups.append(self._group_number(a["pid"]) if "pid" in a else -1)
        for name in PAINTING:
            if name in a:
                self._object.codes.append(a[name])
                break

    def _group_number(self, pid: str) -> int:
        return self.part.group_ids.setdefault(pid, len(self.part.group_ids))

    def _model(self, a: Attributes) -> None:
        self.part.unit = a.get("unit", "millimeter")
        self._check_required(a)

    def _check_required(self, a: Attributes) -> None:
        """Refuse what says it cannot be understood without an extension that is not read here (Core 1.4, 2.3.2)."""
        for prefix in a.get("requiredextensions", "").split():
            namespace = self._namespaces.get(prefix, prefix)
            if namespace not in READ_NAMESPACES:
                raise UnreadableModel(f"needs the 3MF extension {namespace}, not read here; export plain triangles")

    def _start_object(self, a: Attributes) -> None:
        check_counts(sum(len(o.groups) for o in self.part.objects.values()))
        self._object = Object(a.get("type", "model"), a.get("pid"), int(a.get("pindex", 0)))
        self.part.objects[a["id"]] = self._object

    def _start_group(self, a: Attributes) -> None:
        self._group = PropertyGroup(texture=a.get("texid"), parents=tuple(a.get("pids", "").split()))
        self.part.groups[a["id"]] = self._group

    def _texture(self, a: Attributes) -> None:
        styles = (a.get("tilestyleu", "wrap"), a.get("tilestylev", "wrap"))
        self.part.textures[a["id"]] = (a["path"], styles)


def _reference(a: Attributes) -> Reference:
    return Reference(a["objectid"], _matrix(a.get("transform")), a.get(f"{PRODUCTION} path"))


def _matrix(words: str | None) -> NDArray[np.float64]:
    """Return the (4, 4) column-vector matrix of 12 numbers that 3MF writes for row vectors."""
    matrix = np.eye(4)
    if words:
        numbers = np.array([float(word) for word in words.split()], np.float64)
        matrix[:3, :] = numbers.reshape(4, 3).T
    return matrix


def linear_colours(words: list[str]) -> NDArray[np.float64]:
    """Return (k, 4) linear RGBA of `#RRGGBB` or `#RRGGBBAA` words."""
    rgba = [bytes.fromhex(word.strip().lstrip("#").ljust(8, "F")[:8]) for word in words]
    return bytes_to_linear(np.frombuffer(b"".join(rgba), np.uint8).reshape(-1, 4))
