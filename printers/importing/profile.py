"""`Profile`: what one file says of one machine, before a printer is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, eq=False)
class Profile:
    """Figures of one machine by the fields of `Printer`, and the key of the file that each comes from.

    `parent` is the slicer's name of a machine that this file only differs from and that was not found beside it.
    `material_setting` and the like have no place here: only what decides whether a part can be printed.
    """

    name: str
    file: str
    figures: Mapping[str, Any]
    keys: Mapping[str, str]
    parent: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(eq=False)
class Figures:
    """Collects figures and the keys they come from; what is None was not said and is left out."""

    values: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def say(self, name: str, value: Any, key: str) -> None:
        """Keep a figure unless it is None or empty."""
        if value is not None and value != () and value != "":
            self.values[name] = value
            self.keys[name] = key
