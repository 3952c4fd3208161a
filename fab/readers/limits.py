"""What a model file from a stranger may cost: sizes, counts, and where it may point."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from trimesh.resolvers import FilePathResolver

from fab.errors import UnreadableModel
from fab.paint import ENCODED

MAX_FILE_BYTES = 2 * 1024**3
MAX_FACES = 20_000_000
MAX_VERTICES = 3 * MAX_FACES
MAX_INSTANCES = 100_000
MAX_TEXTURE_SIDE_PX = 8192
MAX_UNZIPPED_BYTES = 4 * 1024**3
MAX_ZIP_RATIO = 200
SMALL_ENTRY_BYTES = 64 * 1024**2

MALFORMED = (
    ValueError,
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    NameError,
    NotImplementedError,
    RecursionError,
    MemoryError,
    StopIteration,
    OSError,
    EOFError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
)
"""What the libraries' parsers raise on damaged files; each reader turns them into UnreadableModel."""


def check_file(path: Path) -> None:
    """Raise UnreadableModel unless `path` is a file that is neither empty nor larger than the limit."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UnreadableModel(f"{path}: {error.strerror or error}; name a model file") from error
    if not path.is_file():
        raise UnreadableModel(f"{path}: not a file; name a model file")
    if size == 0:
        raise UnreadableModel(f"{path.name}: the file is empty (0 bytes); export it again")
    if size > MAX_FILE_BYTES:
        raise UnreadableModel(f"{path.name}: {size:,} bytes, the limit is {MAX_FILE_BYTES:,}; simplify it first")


def check_counts(faces: int, vertices: int = 0) -> None:
    """Raise UnreadableModel when a model holds more triangles or vertices than the limits allow."""
    if faces > MAX_FACES:
        raise UnreadableModel(f"{faces:,} triangles, the limit is {MAX_FACES:,}; simplify it first")
    if vertices > MAX_VERTICES:
        raise UnreadableModel(f"{vertices:,} vertices, the limit is {MAX_VERTICES:,}; simplify it first")


def check_indices(faces: NDArray[np.int64], vertices: int) -> None:
    """Raise UnreadableModel when a triangle names a vertex that is not there."""
    if len(faces) and (faces.min() < 0 or faces.max() >= vertices):
        worst = int(faces.min() if faces.min() < 0 else faces.max())
        raise UnreadableModel(f"a triangle uses vertex {worst}, and there are {vertices}; export the model again")


def read_image(data: bytes | io.BytesIO, name: str, notes: list[str]) -> Image.Image | None:
    """Return the picture decoded as RGBA, or None with a line in `notes` that says why not."""
    stream = io.BytesIO(data) if isinstance(data, bytes) else data
    try:
        with Image.open(stream) as image:
            if max(image.size) > MAX_TEXTURE_SIDE_PX:
                size = f"{image.size[0]} × {image.size[1]} px, the limit is {MAX_TEXTURE_SIDE_PX} a side"
                notes.append(f"texture {name} is {size}: geometry read without it")
                return None
            return as_rgba(image, stream.getvalue())
    except Image.DecompressionBombError:  # raised before its size could be asked
        notes.append(f"texture {name} is over {MAX_TEXTURE_SIDE_PX} px a side, the limit: geometry read without it")
        return None
    except (*MALFORMED, SyntaxError):
        kind = "KTX2" if stream.getvalue()[1:6] == b"KTX 2" else "damaged or in an unknown format"
        notes.append(f"texture {name} is {kind}: geometry read without it")
        return None


def as_rgba(image: Image.Image, data: bytes | None) -> Image.Image:
    """Return a picture as RGBA that remembers the file it was in, where any reader of 3MF and glTF takes that."""
    kept = image.format in ("PNG", "JPEG") and image.mode in ("L", "RGB", "RGBA", "P")
    rgba = image.convert("RGBA")
    rgba.info = {ENCODED: data} if kept and data is not None else {}
    return rgba


def decode(data: bytes) -> str:
    """Return text that is UTF-8, or else Latin-1, which fits any bytes."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


class FolderFiles(FilePathResolver):  # type: ignore[misc]
    """Gives a model the files beside it and below, never others, and notes each one it could not have."""

    def __init__(self, path: Path, notes: list[str]) -> None:
        super().__init__(str(path))
        self.notes = notes

    def get(self, name: str) -> bytes:
        """Return the bytes of the file called `name`; raise FileNotFoundError when there is none to be had."""
        folder = Path(self.parent).resolve()
        path = (folder / name.strip().replace("\\", "/")).resolve()
        if not path.is_relative_to(folder):
            self._miss(f"{name} lies outside the model's folder")
        if not path.is_file():
            self._miss(f"{name} is missing")
        if path.stat().st_size > MAX_FILE_BYTES:
            self._miss(f"{name} is larger than {MAX_FILE_BYTES:,} bytes")
        data = path.read_bytes()
        return decode(data).encode() if path.suffix.lower() == ".mtl" else data

    def _miss(self, reason: str) -> None:
        note = f"{reason}: geometry read without it"
        if note not in self.notes:
            self.notes.append(note)
        raise FileNotFoundError(reason)
