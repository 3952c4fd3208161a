"""`figurine prepare`: any mesh in, a printable solid out, changed only as far as needed."""

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
@options.exporting
@options.colouring
@options.judging
@options.name
@options.out
@options.reporting
def prepare(
    model: Path,
    height_mm: float | None,
    longest_mm: float | None,
    scale: float | None,
    units: str | None,
    printer: options.PrinterWish,
    repair: dict[str, Any],
    export: dict[str, Any],
    palette: dict[str, Any],
    judged: dict[str, Any],
    name: str | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Make any mesh printable: STL, OBJ, PLY, OFF, GLB, glTF, 3MF.

    Without a size a 3MF keeps its own, an STL of 10 to 500 is taken as millimetres, all else becomes 80 mm tall.
    """
    from figurine.cli.starting import mesh_source, start_run

    sizes = {"height_mm": height_mm, "longest_mm": longest_mm, "scale": scale, "units": units}
    fields = {"mesh": mesh_source(model), "repair": repair, "export": export, "palette": palette, **judged, **sizes}
    return start_run(fields, [model], printer=printer, name=name, out=out, as_json=as_json, quiet=quiet)
