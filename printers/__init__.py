"""What a printer can do: presets as data, one model. Imports none of the other packages."""

from printers.errors import BadPreset, NotPossible, PrinterError, UnknownPrinter
from printers.library import DEFAULT_PRINTER, get, names, search
from printers.limits import Ceiling, Limit, Rules
from printers.override import Overrides, override
from printers.profile import Confidence, LayerHeights, Printer, Process, Provenance, Reach

__all__ = [
    "DEFAULT_PRINTER",
    "BadPreset",
    "Ceiling",
    "Confidence",
    "LayerHeights",
    "Limit",
    "NotPossible",
    "Overrides",
    "Printer",
    "PrinterError",
    "Process",
    "Provenance",
    "Reach",
    "Rules",
    "UnknownPrinter",
    "get",
    "names",
    "override",
    "search",
]
