"""The GLB container (glTF 2.0): patches of one mesh packed with their pictures, colours and one material each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fab.export.patches import Patch
from fab.paint import Picture

_ARRAY, _ELEMENTS = 34962, 34963
_FLOAT, _UINT16, _UINT32 = 5126, 5123, 5125
_WRAPS = {"repeat": 10497, "clamp": 33071, "mirror": 33648}
_STEPS = 65535
QUANTISATION = "KHR_mesh_quantization"


def pack_glb(patches: Sequence[Patch], name: str = "part", scale: float = 1.0, *, quantise: bool = False) -> bytes:
    """Return a GLB of patches in glTF's own Y-up axes, scaled by `scale`.

    Positions are float32, or with `quantise` steps of 1/65535 of the longest side, which is another surface by as much.
    """
    builder = _Builder()
    primitives = [builder.primitive(patch, quantise, _box(patches)) for patch in patches]
    node: dict[str, Any] = {"mesh": 0, "name": name}
    low, step = _box(patches) if quantise else (np.zeros(3), 1.0)
    if scale * step != 1.0:
        node["scale"] = [scale * step] * 3
    if low.any():
        node["translation"] = (low * scale).tolist()
    tree: dict[str, Any] = {
        "asset": {"version": "2.0", "generator": "figurine"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [node],
        "meshes": [{"name": name, "primitives": primitives}],
        **builder.lists(),
        "buffers": [{"byteLength": len(builder.binary)}],
    }
    if quantise:
        tree["extensionsUsed"] = tree["extensionsRequired"] = [QUANTISATION]
    return join(json.dumps(tree, separators=(",", ":"), sort_keys=True).encode(), bytes(builder.binary))


def quantised(patch: Patch, box: tuple[NDArray[np.float64], float]) -> NDArray[np.uint16]:
    """Return a patch's positions in steps from the lowest corner of the `box` of all patches."""
    return np.round((patch.vertices - box[0]) / box[1]).astype(np.uint16)


def _box(patches: Sequence[Patch]) -> tuple[NDArray[np.float64], float]:
    """Return the lowest corner of all patches and the step that brings their longest side to 16 bits."""
    points = np.concatenate([patch.vertices for patch in patches])
    return points.min(axis=0), float(np.ptp(points, axis=0).max()) / _STEPS


class _Builder:
    """Lays arrays and pictures one after another, each from a multiple of four bytes on."""

    def __init__(self) -> None:
        self.binary = bytearray()
        self.accessors: list[dict[str, Any]] = []
        self.views: list[dict[str, Any]] = []
        self.materials: list[dict[str, Any]] = []
        self.textures: list[dict[str, Any]] = []
        self.images: list[dict[str, Any]] = []
        self.samplers: list[dict[str, Any]] = []

    def lists(self) -> dict[str, Any]:
        """Return what goes into the tree; glTF allows no empty lists."""
        lists = {"accessors": self.accessors, "bufferViews": self.views, "materials": self.materials}
        pictures = {"textures": self.textures, "images": self.images, "samplers": self.samplers}
        return lists | {key: values for key, values in pictures.items() if values}

    def primitive(self, patch: Patch, quantise: bool, box: tuple[NDArray[np.float64], float]) -> dict[str, Any]:
        attributes = {"POSITION": self._positions(patch, quantise, box)}
        indices = self._array(patch.faces.reshape(-1).astype("<u4"), "SCALAR", _UINT32, _ELEMENTS)
        if patch.rgba is not None:
            levels = np.round(np.clip(patch.rgba, 0, 1) * _STEPS).astype("<u2")
            attributes["COLOR_0"] = self._array(levels, "VEC4", _UINT16, _ARRAY, normalized=True)
        if patch.uv is not None:
            uv = np.column_stack([patch.uv[:, 0], 1.0 - patch.uv[:, 1]])
            attributes["TEXCOORD_0"] = self._array(uv.astype("<f4"), "VEC2", _FLOAT, _ARRAY)
        return {"attributes": attributes, "indices": indices, "material": self._material(patch.picture), "mode": 4}

    def _positions(self, patch: Patch, quantise: bool, box: tuple[NDArray[np.float64], float]) -> int:
        if not quantise:
            return self._array(patch.vertices.astype("<f4"), "VEC3", _FLOAT, _ARRAY, bounds=True)
        padded = np.zeros((len(patch.vertices), 4), "<u2")  # rows begin at multiples of four
        padded[:, :3] = quantised(patch, box)
        number = self._array(padded, "VEC3", _UINT16, _ARRAY, stride=8)
        low, high = padded[:, :3].min(axis=0), padded[:, :3].max(axis=0)
        self.accessors[number] |= {"min": low.tolist(), "max": high.tolist()}
        return number

    def _array(
        self,
        values: NDArray[Any],
        kind: str,
        component: int,
        target: int,
        *,
        bounds: bool = False,
        normalized: bool = False,
        stride: int | None = None,
    ) -> int:
        accessor = {"bufferView": len(self.views), "componentType": component, "count": len(values), "type": kind}
        if bounds:
            accessor |= {"min": values.min(axis=0).tolist(), "max": values.max(axis=0).tolist()}
        if normalized:
            accessor["normalized"] = True
        self._view(values.tobytes(), target=target, **({"byteStride": stride} if stride else {}))
        self.accessors.append(accessor)
        return len(self.accessors) - 1

    def _view(self, data: bytes, **extra: int) -> int:
        self.views.append({"buffer": 0, "byteOffset": len(self.binary), "byteLength": len(data), **extra})
        self.binary += data + b"\0" * (-len(data) % 4)
        return len(self.views) - 1

    def _material(self, picture: Picture | None) -> int:
        look: dict[str, Any] = {"metallicFactor": 0.0, "roughnessFactor": 0.8}
        if picture is not None:
            kind, data = picture.file()
            self.images.append({"bufferView": self._view(data), "mimeType": f"image/{kind}"})
            wraps = [_WRAPS[mode] for mode in picture.wrap]
            self.samplers.append({"wrapS": wraps[0], "wrapT": wraps[1]})
            last = len(self.images) - 1
            self.textures.append({"source": last, "sampler": last})
            look["baseColorTexture"] = {"index": last}
        self.materials.append({"name": "surface", "pbrMetallicRoughness": look, "doubleSided": False})
        return len(self.materials) - 1


def join(text: bytes, binary: bytes) -> bytes:
    """Return the GLB container (section 4.4): header, JSON chunk, binary chunk."""
    text += b" " * (-len(text) % 4)
    length = 12 + 8 + len(text) + 8 + len(binary)
    head = b"glTF" + (2).to_bytes(4, "little") + length.to_bytes(4, "little")
    chunks = ((text, b"JSON"), (binary, b"BIN\0"))
    return head + b"".join(len(data).to_bytes(4, "little") + kind + data for data, kind in chunks)
