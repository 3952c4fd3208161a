"""What a report says of a print in rows of a name and a fact, the same in the terminal and on the page."""

from __future__ import annotations

from collections.abc import Iterator

from fab.report.model import Report

OPEN_FIRST = ("3mf", "stl", "glb")
"""Which written file to open next, the first there is: a slicer reads size and colours from a 3MF."""


def file_to_open(report: Report) -> str | None:
    """Return the file to open in the slicer, None where no model was written."""
    return next((report.files[kind] for kind in OPEN_FIRST if kind in report.files), None)


def advice_rows(report: Report) -> Iterator[tuple[str, str]]:
    """Yield in which slicer to open the part and what to set there."""
    advice = report.advice
    if advice is None:
        return
    yield "open in", advice.slicer
    if advice.layer_mm:
        yield "layers", f"{advice.layer_mm:g} mm"
    yield "supports", advice.supports
    if advice.brim is not None:
        yield "brim", advice.brim


def cost_rows(report: Report) -> Iterator[tuple[str, str]]:
    """Yield what the print takes: material, time, and money as far as prices are known; supports are not counted."""
    cost = report.cost or {}
    if cost.get("material_ml") is not None:
        yield "material", f"{cost['material_ml']:.1f} ml, {cost['mass_g']:.1f} g, without supports"
    if cost.get("time_h_estimate") is not None:
        yield "time", f"about {_hours(cost['time_h_estimate'])}, an estimate"
    if cost.get("print_cost") is not None:
        parts = (("material", cost.get("material_cost")), ("machine", cost.get("machine_cost")))
        told = " and ".join(f"{name} {amount:.2f}" for name, amount in parts if amount is not None)
        yield "cost", f"{cost['print_cost']:.2f} {cost['currency']} at your prices ({told})"
    if cost.get("usd"):
        yield "drawing", f"{cost['usd']:.2f} USD for drawing the views"


def slice_rows(report: Report) -> Iterator[tuple[str, str]]:
    """Yield what a slicer on this machine said of the part; nothing where none was run."""
    said = report.slice
    if said is None:
        return
    time = f", {_hours(said['time_s'] / 3600)}" if said["time_s"] is not None else ""
    yield "sliced", f"by {said['slicer']}: {said['layers']} layers{time}"
    grams = ", ".join(f"{one['grams']:g} g {one['colour'] or ''}".rstrip() for one in said["filaments"])
    changes = f", {said['tool_changes']:,} changes" if len(said["filaments"]) > 1 else ""
    yield "filament", f"{said['filament_g']:g} g ({grams}), {said['support_share']:.0%} of it supports{changes}"


def _hours(hours: float) -> str:
    minutes = max(5, round(hours * 12) * 5)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"
