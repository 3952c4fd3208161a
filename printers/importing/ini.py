"""PrusaSlicer's `.ini`: one flat list of keys, or a bundle of sections that inherit from each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from printers.errors import UnreadableProfile

Keys = dict[str, str]
Section = tuple[str, str]
"""Group and name of a section: `[printer:Mine]` is ("printer", "Mine")."""

MOST_SECTIONS = 20_000
DEEPEST = 100


@dataclass(frozen=True, eq=False)
class Ini:
    """Keys before any section, and the sections, each as written; `file` names them in errors."""

    flat: Keys
    sections: Mapping[Section, Keys]
    file: str

    def named(self, group: str) -> tuple[str, ...]:
        """Return the names in a group that are no mere parents (`*common*`)."""
        return tuple(name for kind, name in self.sections if kind == group and not is_abstract(name))


def is_abstract(name: str) -> bool:
    """Whether a section is only there to be inherited from: its name is wrapped in stars."""
    return len(name) > 1 and name.startswith("*") and name.endswith("*")


def parse_ini(text: str, file: str) -> Ini:
    """Return the keys and sections of a text; lines that start with # or ; are comments.

    Raises UnreadableProfile where a line is neither a key nor a section.
    """
    flat: Keys = {}
    sections: dict[Section, Keys] = {}
    keys = flat
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            continue
        if stripped[0] == "[":
            keys = sections.setdefault(_section(stripped, file, number), {})
            if len(sections) > MOST_SECTIONS:
                raise UnreadableProfile(f"{file}: more than {MOST_SECTIONS:,} sections; is it a profile?")
        else:
            key, equals, value = stripped.partition("=")
            if not equals or not key.strip():
                raise UnreadableProfile(
                    f"{file}: line {number} is neither `key = value` nor [section]: {stripped[:40]!r}"
                )
            keys[key.strip()] = value.strip()
    return Ini(flat, sections, file)


def _section(line: str, file: str, number: int) -> Section:
    if not line.endswith("]"):
        raise UnreadableProfile(f"{file}: line {number} opens a section and does not close it: {line[:40]!r}")
    group, _, name = line[1:-1].partition(":")
    return group.strip(), name.strip()


def resolve(ini: Ini, group: str, name: str) -> tuple[Keys, tuple[str, ...]]:
    """Return a section's keys with those of its parents below them, and the parents that the file does not hold.

    A later parent wins over an earlier one, own keys over all; `renamed_from` is never inherited. Raises
    UnreadableProfile for a circle of parents.
    """
    missing: list[str] = []
    done: dict[str, Keys] = {}
    keys = _resolve(ini, group, name, (), done, missing)
    return keys, tuple(dict.fromkeys(missing))


def _resolve(
    ini: Ini, group: str, name: str, above: tuple[str, ...], done: dict[str, Keys], missing: list[str]
) -> Keys:
    if name in done:  # each once: parents that share parents would else be walked 2^n times
        return done[name]
    if name in above or len(above) > DEEPEST:
        raise UnreadableProfile(f"{ini.file}: {group} {name!r} inherits from itself, through {len(above)} parents")
    own = ini.sections[group, name]
    merged: Keys = {}
    for parent in parents_of(own.get("inherits", "")):
        if (group, parent) in ini.sections:
            merged |= _resolve(ini, group, parent, (*above, name), done, missing)
        else:
            missing.append(parent)
    merged.pop("renamed_from", None)
    done[name] = merged | own
    return done[name]


def parents_of(inherits: str) -> tuple[str, ...]:
    """Return the names in an `inherits` value, which semicolons separate."""
    return tuple(name for name in (part.strip().strip('"') for part in inherits.split(";")) if name)


_PRUSA_BLOCK = re.compile(r"^; prusaslicer_config = begin\s*$(.*?)^; prusaslicer_config = end\s*$", re.M | re.S)
_BAMBU_BLOCK = re.compile(r"^; CONFIG_BLOCK_START\s*$(.*?)^; CONFIG_BLOCK_END\s*$", re.M | re.S)


def parse_comments(text: str) -> Keys:
    """Return the keys of lines written as comments, `; key = value`; other lines say nothing."""
    pairs = (line.lstrip("; ").partition("=") for line in text.splitlines() if line.startswith(";"))
    return {key.strip(): value.strip() for key, equals, value in pairs if equals}


def parse_gcode(ends: tuple[str, str], file: str) -> tuple[Keys, bool]:
    """Return the settings in the first or last megabyte of a G-code, and whether the Bambu family wrote them."""
    for text in reversed(ends):
        for pattern, is_bambu in ((_PRUSA_BLOCK, False), (_BAMBU_BLOCK, True)):
            block = pattern.search(text)
            if block:
                return parse_comments(block[1]), is_bambu
    raise UnreadableProfile(
        f"{file}: no settings of PrusaSlicer, OrcaSlicer or Bambu Studio in this G-code; slice again"
    )
