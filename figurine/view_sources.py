"""Which picture is from which side: by an angle that is given, by the file's name, or by its place in the list."""

from __future__ import annotations

import re
from pathlib import Path

from figurine.errors import WrongUse
from figurine.job import Source, ViewSource, view_name
from generate.views import AZIMUTHS_DEG

ORDER = ("front", "back", "left", "right")
MAX_VIEWS = 8


def view_sources(arguments: list[str]) -> tuple[ViewSource, ...]:
    """Return the pictures with their azimuths, in the order given.

    `FILE@left` and `FILE@45` say it; else a name like `cat_left.png` does; the others are front, back, left, right in
    that order, as far as those are not taken. Raises WrongUse when a file is missing or a side is given twice.
    """
    if len(arguments) > MAX_VIEWS:
        raise WrongUse(f"{len(arguments)} pictures given, at most {MAX_VIEWS} are used; leave some out")
    parsed = [_parse(argument) for argument in arguments]
    named = {azimuth for _, azimuth in parsed if azimuth is not None}
    free = (AZIMUTHS_DEG[name] for name in ORDER if AZIMUTHS_DEG[name] not in named)
    sources: dict[float, ViewSource] = {}
    for path, azimuth in parsed:
        azimuth_deg = next(free, None) if azimuth is None else azimuth
        if azimuth_deg is None:
            raise WrongUse(f"{path}: front, back, left and right are taken; say its angle: {path.name}@45")
        if azimuth_deg in sources:
            twice = f"{Path(sources[azimuth_deg].file).name} and {path.name}"
            raise WrongUse(f"{twice} are both from {view_name(azimuth_deg)}; say an angle: {path.name}@left")
        sources[azimuth_deg] = ViewSource(**Source.of(path).model_dump(), azimuth_deg=azimuth_deg)
    return tuple(sources.values())


def _parse(argument: str) -> tuple[Path, float | None]:
    """Return the file and its azimuth in [0, 360), or None where nothing says it."""
    path, azimuth = Path(argument), None
    if not path.is_file() and "@" in argument:
        file, _, angle = argument.rpartition("@")
        path, azimuth = Path(file), _azimuth(angle, argument)
    if not path.is_file():
        raise WrongUse(f"{path}: no such picture" if not path.is_dir() else f"{path} is a folder, not a picture")
    return path, azimuth if azimuth is not None else _azimuth_of_name(path)


def _azimuth(angle: str, argument: str) -> float:
    if angle.casefold() in AZIMUTHS_DEG:
        return AZIMUTHS_DEG[angle.casefold()]
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d+)?", angle) is None:
        raise WrongUse(f"{argument}: {angle!r} is no angle; use {', '.join(ORDER)} or degrees, 0 = front")
    return float(angle) % 360.0


def _azimuth_of_name(path: Path) -> float | None:
    words = {word for word in re.split(r"[^a-z]+", path.stem.casefold()) if word in AZIMUTHS_DEG}
    return AZIMUTHS_DEG[words.pop()] if len(words) == 1 else None
