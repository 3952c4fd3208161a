"""The layers that checks look at: sliced once for a printer's layer height, at the fineness it can show."""

from __future__ import annotations

from fab.checks.context import Context
from fab.measure.layers import Layers, slice_layers
from fab.solid import Solid
from printers.profile import Printer, Process

LAYER_MM = 0.1
"""Where a printer's layers are not known."""
ROW_MM = {Process.RESIN: 0.05}
"""How far apart rows of a layer are: about a pixel, or a quarter of a line."""


def layer_mm_of(printer: Printer) -> float:
    """Return the layer height that the printer is set up for; powder, where no layer needs a support, by `LAYER_MM`."""
    if printer.rules.supports_are_powder:
        return LAYER_MM
    return printer.layer_height_mm.default if printer.layer_height_mm else LAYER_MM


def finest_mm_of(printer: Printer) -> float:
    """Return the size of the smallest thing a layer can hold: a pixel, or a line; 0.1 mm where neither is known."""
    return max(printer.pixel_um) / 1000.0 if printer.pixel_um else printer.line_mm or 0.1


def layers_of(solid: Solid, printer: Printer, context: Context) -> Layers:
    """Return the solid in the printer's layers; printers of one process and layer height share them."""
    layer_mm, row_mm = layer_mm_of(printer), ROW_MM.get(printer.process, 0.1)
    return context.once(
        ("layers", layer_mm, row_mm), lambda: slice_layers(solid.vertices, solid.faces, layer_mm, row_mm)
    )
