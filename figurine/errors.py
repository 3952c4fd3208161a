"""What the application itself refuses, on top of what its packages refuse.

FigurineError
└── WrongUse     the call makes no sense: a height of zero, two pictures from one side, an unwritable folder
"""

from __future__ import annotations


class FigurineError(Exception):
    """Base of everything that `figurine` raises on purpose."""


class WrongUse(FigurineError):  # noqa: N818
    """The call makes no sense; the message says what would."""
