"""Cavities: closed pockets inside a body, filled so that slicers lay infill there and not a second skin."""

from __future__ import annotations

import numpy as np

from fab.findings import Finding, Severity
from fab.repair.record import Limits, Mending, Surface
from fab.repair.shells import Shells

_MOST_LISTED = 20


def fill_cavities(surface: Surface, limits: Limits) -> Mending:
    """Return the solid without the shells that lie in another: nothing outside reaches what they bound.

    A cavity with an opening is one shell with the outside and stays. With `keep_cavities` closed ones stay too.
    """
    shells = Shells.of(surface)
    inner = shells.depth > 0
    if not inner.any():
        return Mending(surface)
    findings = _list_cavities(shells, limits)
    if limits.keep_cavities:
        return Mending(surface, findings=findings)
    note = f"filled {len(np.flatnonzero(shells.depth == 1))} cavities"
    return Mending(shells.pick(~inner), note, removed=shells.pick(inner), findings=findings)


def _list_cavities(shells: Shells, limits: Limits) -> tuple[Finding, ...]:
    cavities = np.flatnonzero(shells.depth == 1)
    ranked = sorted(cavities, key=lambda s: (-abs(shells.volume[s]), s))
    listed = [_cavity(shells, int(s), limits) for s in ranked[:_MOST_LISTED]]
    rest = ranked[_MOST_LISTED:]
    if rest:
        volume = limits.millilitres(float(np.abs(shells.volume[rest]).sum()))
        listed.append(_finding(f"{len(rest)} more cavities, {volume:.3g} ml together,", volume, limits))
    return tuple(listed)


def _cavity(shells: Shells, shell: int, limits: Limits) -> Finding:
    volume = limits.millilitres(abs(float(shells.volume[shell])))
    found = _finding(f"a closed cavity of {volume:.3g} ml", volume, limits)
    return found.model_copy(update={"point_mm": shells.middle(shell)})


def _finding(what: str, millilitres: float, limits: Limits) -> Finding:
    kept = limits.keep_cavities
    return Finding(
        check="solid",
        code="cavity-kept" if kept else "cavity-filled",
        severity=Severity.INFO,
        message=f"{what} {'kept' if kept else 'filled'}",
        measured=millilitres,
        unit="ml",
        remedy=None if kept else "give --keep-cavities to keep it, or open it to the outside with a drain hole",
    )
