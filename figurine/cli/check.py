"""`figurine check`: how a mesh would print; no model is written, and a report only on request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from figurine.cli import options


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@options.sizes
@options.printer
@options.repairing
@options.judging
@click.option(
    "--report",
    "out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write report.html, report.json and pictures into this folder.",
)
@options.reporting
def check(
    model: Path,
    height_mm: float | None,
    longest_mm: float | None,
    scale: float | None,
    units: str | None,
    printer: options.PrinterWish,
    repair: dict[str, Any],
    judged: dict[str, Any],
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Say how a mesh would print, as repair would leave it. No model is written; --report writes the page on it."""
    from figurine.cli.starting import mesh_source, start_check

    sizes = {"height_mm": height_mm, "longest_mm": longest_mm, "scale": scale, "units": units}
    fields = {"mesh": mesh_source(model), "repair": repair, **judged, **sizes}
    return start_check(fields, [model], printer=printer, out=out, as_json=as_json, quiet=quiet)
