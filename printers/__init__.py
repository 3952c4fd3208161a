"""What a printer can do: presets as data, one model. Imports none of the other packages.

Names are imported when they are first used: whoever only lists or completes names waits for no model to be built.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from printers.errors import BadPreset, NotPossible, PrinterError, UnknownPrinter
    from printers.library import DEFAULT_PRINTER, get, names, search
    from printers.limits import Ceiling, Limit, Rules
    from printers.overrides import Overrides, override
    from printers.process import Process
    from printers.profile import Confidence, LayerHeights, Printer, Provenance, Reach

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

_MODULES = {
    "errors": ("BadPreset", "NotPossible", "PrinterError", "UnknownPrinter"),
    "library": ("DEFAULT_PRINTER", "get", "names", "search"),
    "limits": ("Ceiling", "Limit", "Rules"),
    "overrides": ("Overrides", "override"),
    "process": ("Process",),
    "profile": ("Confidence", "LayerHeights", "Printer", "Provenance", "Reach"),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    """Return a public name from the module that holds it (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'printers' has no attribute {name!r}")
    return getattr(import_module(f"printers.{_HOMES[name]}"), name)
