"""glTF accessors: typed arrays out of byte buffers, sparse, strided, normalised or Draco-compressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fab.errors import UnreadableModel
from fab.readers.limits import MAX_VERTICES

_TYPES = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}


@dataclass(frozen=True, eq=False)
class Primitive:
    """The arrays of one primitive; `indices` is flat, also where the file has none."""

    positions: NDArray[np.float64]
    indices: NDArray[np.int64]
    attributes: dict[str, NDArray[np.float64]]

    def attribute(self, name: str) -> NDArray[np.float64] | None:
        """Return one attribute as (n, k) float64, or None where it is absent or of the wrong length."""
        values = self.attributes.get(name)
        return values if values is not None and len(values) == len(self.positions) else None


class Accessors:
    """Reads accessors of one file (glTF 2.0, section 3.6, binary data storage)."""

    def __init__(self, tree: dict[str, Any], buffers: list[bytes]) -> None:
        self.tree = tree
        self.buffers = buffers

    def view(self, index: int) -> bytes:
        """Return the bytes of one buffer view; raise UnreadableModel when the buffer is shorter."""
        view = self.tree["bufferViews"][index]
        buffer: bytes = self.buffers[view["buffer"]]
        start, size = view.get("byteOffset", 0), view["byteLength"]
        if start < 0 or size < 0 or start + size > len(buffer):
            raise UnreadableModel(
                f"truncated: buffer view {index} ends at byte {start + size:,} of {len(buffer):,}; copy it again"
            )
        return buffer[start : start + size]

    def of_primitive(self, primitive: dict[str, Any]) -> Primitive:
        """Return the positions, indices and colour attributes of a primitive; Draco is decoded."""
        names = [n for n in primitive["attributes"] if n in ("POSITION", "COLOR_0") or n.startswith("TEXCOORD_")]
        draco = primitive.get("extensions", {}).get("KHR_draco_mesh_compression")
        if draco is not None:
            return self._decode_draco(primitive, draco, names)
        attributes = {n: self.array(primitive["attributes"][n]) for n in names}
        positions = attributes.pop("POSITION")
        if "indices" in primitive:
            indices = self._raw(primitive["indices"]).reshape(-1).astype(np.int64)
        else:
            indices = np.arange(len(positions), dtype=np.int64)
        return Primitive(positions, indices, attributes)

    def array(self, index: int) -> NDArray[np.float64]:
        """Return one accessor as (n, k) float64, whole numbers brought to 0..1 or -1..1 where it says so."""
        raw = self._raw(index)
        return _to_float(raw, bool(self.tree["accessors"][index].get("normalized", False)))

    def _raw(self, index: int) -> NDArray[Any]:
        accessor = self.tree["accessors"][index]
        count, width, dtype = accessor["count"], _WIDTHS[accessor["type"]], np.dtype(_TYPES[accessor["componentType"]])
        if not 0 <= count <= MAX_VERTICES:
            raise UnreadableModel(f"accessor {index} holds {count:,} values, the limit is {MAX_VERTICES:,}")
        if "bufferView" in accessor:
            values = self._strided(accessor["bufferView"], accessor.get("byteOffset", 0), count, width, dtype)
        else:
            values = np.zeros((count, width), dtype)
        return self._with_sparse(values, accessor["sparse"]) if "sparse" in accessor else values

    def _strided(self, view: int, offset: int, count: int, width: int, dtype: np.dtype[Any]) -> NDArray[Any]:
        data = self.view(view)
        row = width * dtype.itemsize
        stride = self.tree["bufferViews"][view].get("byteStride", row)
        end = offset + (count - 1) * stride + row if count else offset
        if stride < row or offset < 0 or end > len(data):
            raise UnreadableModel(f"truncated: values end at byte {end:,} of {len(data):,}; copy or export it again")
        return np.ndarray((count, width), dtype, data, offset, (stride, dtype.itemsize))

    def _with_sparse(self, values: NDArray[Any], sparse: dict[str, Any]) -> NDArray[Any]:
        """Return the values with some replaced (section 3.6.2.3, sparse accessors)."""
        count, where, what = sparse["count"], sparse["indices"], sparse["values"]
        itype = np.dtype(_TYPES[where["componentType"]])
        rows = self._strided(where["bufferView"], where.get("byteOffset", 0), count, 1, itype).reshape(-1)
        start, width = what.get("byteOffset", 0), values.shape[1]
        values = values.copy()
        values[rows] = self._strided(what["bufferView"], start, count, width, values.dtype)
        return values

    def _decode_draco(self, primitive: dict[str, Any], draco: dict[str, Any], names: list[str]) -> Primitive:
        """Return a primitive compressed with KHR_draco_mesh_compression."""
        import DracoPy

        try:
            decoded = DracoPy.decode(self.view(draco["bufferView"]))
        except DracoPy.FileTypeException as error:
            raise UnreadableModel(f"damaged Draco data ({error}); export it again") from error
        held = {a["unique_id"]: a["data"] for a in decoded.attributes}
        attributes = {
            name: _to_float(held[draco["attributes"][name]], self._is_normalised(primitive["attributes"][name]))
            for name in names
            if draco["attributes"].get(name) in held
        }
        positions = attributes.pop("POSITION")
        return Primitive(positions, np.asarray(decoded.faces, np.int64).reshape(-1), attributes)

    def _is_normalised(self, index: int) -> bool:
        return bool(self.tree["accessors"][index].get("normalized", False))


def _to_float(raw: NDArray[Any], normalised: bool) -> NDArray[np.float64]:
    values = np.asarray(raw, np.float64).reshape(len(raw), -1)
    if normalised and raw.dtype.kind in "iu":
        values = np.maximum(values / np.iinfo(raw.dtype).max, -1.0)
    return values
