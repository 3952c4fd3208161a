"""Files appear whole or not at all: written beside under another name, checked, flushed, then renamed."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from fab.errors import ExportFailed, FabError


def write_checked(path: Path, write: Callable[[Path], None], check: Callable[[Path], None]) -> None:
    """Put what `write` writes at `path`, once `check` has read it back without raising.

    Whatever fails, the temporary file is gone and a file that was there before is untouched. Raises ExportFailed.
    """
    path = Path(path)
    beside = path.with_name(f".{path.stem}.{secrets.token_hex(4)}.partial{path.suffix}")
    try:
        write(beside)
        check(beside)
        _flush(beside)
        beside.replace(path)
        _flush_folder(path.parent)
    except OSError as error:
        raise ExportFailed(f"{path}: {error.strerror or error}; choose a place that can be written") from error
    except ExportFailed as error:
        raise ExportFailed(f"{path.name}: {error}") from error
    except FabError as error:
        raise ExportFailed(f"{path.name} did not read back: {error}") from error
    finally:
        with contextlib.suppress(OSError):  # the folder itself may be what failed
            beside.unlink(missing_ok=True)


def write_bytes_checked(path: Path, data: bytes, check: Callable[[Path], None]) -> None:
    """Put `data` at `path`, as `write_checked` does."""

    def write(file: Path) -> None:
        file.write_bytes(data)

    write_checked(path, write, check)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make the new name itself durable where folders can be opened (not on Windows)."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
