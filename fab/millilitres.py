"""Volumes as people read them."""

from __future__ import annotations

LEAST_TOLD_ML = 0.01
"""Below this a volume is told as less: a ball of 2.7 mm across."""


def in_ml(millilitres: float) -> str:
    """Return a volume with two digits after the point, with none from 10 ml up."""
    if millilitres < LEAST_TOLD_ML:
        return f"under {LEAST_TOLD_ML:g} ml"
    return f"{millilitres:.2f} ml" if millilitres < 10 else f"{millilitres:.0f} ml"
