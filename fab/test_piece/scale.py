"""How large the parts of a test piece are: what is not tested must come out, and all of it in about twenty minutes."""

from __future__ import annotations

from dataclasses import dataclass

from printers.profile import Printer, Process

SMALLEST_PEN_MM = 0.35
"""Thinner strokes cannot be read."""
FDM_PLATE_LAYERS, FDM_FEATURE_LAYERS = 3, 14
"""Lines of one width take their time by length: so many layers take about twenty minutes with any nozzle."""
RESIN_LAYERS = 125
"""About twenty minutes at eight seconds a layer and half a minute for each of the first five."""
LIFTED_SECONDS, FIRST_SECONDS, FIRST_LAYERS = 8.0, 35.0, 5


@dataclass(frozen=True)
class Scale:
    """Lengths in mm: the labels' pen and relief, the plate, the features' height, what stands safely, and spaces."""

    layer: float
    pen: float
    relief: float
    plate: float
    tall: float
    sturdy: float
    wall_length: float
    space: float

    @property
    def height(self) -> float:
        """Height of the whole piece, its tallest features included."""
        return self.plate + self.tall


def scale_for(printer: Printer) -> Scale:
    """Return the lengths that this printer can form without question, so that only the tested ones can fail."""
    rules = printer.rules
    layer = printer.layer_height_mm.default if printer.layer_height_mm else 0.1
    pen = max(SMALLEST_PEN_MM, rules.emboss_mm.recommended, rules.engrave_mm.recommended)
    sturdy = max(1.5 * rules.wall_supported_mm.recommended, 2.0 * pen)
    is_fdm = printer.process is Process.FDM
    relief = layer * (2 if is_fdm else max(2, round(0.4 / layer)))
    plate = layer * (FDM_PLATE_LAYERS if is_fdm else max(4, round(0.8 / layer)))
    tall = max(_feature_height(printer, layer, plate), 1.5 * sturdy)
    return Scale(layer, pen, relief, plate, tall, sturdy, 1.5 * sturdy, 1.4 * pen)


def _feature_height(printer: Printer, layer: float, plate: float) -> float:
    if printer.process is Process.RESIN:
        return max(2.5, layer * RESIN_LAYERS - plate)
    if printer.process is Process.FDM:
        return layer * max(FDM_FEATURE_LAYERS, round(2.0 / layer))
    return 3.0


def resin_minutes(printer: Printer, height_mm: float) -> float | None:
    """Return about how long a resin printer takes for that height, whatever the shape: its layers decide.

    None for other processes, and for services, which print many parts at once.
    """
    if printer.process is not Process.RESIN or printer.layer_height_mm is None or printer.pixel_um is None:
        return None
    layers = round(height_mm / printer.layer_height_mm.default)
    return (layers * LIFTED_SECONDS + FIRST_LAYERS * FIRST_SECONDS) / 60
