"""What a palette is, what may be asked of it, and a solid painted with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from fab.palette.cost import ColourCost
from fab.palette.purging import ANY_FEEDER, Purge

if TYPE_CHECKING:
    from fab.solid import Solid

MOST_COLOURS = 16
"""Filaments that the painting codes of today's slicers can name."""

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PaletteColour(_Record):
    """One colour of a palette: 8-bit sRGB, and the filament that has it where one was asked for."""

    name: str
    srgb: tuple[int, int, int]
    filament: str | None = None

    @property
    def hex(self) -> str:
        """The colour as `#RRGGBB`."""
        return "#{:02X}{:02X}{:02X}".format(*self.srgb)


class Palette(_Record):
    """The colours of a part: slot k is `colours[k]`, and slot 0 the object's default."""

    colours: Annotated[tuple[PaletteColour, ...], Field(min_length=1, max_length=MOST_COLOURS)]


class PaletteWishes(_Record):
    """What is asked of a palette: at most `colours` of them, or of `filaments` that one owns.

    `even_light` takes out the light that was baked into the colours. `line_mm` is the width of one line, so that
    nothing is painted narrower than two of them; `layer_mm` is what changes of filament are counted with,
    `max_changes` how many there may be, and `purge` what each costs.
    """

    colours: Annotated[int, Field(ge=1, le=MOST_COLOURS)] = 4
    filaments: tuple[str, ...] = ()
    even_light: bool = False
    max_changes: Annotated[int, Field(ge=0)] | None = None
    line_mm: Positive = 0.4
    layer_mm: Positive = 0.2
    purge: Purge = ANY_FEEDER


@dataclass(frozen=True, eq=False)
class Painted:
    """A solid whose faces have one colour each: `slots` (m,) int64 index `palette.colours`, 0-based.

    `solid` is the shape that was given, its faces split where a colour border crosses them; it has passed the gate.
    `costs` is what its colours cost, then one less, down to one; `asked` what they would have cost where fewer changes
    were wished for. `jagged` where no way was found to split the faces, and borders follow their edges.
    """

    solid: Solid
    slots: NDArray[np.int64]
    palette: Palette
    costs: tuple[ColourCost, ...] = ()
    asked: ColourCost | None = None
    jagged: bool = False

    @property
    def face_srgb(self) -> NDArray[np.uint8]:
        """(m, 3) uint8 sRGB of the faces."""
        table = np.array([colour.srgb for colour in self.palette.colours], np.uint8)
        return np.asarray(table[self.slots])
