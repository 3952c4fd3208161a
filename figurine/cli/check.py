"""`figurine check`: how a mesh would print, without writing anything."""

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
    as_json: bool,
    quiet: bool,
) -> int:
    """Say how a mesh would print; write nothing. The report is on the mesh as repair would leave it."""
    from figurine.cli.starting import mesh_source, start_check

    sizes = {"height_mm": height_mm, "longest_mm": longest_mm, "scale": scale, "units": units}
    fields = {"mesh": mesh_source(model), "repair": repair, **judged, **sizes}
    return start_check(fields, [model], printer=printer, as_json=as_json, quiet=quiet)
