"""What can go wrong when a printer is looked up, read or asked for more than it does.

PrinterError
├── UnknownPrinter      no preset of that name, or several; `.candidates` lists the nearest
├── BadPreset           a preset or rules file that does not fit the model
├── UnreadableProfile   a slicer's file that says no printer, is damaged, or is beyond the limits
└── NotPossible         a nozzle, layer, material or number of colours that this printer does not do
"""

from __future__ import annotations


class PrinterError(Exception):
    """Base of everything that `printers` raises on purpose."""


class UnknownPrinter(PrinterError):  # noqa: N818
    """No preset answers to that name, or more than one does."""

    def __init__(self, message: str, candidates: tuple[str, ...]) -> None:
        super().__init__(message)
        self.candidates = candidates


class BadPreset(PrinterError):  # noqa: N818
    """A preset or rules file does not fit the model."""


class UnreadableProfile(PrinterError):  # noqa: N818
    """A slicer's file says no printer, is damaged, or is beyond the limits."""


class NotPossible(PrinterError):  # noqa: N818
    """The printer does not do what it was asked to; the message says what, the limit and the remedy."""
