"""What a user wishes of a part's colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field

from printers.profile import Printer

if TYPE_CHECKING:
    from fab.palette.record import PaletteWishes


class ColouringWishes(BaseModel):
    """Filaments that the user owns, whether baked light is taken out, and how many changes of filament there may be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    filaments: tuple[str, ...] = ()
    even_light: bool = False
    max_changes: Annotated[int, Field(ge=0)] | None = None

    def of(self, printer: Printer, colours: int) -> PaletteWishes:
        """Return what is asked of the palette on a printer: at most so many colours, in lines and layers it prints."""
        from fab.palette.purging import purge_of  # most verbs read a job without ever painting
        from fab.palette.record import PaletteWishes

        usual = PaletteWishes()
        layers = printer.layer_height_mm
        return PaletteWishes(
            colours=colours,
            filaments=self.filaments,
            even_light=self.even_light,
            max_changes=self.max_changes,
            line_mm=printer.line_mm or usual.line_mm,
            layer_mm=layers.default if layers else usual.layer_mm,
            purge=purge_of(printer),
        )
