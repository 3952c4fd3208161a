"""3MF with colour: Core 1.4 and the colour groups of the Materials extension 1.2.

Each vertex has a colour and each triangle names the group and all three of its colours, because Bambu Studio drops all
colours of a part that has one triangle without. A part without colour is written without the extension.
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from fab.errors import ExportFailed
from fab.export.atomic import write_bytes_checked
from fab.export.sampling import vertex_colours
from fab.readers.threemf_parts import CORE, MATERIALS, parse_part
from fab.solid import Solid
from fab.srgb import linear_to_bytes

MAX_COLOURS = 4096
"""Colours in the group; a part with more is rounded to fewer bits until it fits. Slicers list every one of them."""
_MODEL_PART = "3D/3dmodel.model"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_OBJECT, _GROUP = 1, 2
_BATCH = 8192

_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
 <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
 <Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/>
 <Default Extension="png" ContentType="image/png"/>
</Types>
"""
_RELATION = ' <Relationship Id="{id}" Target="{target}" Type="{type}"/>\n'
_MODEL_TYPE = "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"
_THUMBNAIL_TYPE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail"


def write_threemf(
    solid: Solid, path: Path, bed_mm: tuple[float, float] | None = None, thumbnail: bytes | None = None
) -> None:
    """Write a 3MF in millimetres; raises ExportFailed unless it reads back with the same triangles and colours.

    The part stands on z = 0 in the positive octant, in the middle of a bed of `bed_mm` (x, y) where one is given.
    `thumbnail` is a PNG.
    """
    colours = quantise(vertex_colours(solid)) if solid.colour is not None and solid.colour.has_colour else None
    offset = _offset(solid, bed_mm)
    data = pack_threemf(solid.vertices, solid.faces, solid.name, colours=colours, offset=offset, thumbnail=thumbnail)
    write_bytes_checked(path, data, lambda file: _check(file, solid, colours, offset))


def quantise(linear: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return (n, 3) uint8 sRGB of (n, 4) linear RGBA, rounded until no more than `MAX_COLOURS` differ."""
    exact = linear_to_bytes(linear)[:, :3]
    for bits in range(8, 3, -1):
        steps = 2**bits - 1
        levels = np.round(np.round(np.arange(256) / 255 * steps) / steps * 255).astype(np.uint8)
        rounded = np.asarray(levels[exact])
        if len(np.unique(rounded, axis=0)) <= MAX_COLOURS:
            return rounded
    return rounded


def _offset(solid: Solid, bed_mm: tuple[float, float] | None) -> NDArray[np.float64]:
    """Return the (3,) shift of the build item: into the positive octant, or onto the middle of the bed."""
    low, high = solid.vertices.min(axis=0), solid.vertices.max(axis=0)
    shift = -low
    if bed_mm is not None:
        shift[:2] = np.asarray(bed_mm) / 2 - (low[:2] + high[:2]) / 2
    return np.asarray(shift) + 0.0  # no -0


def pack_threemf(
    vertices: NDArray[np.float64],
    faces: NDArray[np.int64],
    name: str,
    unit: str = "millimeter",
    *,
    digits: str = "%.9g",
    colours: NDArray[np.uint8] | None = None,
    offset: NDArray[np.float64] | None = None,
    thumbnail: bytes | None = None,
) -> bytes:
    """Return a 3MF package with one object; the same content gives the same bytes.

    Nine `digits` give every float32 back. `colours` (n, 3) sRGB are the vertices'; `offset` (3,) moves the build item.
    """
    title = _text(name)
    extension = f' xmlns:m="{MATERIALS}"' if colours is not None else ""
    properties = f' pid="{_GROUP}" pindex="0"' if colours is not None else ""
    group, index = _colour_group(colours)
    shift = "" if offset is None else f' transform="1 0 0 0 1 0 0 0 1 {" ".join(f"{v:.9g}" for v in offset)}"'
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<model unit="{unit}" xml:lang="en-US" xmlns="{CORE}"{extension}>\n'
        f' <metadata name="Title">{title}</metadata>\n'
        ' <metadata name="Application">figurine</metadata>\n'
        f" <resources>\n{group}"
        f'  <object id="{_OBJECT}" type="model" name="{title}"{properties}><mesh>\n<vertices>\n',
        filled(f'<vertex x="{digits}" y="{digits}" z="{digits}"/>\n', vertices),
        "</vertices>\n<triangles>\n",
        _triangles(faces, index),
        "</triangles>\n</mesh></object>\n </resources>\n"
        f' <build><item objectid="{_OBJECT}"{shift}/></build>\n</model>\n',
    ]
    return _package("".join(parts).encode(), thumbnail)


def _text(words: str) -> str:
    """Return words fit for an attribute or an element: what XML cannot hold becomes a question mark."""
    printable = "".join(c if c.isprintable() else "?" for c in words)
    return escape(printable, {'"': "&quot;"})


def _colour_group(colours: NDArray[np.uint8] | None) -> tuple[str, NDArray[np.int64] | None]:
    """Return the XML of the group and the index of each vertex's colour in it."""
    if colours is None:
        return "", None
    values, index = np.unique(_packed(colours), return_inverse=True)
    lines = "".join(f'<m:color color="#{value:06X}FF"/>\n' for value in values.tolist())
    return f'  <m:colorgroup id="{_GROUP}">\n{lines}  </m:colorgroup>\n', index.reshape(-1)


def _packed(colours: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return (n,) colours as one number each, 0xRRGGBB."""
    return np.asarray(colours.astype(np.int64) @ (65536, 256, 1))


def _triangles(faces: NDArray[np.int64], index: NDArray[np.int64] | None) -> str:
    if index is None:
        return filled('<triangle v1="%d" v2="%d" v3="%d"/>\n', faces)
    line = f'<triangle v1="%d" v2="%d" v3="%d" pid="{_GROUP}" p1="%d" p2="%d" p3="%d"/>\n'
    return filled(line, np.concatenate([faces, index[faces]], axis=1))


def filled(line: str, rows: NDArray[np.float64] | NDArray[np.int64]) -> str:
    """Return one line for each row; formatting thousands of rows at once is what makes it fast."""
    return "".join(
        line * len(batch) % tuple(batch.reshape(-1).tolist())
        for batch in (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))
    )


def _package(model: bytes, thumbnail: bytes | None) -> bytes:
    """Return the zip archive, the same bytes for the same content."""
    relations = _RELATION.format(id="rel0", target=f"/{_MODEL_PART}", type=_MODEL_TYPE)
    if thumbnail is not None:
        relations += _RELATION.format(id="rel1", target="/Metadata/thumbnail.png", type=_THUMBNAIL_TYPE)
    rels = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">\n'
        f"{relations}</Relationships>\n"
    )
    entries = {"[Content_Types].xml": _TYPES.encode(), "_rels/.rels": rels.encode(), _MODEL_PART: model}
    if thumbnail is not None:
        entries["Metadata/thumbnail.png"] = thumbnail
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in entries.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(info, data, compresslevel=6)
    return buffer.getvalue()


def _check(path: Path, solid: Solid, colours: NDArray[np.uint8] | None, offset: NDArray[np.float64]) -> None:
    """Raise ExportFailed unless the file holds the very triangles of the solid, in mm, each corner with its colour."""
    with zipfile.ZipFile(path) as archive, archive.open(_MODEL_PART) as stream:
        part = parse_part(stream)
    found = part.objects[str(_OBJECT)]
    table = np.array(found.triangles, np.int64).reshape(-1, 6)
    if part.unit != "millimeter" or not np.allclose(part.items[0].matrix[:3, 3], offset, rtol=1e-7, atol=0):
        raise ExportFailed("read back another unit or place; report this as a bug")
    if not np.array_equal(table[:, :3], solid.faces):
        raise ExportFailed(f"read back {len(table)} triangles, other than the {len(solid.faces)} written")
    if not np.array_equal(found.vertices.astype(np.float32), solid.vertices.astype(np.float32)):
        raise ExportFailed("read back other coordinates than were written; check the disk")
    if colours is None:
        return
    listed = np.array([int(word[1:7], 16) for word in part.groups[str(_GROUP)].colours], np.int64)
    if table[:, 3:].min() < 0 or not np.array_equal(listed[table[:, 3:]], _packed(colours)[solid.faces]):
        raise ExportFailed("read back other colours than were written; check the disk")
