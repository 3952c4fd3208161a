"""What a profile from a stranger may cost: bytes read, text decoded, one member of a zip; nothing is ever unpacked."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

from printers.errors import UnreadableProfile

MAX_TEXT_BYTES = 8 * 1024**2
"""The largest real profile is a vendor's bundle of 3 MB."""
MAX_ZIP_BYTES = 2 * 1024**3
MAX_DIRECTORY_BYTES = 8 * 1024**2
"""A list of zip members; 8 MB is about 80,000 of them."""
END_BYTES = 1024**2
"""How much of each end of a G-code is searched; slicers write their settings first or last."""

_END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
_LONGEST_COMMENT = 65535
_ZIP_DAMAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)


def check_file(path: Path) -> int:
    """Return the size of a file in bytes; raise UnreadableProfile when there is no file, or nothing in it."""
    try:
        size = path.stat().st_size
        is_file = path.is_file()
    except (OSError, ValueError) as error:
        raise UnreadableProfile(f"{path}: {getattr(error, 'strerror', None) or error}; name a profile") from error
    if not is_file:
        raise UnreadableProfile(f"{path}: not a file; name a profile")
    if size == 0:
        raise UnreadableProfile(f"{path.name}: the file is empty (0 bytes); export it again")
    return size


def read_text(path: Path) -> str:
    """Return the text of a small UTF-8 file; raise UnreadableProfile for any other."""
    size = check_file(path)
    if size > MAX_TEXT_BYTES:
        raise UnreadableProfile(f"{path.name}: {size:,} bytes, a profile has at most {MAX_TEXT_BYTES:,}; is it one?")
    return decode(_read(path, 0, MAX_TEXT_BYTES), path.name)


def read_ends(path: Path) -> tuple[str, str]:
    """Return the first and the last megabyte of a G-code of any size, as text."""
    size = check_file(path)
    ends = _read(path, 0, END_BYTES), _read(path, max(0, size - END_BYTES), END_BYTES)
    first, last = (data.decode("utf-8", "replace") for data in ends)
    return first, last


def decode(data: bytes, name: str) -> str:
    """Return UTF-8 bytes as text, a byte order mark taken off."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableProfile(f"{name}: not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    if "\0" in text:
        raise UnreadableProfile(f"{name}: holds zero bytes, so it is not text; export it again")
    return text


def read_member(path: Path, names: tuple[str, ...]) -> tuple[str, str] | None:
    """Return name and text of the first of `names` that a zip holds, or None when it holds none of them.

    Only exact names are asked for, so that no path in the zip leads anywhere.
    """
    check_file(path)
    _check_directory(path)
    try:
        with zipfile.ZipFile(path) as archive:
            held = archive.namelist()
            name = next((name for name in names if name in held), None)
            if name is None:
                return None
            if held.count(name) > 1:
                raise UnreadableProfile(f"{path.name}: holds {name} {held.count(name)} times; export it again")
            with archive.open(name) as stream:
                data = stream.read(MAX_TEXT_BYTES + 1)
    except _ZIP_DAMAGE as error:
        raise UnreadableProfile(f"{path.name}: damaged zip ({error}); export it again") from error
    if len(data) > MAX_TEXT_BYTES:
        raise UnreadableProfile(f"{path.name}: {name} unpacks to more than {MAX_TEXT_BYTES:,} bytes; is it a profile?")
    return name, decode(data, f"{path.name}: {name}")


def _check_directory(path: Path) -> None:
    """Raise UnreadableProfile unless the zip's own list of members is there and small (APPNOTE 4.3.16)."""
    size = check_file(path)
    if size > MAX_ZIP_BYTES:
        raise UnreadableProfile(
            f"{path.name}: {size:,} bytes, the limit is {MAX_ZIP_BYTES:,}; export a smaller project"
        )
    tail = _read(path, max(0, size - _END_OF_DIRECTORY.size - _LONGEST_COMMENT), _LONGEST_COMMENT * 2)
    at = tail.rfind(b"PK\5\6")
    if at < 0 or at + _END_OF_DIRECTORY.size > len(tail):
        raise UnreadableProfile(f"{path.name}: damaged zip (its list of members is missing); export it again")
    directory_bytes = _END_OF_DIRECTORY.unpack_from(tail, at)[5]
    if directory_bytes > MAX_DIRECTORY_BYTES:
        limit = f"{directory_bytes:,} bytes, the limit is {MAX_DIRECTORY_BYTES:,}"
        raise UnreadableProfile(f"{path.name}: its list of members has {limit}; is it a profile?")


def _read(path: Path, start: int, count: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(start)
            return file.read(count)
    except OSError as error:
        raise UnreadableProfile(f"{path}: {error.strerror or error}; name a file that can be read") from error
