"""Checks: each compares one measure with a printer and yields findings. `CHECKS` lists all, in the order they run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from fab.checks import (
    colour_only_detail,
    cups,
    detail,
    fits,
    gaps,
    islands,
    overhang,
    stability,
    thin_feature,
    wall_thickness,
)
from fab.checks import solid as solidity
from fab.checks.context import Context
from fab.findings import Finding
from fab.solid import Solid
from printers.profile import Printer


class Check(NamedTuple):
    """A check by name. `run` compares a solid with a printer and yields findings, a PASS or a SKIP too."""

    name: str
    run: Callable[[Solid, Printer, Context], Iterable[Finding]]


CHECKS = (
    Check(solidity.NAME, solidity.check_solid),
    Check(fits.NAME, fits.check_fits),
    Check(wall_thickness.NAME, wall_thickness.check_wall_thickness),
    Check(thin_feature.NAME, thin_feature.check_thin_feature),
    Check(gaps.NAME, gaps.check_gaps),
    Check(detail.NAME, detail.check_detail),
    Check(overhang.NAME, overhang.check_overhang),
    Check(islands.NAME, islands.check_islands),
    Check(cups.NAME, cups.check_cups),
    Check(colour_only_detail.NAME, colour_only_detail.check_colour_only_detail),
    Check(stability.NAME, stability.check_stability),
)
