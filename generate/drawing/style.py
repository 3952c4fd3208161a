"""A style: what a figurine looks like, as data, from the files that ship or from a folder of the user's."""

from __future__ import annotations

import difflib
import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from generate.errors import UnknownStyle

SubjectKind = Literal["person", "pet", "object"]
Words = Annotated[str, Field(min_length=1, max_length=2000)]
NO_STYLE = "none"
"""The name that stands for the photo's own cut-out."""


class Style(BaseModel):
    """One style. `look` completes "draw it as …"; `leaves_out` is what cannot be printed and is said to be left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: Words
    summary: Words
    look: Words
    subjects: tuple[SubjectKind, ...] = Field(min_length=1)
    height_mm: float = Field(gt=0, le=1000)
    printable: str = ""
    leaves_out: tuple[Words, ...] = ()


def style_names(folder: Path | None = None) -> tuple[str, ...]:
    """Return the ids of all styles, sorted: those that ship, and those of the user's folder."""
    return tuple(sorted(_files(folder)))


def load_style(name: str, folder: Path | None = None) -> Style:
    """Return a style by its id; a file of the user's folder wins over one that ships.

    Raises UnknownStyle when there is none, or when its file is no style.
    """
    known = _files(folder)
    wanted = name.strip().casefold().replace(" ", "-")
    if wanted not in known:
        near = difflib.get_close_matches(wanted, known, n=3, cutoff=0.0)
        raise UnknownStyle(f"no style {name!r}; nearest: {', '.join(near)}; `figurine styles list` shows all")
    return _read(wanted, known[wanted])


def _files(folder: Path | None) -> dict[str, Traversable | Path]:
    shipped: dict[str, Traversable | Path] = {
        entry.name.removesuffix(".toml"): entry
        for entry in (files("generate.drawing") / "styles").iterdir()
        if entry.name.endswith(".toml")
    }
    if folder is None:
        return shipped
    if not folder.is_dir():
        raise UnknownStyle(f"{folder} is no folder of styles; give one that holds NAME.toml files")
    return shipped | {path.stem.casefold(): path for path in folder.glob("*.toml")}


def _read(name: str, entry: Traversable | Path) -> Style:
    try:
        return Style.model_validate({"id": name, **tomllib.loads(entry.read_text(encoding="utf-8"))})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UnknownStyle(f"{entry.name} is no style: {place}: {first['msg']}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UnknownStyle(f"{entry.name} is no style: {error}") from error
