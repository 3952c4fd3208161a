"""What a printer can do: presets as data, one model. Imports none of the other packages."""

from printers.errors import PrinterError, UnknownPrinter
from printers.library import DEFAULT_PRINTER, get, names, search
from printers.profile import LayerHeights, Limit, Printer, Process, Rules

__all__ = [
    "DEFAULT_PRINTER",
    "LayerHeights",
    "Limit",
    "Printer",
    "PrinterError",
    "Process",
    "Rules",
    "UnknownPrinter",
    "get",
    "names",
    "search",
]
