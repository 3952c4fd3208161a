"""The root model of a 3MF as XML: Core 1.4, property groups of Materials 1.2, and slicers' painting of triangles.

Each triangle names its group and its rows there, because Bambu Studio drops all colours of a part that has one triangle
without. A part without colour is written without the extension.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from fab.export.properties import Properties, Texture
from fab.readers.threemf_parts import CORE, MATERIALS, SLIC3R

_BATCH = 8192
_CORNERS = '<triangle v1="%d" v2="%d" v3="%d"'
_IDS_A_PART = 1024


@dataclass(frozen=True, eq=False)
class MeshPart:
    """One mesh of the model: (n, 3) vertices in the model's unit, and (m, 3) faces.

    `properties` are the colours of the first faces, of those after them, and so on to the last; none for a bare shape.
    """

    name: str
    vertices: NDArray[np.float64]
    faces: NDArray[np.int64]
    properties: tuple[Properties, ...] = ()


@dataclass(frozen=True)
class Dialect:
    """What a family of slicers wants said besides the standard: namespaces, metadata, attributes of painted triangles.

    `painting` are the names of the attributes that hold a triangle's code. An `assembled` item is an object of
    components also where it has but one part; such a dialect is spoken whether parts are painted or not.
    """

    application: str = "figurine"
    namespaces: tuple[tuple[str, str], ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()
    painting: tuple[str, ...] = ()
    assembled: bool = False


STANDARD = Dialect(
    namespaces=(("slic3rpe", SLIC3R),),
    metadata=(("slic3rpe:Version3mf", "1"), ("slic3rpe:MmPaintingVersion", "1")),
    painting=("slic3rpe:mmu_segmentation",),
)


def model_xml(
    parts: Sequence[MeshPart],
    title: str,
    *,
    dialect: Dialect = STANDARD,
    unit: str = "millimeter",
    digits: str = "%.9g",
    offset: NDArray[np.float64] | None = None,
) -> bytes:
    """Return the model of one build item, moved by `offset` (3,): the part, or several as components with names.

    Nine `digits` give every float32 back. The dialect's painting is only spoken where a part is painted.
    """
    painted = any(properties.codes for part in parts for properties in part.properties)
    coloured = any(part.properties for part in parts)
    said = dialect if painted or dialect.assembled else Dialect()
    built = item_id(parts, assembled=said.assembled)
    namespaces = ((("m", MATERIALS),) if coloured else ()) + said.namespaces
    declared = "".join(f' xmlns:{prefix}="{namespace}"' for prefix, namespace in namespaces)
    metadata = (("Title", text_of(title)), ("Application", said.application), *said.metadata)
    shift = "" if offset is None else f' transform="1 0 0 0 1 0 0 0 1 {" ".join(f"{v:.9g}" for v in offset)}"'
    pieces = [
        f'<?xml version="1.0" encoding="UTF-8"?>\n<model unit="{unit}" xml:lang="en-US" xmlns="{CORE}"{declared}>\n',
        *(f' <metadata name="{name}">{value}</metadata>\n' for name, value in metadata),
        " <resources>\n",
        *(piece for number, part in enumerate(parts) for piece in _groups(part, number)),
        *(piece for number, part in enumerate(parts) for piece in _object(part, number, said, digits)),
        _components(parts, title) if built != object_id(0) else "",
        f' </resources>\n <build><item objectid="{built}"{shift}/></build>\n</model>\n',
    ]
    return "".join(pieces).encode()


def object_id(number: int) -> int:
    """Return the resource id of a part's mesh; its property groups and their textures have those after it."""
    return _IDS_A_PART * number + 1


def group_id(number: int, which: int) -> int:
    """Return the resource id of one of a part's property groups; its texture has the next."""
    return object_id(number) + 1 + 2 * which


def item_id(parts: Sequence[MeshPart], *, assembled: bool = False) -> int:
    """Return the resource id of what is built: the only part, or the object that holds all."""
    return object_id(len(parts)) if assembled or len(parts) > 1 else object_id(0)


def textures_of(parts: Sequence[MeshPart]) -> Mapping[str, bytes]:
    """Return the pictures that the parts use, by their name in the package."""
    textures = [properties.texture for part in parts for properties in part.properties]
    return {texture.name: texture.data for texture in textures if texture is not None}


def text_of(words: str) -> str:
    """Return words fit for an attribute or an element: what XML cannot hold becomes a question mark."""
    printable = "".join(c if c.isprintable() else "?" for c in words)
    return escape(printable, {'"': "&quot;"})


def _groups(part: MeshPart, number: int) -> list[str]:
    """Return the XML of a part's property groups; the schema wants those of all parts before the first object."""
    return [_group(properties, group_id(number, which)) for which, properties in enumerate(part.properties)]


def _object(part: MeshPart, number: int, dialect: Dialect, digits: str) -> list[str]:
    """Return the XML of a part's mesh."""
    default = f' pid="{group_id(number, 0)}" pindex="0"' if part.properties else ""
    return [
        f'  <object id="{object_id(number)}" type="model" name="{text_of(part.name)}"{default}><mesh>\n<vertices>\n',
        filled(f'<vertex x="{digits}" y="{digits}" z="{digits}"/>\n', part.vertices),
        "</vertices>\n<triangles>\n",
        *_triangles(part, number, dialect),
        "</triangles>\n</mesh></object>\n",
    ]


def _components(parts: Sequence[MeshPart], title: str) -> str:
    """Return the XML of an object without a mesh of its own; such a one may have no properties (Core 1.4, 4.2)."""
    lines = "".join(f'<component objectid="{object_id(number)}"/>' for number in range(len(parts)))
    own, name = object_id(len(parts)), text_of(title)
    return f'  <object id="{own}" type="model" name="{name}"><components>{lines}</components></object>\n'


def _group(properties: Properties, number: int) -> str:
    if properties.texture is None:
        rows = "".join(f'   <m:color color="#{value:06X}FF"/>\n' for value in properties.rows.tolist())
        return f'  <m:colorgroup id="{number}">\n{rows}  </m:colorgroup>\n'
    rows = filled('   <m:tex2coord u="%.9g" v="%.9g"/>\n', properties.rows)
    group = f'  <m:texture2dgroup id="{number}" texid="{number + 1}">\n{rows}  </m:texture2dgroup>\n'
    return _texture(properties.texture, number + 1) + group


def _texture(texture: Texture, number: int) -> str:
    kind = "jpeg" if texture.name.endswith(".jpeg") else "png"
    u, v = texture.tile_styles
    styles = f'tilestyleu="{u}" tilestylev="{v}"'
    return f'  <m:texture2d id="{number}" path="/{texture.name}" contenttype="image/{kind}" {styles}/>\n'


def _triangles(part: MeshPart, number: int, dialect: Dialect) -> list[str]:
    if not part.properties:
        return [filled(f"{_CORNERS}/>\n", part.faces)]
    starts = np.cumsum([0] + [len(properties.index) for properties in part.properties])
    return [
        _coloured(part.faces[start : start + len(properties.index)], properties, group_id(number, which), dialect)
        for which, (start, properties) in enumerate(zip(starts, part.properties, strict=False))
    ]


def _coloured(faces: NDArray[np.int64], properties: Properties, group: int, dialect: Dialect) -> str:
    """Return the XML of faces with rows of one group, and what slicers are told of them."""
    if properties.codes:
        painting = ["".join(f' {name}="{code}"' for name in dialect.painting) for code in properties.codes]
        ends = [f' pid="{group}" p1="{row}"{words}/>\n' for row, words in enumerate(painting)]
        words = np.array(ends, object)[properties.index[:, 0]]
        return filled(f"{_CORNERS}%s", np.column_stack([faces.astype(object), words]))
    line = f'{_CORNERS} pid="{group}" p1="%d" p2="%d" p3="%d"/>\n'
    return filled(line, np.concatenate([faces, np.broadcast_to(properties.index, faces.shape)], axis=1))


def filled(line: str, rows: NDArray[np.float64] | NDArray[np.int64] | NDArray[np.object_]) -> str:
    """Return one line for each row; formatting thousands of rows at once is what makes it fast."""
    return "".join(
        line * len(batch) % tuple(batch.reshape(-1).tolist())
        for batch in (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))
    )
