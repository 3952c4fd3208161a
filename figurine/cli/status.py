"""Which exit status an error has."""

from __future__ import annotations

import errno

from fab.errors import FabError, UnreadableModel, UnusableSize
from fab.palette.filaments import UnknownFilament
from figurine.errors import FigurineError
from generate.errors import GenerateError, ServiceError, ShapeFailed
from printers.errors import PrinterError

WRONG_USE_OR_INPUT = (UnreadableModel, UnusableSize, UnknownFilament, FigurineError, GenerateError, PrinterError)


def status_of(error: Exception) -> int | None:
    """Return 2 for wrong use and unusable input, 3 for a run that failed, None for what nobody raised on purpose."""
    if isinstance(error, ServiceError) and error.is_worth_retrying:
        return 3
    if isinstance(error, ShapeFailed):
        return 3
    if isinstance(error, WRONG_USE_OR_INPUT):
        return 2
    if isinstance(error, FabError | MemoryError):
        return 3
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT):
        return 3
    return None
