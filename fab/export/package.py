"""The package of a 3MF: a zip archive by the Open Packaging Conventions, the same bytes for the same content."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

MODEL_PART = "3D/3dmodel.model"
THUMBNAIL_PART = "Metadata/thumbnail.png"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_OPC = "http://schemas.openxmlformats.org/package/2006"
_MODEL_TYPE = "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"
_TEXTURE_TYPE = "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dtexture"
_CONTENT_TYPES = {
    "rels": "application/vnd.openxmlformats-package.relationships+xml",
    "model": "application/vnd.ms-package.3dmanufacturing-3dmodel+xml",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "config": "text/plain",
}


def pack_package(
    model: bytes,
    *,
    thumbnail: bytes | None = None,
    textures: Mapping[str, bytes] | None = None,
    others: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return the archive of one root model, a PNG `thumbnail`, and what the model or its readers need besides.

    `textures` are named by their part name and related to the model (Materials 1.2, chapter 5); `others` are a
    slicer's own files, related to nothing, which every other reader may drop (Core 1.4, 2.1.1).
    """
    textures, others = textures or {}, others or {}
    targets = [(MODEL_PART, _MODEL_TYPE)]
    entries = {MODEL_PART: model, **textures, **others}
    if thumbnail is not None:
        targets.append((THUMBNAIL_PART, f"{_OPC}/relationships/metadata/thumbnail"))
        entries[THUMBNAIL_PART] = thumbnail
    entries["_rels/.rels"] = _relations(targets)
    if textures:
        entries["3D/_rels/3dmodel.model.rels"] = _relations([(name, _TEXTURE_TYPE) for name in textures])
    return _zipped({"[Content_Types].xml": _types(), **dict(sorted(entries.items()))})


def _types() -> bytes:
    lines = "".join(f' <Default Extension="{kind}" ContentType="{mime}"/>\n' for kind, mime in _CONTENT_TYPES.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Types xmlns="{_OPC}/content-types">\n{lines}</Types>\n'.encode()


def _relations(targets: list[tuple[str, str]]) -> bytes:
    lines = "".join(
        f' <Relationship Id="rel{number}" Target="/{target}" Type="{kind}"/>\n'
        for number, (target, kind) in enumerate(targets)
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{head}<Relationships xmlns="{_OPC}/relationships">\n{lines}</Relationships>\n'.encode()


def _zipped(entries: Mapping[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in entries.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr, info.create_system = 0o644 << 16, 3
            packed = name.endswith((".png", ".jpeg"))
            info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(info, data, compresslevel=6)
    return buffer.getvalue()
