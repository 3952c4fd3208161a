"""Filaments by name or colour: `#fff`, `PLA Basic Red`, `Prusament PLA Galaxy Black`."""

from __future__ import annotations

import difflib
import re
import tomllib
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from fab.errors import FabError
from fab.palette.record import PaletteColour

_HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_SHOWN = 4


class UnknownFilament(FabError):  # noqa: N818
    """A filament was named that is in no list and is no colour."""


class _Range(BaseModel):
    """One maker's colours of one material, `#RRGGBB` by name, and who says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    source: str
    colours: dict[str, str]


def find_filaments(named: tuple[str, ...]) -> tuple[PaletteColour, ...]:
    """Return the filaments that these words mean, in their order and each once; raises UnknownFilament."""
    found: dict[PaletteColour, None] = dict.fromkeys(find_filament(words) for words in named)
    return tuple(found)


def find_filament(words: str) -> PaletteColour:
    """Return the filament or bare colour that `words` mean; raises UnknownFilament, which names near ones."""
    if match := _HEX.fullmatch(words.strip()):
        digits = match[1] if len(match[1]) == 6 else "".join(c + c for c in match[1])
        return PaletteColour(name=f"#{digits.upper()}", srgb=_bytes(digits))
    wanted = _plain(words)
    known = known_filaments()
    meant = [name for name in known if wanted and (_plain(name) == wanted or _plain(name).endswith(" " + wanted))]
    exact = [name for name in meant if _plain(name) == wanted]
    if len(exact or meant) == 1:
        name = (exact or meant)[0]
        return PaletteColour(name=name.rpartition("  ")[2], srgb=_bytes(known[name]), filament=_shown(name))
    if meant:
        raise UnknownFilament(f"filament {words!r} may be {_listed(meant)}; say which, or give its colour as #RRGGBB")
    near = _near(wanted, known)
    hint = f"did you mean {_listed(near)}? If not" if near else "it is in no list: if you know it"
    raise UnknownFilament(f"filament {words!r} is not known; {hint}, give its colour as #RRGGBB")


@cache
def known_filaments() -> dict[str, str]:
    """Return the colours RRGGBB of all known filaments by range and colour, two blanks between them."""
    text = files("fab.palette").joinpath("filaments.toml").read_text(encoding="utf-8")
    ranges = [_Range.model_validate(entry) for entry in tomllib.loads(text)["range"]]
    return {f"{r.name}  {colour}": value[1:] for r in ranges for colour, value in r.colours.items()}


def _near(wanted: str, known: dict[str, str]) -> list[str]:
    """Return known names that look like `wanted`, with or without their maker, best first."""
    spelled: dict[str, str] = {}
    for name in known:
        words = _plain(name).split()
        for start in range(len(words)):
            spelled.setdefault(" ".join(words[start:]), name)
    close = difflib.get_close_matches(wanted, spelled, n=3 * _SHOWN, cutoff=0.6)
    return list(dict.fromkeys(spelled[words] for words in close))


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(repr(_shown(name)) for name in names[:_SHOWN]) + more


def _shown(name: str) -> str:
    return name.replace("  ", " ")


def _plain(words: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", words.casefold().replace("grey", "gray")).split())


def _bytes(digits: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue
