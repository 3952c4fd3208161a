"""`Process`: how a machine makes a part."""

from __future__ import annotations

from enum import StrEnum


class Process(StrEnum):
    """How the machine makes a part; each has a file of rules under `printers/rules`."""

    FDM = "fdm"
    RESIN = "resin"
    SLS = "sls"
    MJF = "mjf"
    FULL_COLOUR = "full-colour"
