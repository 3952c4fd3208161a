"""glTF 2.0 and GLB. The format is metres and Y up; models from generators only keep the second of the two.

Sections named are those of the Khronos glTF 2.0 specification. trimesh's own loader is not used: it rounds linear
vertex colours to bytes, resamples several pictures into one, and knows no wrap modes, fans or quantised positions.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import trimesh
from numpy.typing import NDArray
from PIL import Image
from trimesh.transformations import quaternion_matrix

from fab.errors import UnreadableModel
from fab.paint import WRAP
from fab.readers.accessors import Accessors
from fab.readers.assemble import Piece, assemble
from fab.readers.limits import MAX_INSTANCES, FolderFiles, check_counts, read_image

Z_UP_FROM_Y_UP = np.array([[1.0, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 0], [0, 0, 0, 1]])
"""(x, y, z) of glTF, Y up and facing +Z, becomes (x, -z, y): Z up and facing -Y."""

READ_EXTENSIONS = {
    "KHR_draco_mesh_compression",
    "KHR_mesh_quantization",
    "KHR_texture_transform",
    "EXT_texture_webp",
    "KHR_materials_pbrSpecularGlossiness",
}
_WRAPS = {10497: "repeat", 33071: "clamp", 33648: "mirror"}
HARMLESS_EXTENSIONS = ("KHR_materials_", "KHR_lights_", "KHR_texture_basisu", "EXT_lights_", "KHR_xmp", "VRM")


def read_gltf(path: Path, notes: list[str]) -> tuple[trimesh.Trimesh, NDArray[np.float64]]:
    """Return the scene's triangles with all node transforms, Z up, and the matrix back to the file's Y up."""
    tree, binary = _open(path)
    _check_required(tree)
    files = FolderFiles(path, notes)
    buffers = [_buffer(buffer, binary, files) for buffer in tree.get("buffers", [])]
    scene = _Scene(tree, Accessors(tree, buffers), files, notes)
    mesh = assemble([piece.moved(Z_UP_FROM_Y_UP) for piece in scene.pieces()])
    return mesh, Z_UP_FROM_Y_UP.T.copy()


def _open(path: Path) -> tuple[dict[str, Any], bytes | None]:
    """Return the JSON and, for a GLB, the binary chunk (section 4, GLB file format)."""
    data = path.read_bytes()
    if data[:4] != b"glTF":
        return _as_gltf2(json.loads(data.decode("utf-8-sig"))), None
    version, length = (int.from_bytes(data[i : i + 4], "little") for i in (4, 8))
    if version != 2:
        raise UnreadableModel(f"GLB version {version}, only 2 is read; convert it")
    if length > len(data):
        raise UnreadableModel(f"truncated: {length:,} bytes declared, {len(data):,} in the file; copy it again")
    chunks: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= length:
        size, kind = int.from_bytes(data[at : at + 4], "little"), data[at + 4 : at + 8]
        chunks.setdefault(kind, data[at + 8 : at + 8 + size])
        at += 8 + size
    if b"JSON" not in chunks:
        raise UnreadableModel("a GLB without its JSON chunk; export it again")
    return _as_gltf2(json.loads(chunks[b"JSON"].decode("utf-8"))), chunks.get(b"BIN\0", b"")


def _as_gltf2(tree: Any) -> dict[str, Any]:
    version = str(tree["asset"]["version"]) if isinstance(tree, dict) and "asset" in tree else "unknown"
    if not version.startswith("2"):
        raise UnreadableModel(f"glTF version {version}, only 2 is read; convert it")
    return dict(tree)


def _check_required(tree: dict[str, Any]) -> None:
    for name in tree.get("extensionsRequired", []):
        if name not in READ_EXTENSIONS and not name.startswith(HARMLESS_EXTENSIONS):
            raise UnreadableModel(f"needs the glTF extension {name}, not read here; export it without compression")


def _buffer(buffer: dict[str, Any], binary: bytes | None, files: FolderFiles) -> bytes:
    if "uri" not in buffer:
        return binary or b""
    try:
        return _fetch(buffer["uri"], files)
    except FileNotFoundError as error:
        raise UnreadableModel(f"{error}; put it beside the model") from error


def _fetch(uri: str, files: FolderFiles) -> bytes:
    if uri.startswith("data:"):
        return base64.b64decode(uri.partition(",")[2])
    return files.get(unquote(uri))


@dataclass
class _Scene:
    tree: dict[str, Any]
    accessors: Accessors
    files: FolderFiles
    notes: list[str]

    def pieces(self) -> list[Piece]:
        """Return every mesh of the scene where its nodes put it."""
        materials = [self._material(m) for m in self.tree.get("materials", [])]
        meshes: dict[int, list[Piece]] = {}
        placed: list[Piece] = []
        faces = 0
        for index, matrix in self._instances():
            if index not in meshes:
                primitives = self.tree["meshes"][index]["primitives"]
                found = [self._primitive(p, materials) for p in primitives]
                meshes[index] = [piece for piece in found if piece is not None]
            faces += sum(len(piece.faces) for piece in meshes[index])
            check_counts(faces)
            placed += [piece.moved(matrix) for piece in meshes[index]]
        return placed

    def _instances(self) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """Yield (mesh index, world matrix) in the file's order (section 3.5.3, transformations)."""
        nodes = self.tree.get("nodes", [])
        stack = [(root, np.eye(4), 0) for root in reversed(self._roots(nodes))]
        visits = 0
        while stack:
            index, parent, depth = stack.pop()
            visits += 1
            if visits > MAX_INSTANCES or depth > len(nodes):
                raise UnreadableModel(f"over {MAX_INSTANCES:,} nodes or a loop among them; flatten the scene first")
            node = nodes[index]
            world = parent @ _local(node)
            if "mesh" in node:
                if "skin" in node:
                    self.notes.append("skinned: read as modelled, its joints are not posed")
                yield node["mesh"], world
            stack += [(child, world, depth + 1) for child in reversed(node.get("children", []))]

    def _roots(self, nodes: list[dict[str, Any]]) -> list[int]:
        scenes = self.tree.get("scenes", [])
        if scenes:
            return list(scenes[self.tree.get("scene", 0)].get("nodes", []))
        children = {child for node in nodes for child in node.get("children", [])}
        return [index for index in range(len(nodes)) if index not in children]

    def _primitive(self, primitive: dict[str, Any], materials: list[_Material]) -> Piece | None:
        """Return one primitive in its mesh's own frame, or None for points and lines (section 3.7.2, meshes)."""
        read = self.accessors.of_primitive(primitive)
        faces = _triangles(read.indices, primitive.get("mode", 4))
        if faces is None:
            self.notes.append("points and lines were left out")
            return None
        if primitive.get("targets"):
            self.notes.append("morph targets were not applied")
        material = materials[primitive["material"]] if "material" in primitive else _Material()
        colours = read.attribute("COLOR_0")
        if colours is not None and not np.isfinite(colours).all():
            self.notes.append("vertex colours are not numbers: geometry read without them")
            colours = None
        rgba = _tinted(colours, material.factor, len(read.positions))
        uv = read.attribute(f"TEXCOORD_{material.texcoord}") if material.image is not None else None
        return Piece(read.positions, faces, material.turned(uv), rgba, material.image if uv is not None else None)

    def _material(self, material: dict[str, Any]) -> _Material:
        """Return the base colour of a material (section 3.9.2; or the archived specular-glossiness extension)."""
        gloss = material.get("extensions", {}).get("KHR_materials_pbrSpecularGlossiness")
        pbr = material.get("pbrMetallicRoughness", {})
        texture = gloss.get("diffuseTexture") if gloss else pbr.get("baseColorTexture")
        factor = gloss.get("diffuseFactor") if gloss else pbr.get("baseColorFactor")
        rgba = np.array(factor, np.float64).reshape(4) if factor is not None else None
        if texture is None:
            return _Material(factor=rgba)
        transform = texture.get("extensions", {}).get("KHR_texture_transform", {})
        texcoord = transform.get("texCoord", texture.get("texCoord", 0))
        return _Material(rgba, self._image(texture["index"]), texcoord, transform)

    def _image(self, index: int) -> Image.Image | None:
        """Return the picture of a texture with its wrap modes in `image.info`, or None with a note."""
        texture = self.tree["textures"][index]
        webp = texture.get("extensions", {}).get("EXT_texture_webp", {})
        source = webp.get("source", texture.get("source"))
        if source is None:
            self.notes.append(f"texture {index} is {_why_no_source(texture)}: geometry read without it")
            return None
        data = self._image_bytes(self.tree["images"][source])
        image = read_image(data, str(index), self.notes) if data is not None else None
        if image is not None and "sampler" in texture:
            sampler = self.tree["samplers"][texture["sampler"]]
            image.info[WRAP] = (_WRAPS[sampler.get("wrapS", 10497)], _WRAPS[sampler.get("wrapT", 10497)])
        return image

    def _image_bytes(self, image: dict[str, Any]) -> bytes | None:
        if "bufferView" in image:
            return self.accessors.view(image["bufferView"])
        try:
            return _fetch(image["uri"], self.files)
        except FileNotFoundError:
            return None


@dataclass(frozen=True, eq=False)
class _Material:
    """Base colour: a linear factor, a picture, which UV set it uses, and how that is turned."""

    factor: NDArray[np.float64] | None = None
    image: Image.Image | None = None
    texcoord: int = 0
    transform: dict[str, Any] = field(default_factory=dict)

    def turned(self, uv: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
        """Return UV with v up, after KHR_texture_transform: scale, then rotation, then offset."""
        if uv is None:
            return None
        turn, scale = self.transform.get("rotation", 0.0), self.transform.get("scale", (1.0, 1.0))
        rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        moved = (uv * scale) @ rotation.T + self.transform.get("offset", (0.0, 0.0))
        return np.column_stack([moved[:, 0], 1.0 - moved[:, 1]])


def _why_no_source(texture: dict[str, Any]) -> str:
    return "KTX2 (Basis)" if "KHR_texture_basisu" in texture.get("extensions", {}) else "without a picture"


def _tinted(
    colours: NDArray[np.float64] | None, factor: NDArray[np.float64] | None, count: int
) -> NDArray[np.float64] | None:
    """Return COLOR_0 times the base colour factor, (n, 4) linear, or None where neither is given."""
    if colours is None and factor is None:
        return None
    rgba = np.ones((count, 4))
    if colours is not None:
        rgba[:, : colours.shape[1]] = colours
    return rgba if factor is None else rgba * factor


def _local(node: dict[str, Any]) -> NDArray[np.float64]:
    """Return a node's own (4, 4) matrix: given whole, or as translation · rotation · scale."""
    if "matrix" in node:
        return np.array(node["matrix"], np.float64).reshape(4, 4).T
    matrix = np.eye(4)
    if "rotation" in node:
        x, y, z, w = node["rotation"]
        matrix = np.asarray(quaternion_matrix([w, x, y, z]), np.float64)
    matrix[:3, :3] = matrix[:3, :3] * np.array(node.get("scale", (1.0, 1.0, 1.0)), np.float64)
    matrix[:3, 3] = node.get("translation", (0.0, 0.0, 0.0))
    return matrix


def _triangles(indices: NDArray[np.int64], mode: int) -> NDArray[np.int64] | None:
    """Return (m, 3) corners for triangles (4), a strip (5) or a fan (6); None for other modes."""
    if mode == 4:
        return indices[: len(indices) // 3 * 3].reshape(-1, 3)
    if mode == 5:
        strip = np.lib.stride_tricks.sliding_window_view(indices, 3).copy() if len(indices) > 2 else indices[:0]
        strip = strip.reshape(-1, 3)
        strip[1::2] = strip[1::2, [0, 2, 1]]
        return strip
    if mode == 6:
        rim = indices[1:]
        return np.column_stack([rim[:-1], rim[1:], np.full(max(len(rim) - 1, 0), indices[0])])[:, [2, 0, 1]]
    return None
