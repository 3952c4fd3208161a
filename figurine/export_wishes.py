"""Which files a user wants, and how they carry colour."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from printers.profile import Printer, Process

Format = Literal["3mf", "stl", "glb", "obj", "ply"]
Reader = Literal["any", "prusa", "bambu", "orca"]
Colouring = Literal["palette", "texture", "vertex", "none"]

MOST_SLOTS = 16
"""Colours beyond which a printer mixes them instead of loading filaments; slicers paint with no more."""
USUAL_PALETTE = 4


class ExportWishes(BaseModel):
    """What is written; what is None follows from the printer.

    `reader` is what opens the 3MF, `colour` how it carries colour, `split_colours` asks for one STL a colour, and
    `quantise` for a smaller GLB.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    formats: Annotated[tuple[Format, ...], Field(min_length=1)] = ("3mf", "stl", "glb")
    reader: Reader | None = None
    colour: Colouring | None = None
    split_colours: bool = False
    quantise: bool = False

    def colouring(self, printer: Printer) -> Colouring:
        """Return how a coloured part's 3MF carries colour: as the printer can print it, where nothing was said."""
        if self.colour is not None:
            return self.colour
        if self.split_colours or 1 < printer.colours <= MOST_SLOTS:
            return "palette"
        return "texture" if printer.process is Process.FULL_COLOUR or printer.colours > MOST_SLOTS else "none"

    def is_for_bambu(self, printer: Printer) -> bool:
        """Return whether the 3MF is a project of Bambu Studio and OrcaSlicer, as their maker's printers want it."""
        if self.reader is not None:
            return self.reader in ("bambu", "orca")
        return printer.vendor == "Bambu Lab" and printer.process is Process.FDM

    def palette_size(self, printer: Printer) -> int:
        """Return how many colours a palette may have: the slots, or a usual number where one was asked for anyway."""
        return min(printer.colours, MOST_SLOTS) if printer.colours > 1 else USUAL_PALETTE
