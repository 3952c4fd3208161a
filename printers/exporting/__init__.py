"""A printer → settings that a slicer reads."""

from printers.exporting.orca import to_orca
from printers.exporting.prusaslicer import to_prusaslicer

__all__ = ["to_orca", "to_prusaslicer"]
