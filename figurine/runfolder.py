"""The run folder: every arrow of the flow leaves a file in it, keyed by the content of its inputs.

A stage whose key and files are as they were is not run again. Files are written beside and renamed, so that a kill
leaves the old file or the new one; a folder that a failed run made, and left empty, goes away again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fab.export.atomic import write_bytes_checked, write_checked
from figurine.errors import WrongUse
from figurine.job import sha256_of

STAGES = "stages.json"


@dataclass(frozen=True)
class RunFolder:
    """A folder that can be written to."""

    path: Path

    def file(self, name: str) -> Path:
        """Return where a file of that name lies."""
        return self.path / name

    def write_text(self, name: str, text: str) -> Path:
        """Return the path of a text file, written beside and renamed."""
        return self.write_bytes(name, text.encode())

    def write_bytes(self, name: str, data: bytes) -> Path:
        """Return the path of a file, written beside and renamed."""
        write_bytes_checked(self.file(name), data, _accept)
        return self.file(name)

    def copy(self, name: str, to: str) -> Path:
        """Return the path of a copy of one of the folder's files."""
        write_checked(self.file(to), lambda path: _copy(self.file(name), path), _accept)
        return self.file(to)

    def write_json(self, name: str, record: object) -> Path:
        """Return the path of a JSON file: sorted keys, two spaces, a newline at the end."""
        return self.write_text(name, json.dumps(record, indent=2, sort_keys=True, ensure_ascii=False) + "\n")

    def resume(self, stage: str, key: str) -> dict[str, Any] | None:
        """Return what a stage recorded, when it ran on the same inputs and its files are still what it wrote."""
        entry = self._stages().get(stage)
        if entry is None or entry.get("key") != key:
            return None
        unchanged = all(self._is(name, digest) for name, digest in entry["files"].items())
        return dict(entry["data"]) if unchanged else None

    def record(self, stage: str, key: str, files: tuple[str, ...], data: dict[str, Any]) -> None:
        """Return nothing; note that a stage has run on these inputs and wrote these files."""
        entry = {"key": key, "files": {name: sha256_of(self.file(name)) for name in files}, "data": data}
        self.write_json(STAGES, self._stages() | {stage: entry})

    def _is(self, name: str, digest: str) -> bool:
        return self.file(name).is_file() and sha256_of(self.file(name)) == digest

    def _stages(self) -> dict[str, Any]:
        try:
            stages = json.loads(self.file(STAGES).read_text(encoding="utf-8"))
        except (OSError, ValueError):  # not there, or cut short by hand: the stages simply run again
            return {}
        return stages if isinstance(stages, dict) else {}


@contextmanager
def open_run_folder(path: Path) -> Iterator[RunFolder]:
    """Yield the folder, made where needed; raises WrongUse when it cannot be written.

    When the run fails before it wrote anything, the folders it made are removed again.
    """
    made = [folder for folder in (path, *path.parents) if not folder.exists()]
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path, prefix=".writable."):
            pass
    except OSError as error:
        _remove_empty(made)
        raise WrongUse(f"cannot write to {path}: {error.strerror}; choose another folder") from error
    try:
        yield RunFolder(path)
    except BaseException:
        _remove_empty(made)
        raise


def fingerprint_of(thing: NDArray[np.uint8] | ModuleType) -> str:
    """Return a hash of an array's content, or of a package's source: a stage made by other code is made again."""
    digest = hashlib.sha256()
    if isinstance(thing, ModuleType):
        for root in thing.__path__:
            for source in sorted(Path(root).rglob("*.py")):
                digest.update(source.read_bytes())
    else:
        digest.update(repr((thing.shape, thing.dtype)).encode())
        digest.update(thing.tobytes())
    return digest.hexdigest()


def key_of(*parts: object) -> str:
    """Return a hash of plain values that changes when any of them does."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)


def _accept(path: Path) -> None:
    """Return nothing: these files have been checked before, or are text that nothing reads back."""
