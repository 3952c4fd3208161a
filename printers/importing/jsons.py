"""JSON from strangers: parsed within limits, and parents found in the folder of the file that names them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from printers.errors import UnreadableProfile
from printers.importing.bounded import MAX_TEXT_BYTES, read_text

DEEPEST = 50
MOST_SIBLINGS = 2_000
"""Files of one folder that are looked into for a parent's name; the largest vendor has 900."""

Record = dict[str, Any]


def parse_record(text: str, file: str) -> Record:
    """Return the JSON object in a text; raise UnreadableProfile for anything else, NaN and infinities included."""
    try:
        record = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise UnreadableProfile(f"{file}: damaged JSON, line {error.lineno}: {error.msg}; export it again") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableProfile(f"{file}: damaged JSON: {error}; export it again") from error
    if not isinstance(record, dict):
        raise UnreadableProfile(
            f"{file}: holds a JSON {type(record).__name__}, a profile is an object; export it again"
        )
    return record


def read_record(path: Path) -> Record:
    """Return the JSON object in a file."""
    return parse_record(read_text(path), path.name)


def is_plain_name(name: object) -> bool:
    """Whether a name of another file stays in its folder: no separators, no way up."""
    return isinstance(name, str) and bool(name.strip()) and not set(name) & set("/\\\0:") and name.strip(" .") != ""


def find_sibling(folder: Path, name: str) -> Path | None:
    """Return the file of a folder whose `name` field is `name`, spaces aside; its file name is tried first."""
    direct = folder / f"{name}.json"
    if _is_small_file(direct):
        return direct
    wanted = " ".join(name.split())
    for path in sorted(folder.glob("*.json"))[:MOST_SIBLINGS] if folder.is_dir() else ():
        if _is_small_file(path) and " ".join(str(_name_in(path)).split()) == wanted:
            return path
    return None


def _name_in(path: Path) -> object:
    try:
        return read_record(path).get("name")
    except UnreadableProfile:  # a neighbour that is no profile is no parent either
        return None


def _is_small_file(path: Path) -> bool:
    try:
        return path.is_file() and 0 < path.stat().st_size <= MAX_TEXT_BYTES
    except OSError:  # a name too long for this file system is the name of no file here
        return False


def _refuse_constant(word: str) -> float:
    raise ValueError(f"{word} is no number")
