"""`figurine prepare`: any mesh in, a printable solid out, changed only as far as needed."""

from __future__ import annotations

from pathlib import Path

import click

from figurine.cli import options
from figurine.cli.headings import InSections


@click.command(cls=InSections)
@click.argument("model", type=click.Path(path_type=Path))
@options.sizes
@options.printer
@options.finishing
def prepare(model: Path, fields: options.Values, printer: options.PrinterWish, run: options.RunWish) -> int:
    """Make any mesh printable: STL, OBJ, PLY, OFF, GLB, glTF, 3MF.

    Without a size a 3MF keeps its own, an STL of 10 to 500 is taken as millimetres, all else becomes 80 mm tall.
    """
    from figurine.cli.starting import build_job, choose_printer, mesh_source, start_run

    setup = choose_printer(printer, fields["palette"])
    return start_run(build_job({"mesh": mesh_source(model), **fields}, [model], setup, run.name), run)
