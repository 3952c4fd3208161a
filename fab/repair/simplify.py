"""Simplification to a budget of faces."""

from __future__ import annotations

from fab.repair.record import Limits, Mending, Surface


def simplify(surface: Surface, limits: Limits) -> Mending:
    return Mending(surface)
