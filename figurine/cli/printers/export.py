"""`figurine printers export`: a printer as a profile that a slicer loads."""

from __future__ import annotations

from pathlib import Path

import click

from figurine.cli import options

UNTESTED = "note: the form of this file is checked, but no OrcaSlicer has loaded it in a test of ours"


@click.command("export")
@click.argument("name", shell_complete=options.complete_printer)
@click.option("--to", "slicer", required=True, type=click.Choice(["prusaslicer", "orca"]), help="Slicer to write for.")
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="FILE", help="File to write  [default: stdout]")
def command(name: str, slicer: str, out: Path | None) -> None:
    """Write a printer as a slicer's profile: bed, nozzles, layers, widths; speeds and G-code stay the slicer's.

    figurine printers export a1mini --to prusaslicer -o a1.ini, then prusa-slicer --load a1.ini --export-gcode part.stl
    """
    from printers import get
    from printers.exporting import to_orca, to_prusaslicer

    printer = get(name)
    text = to_prusaslicer(printer) if slicer == "prusaslicer" else to_orca(printer)
    if out is None:
        click.echo(text, nl=False)
    else:
        from fab.export.atomic import write_bytes_checked

        write_bytes_checked(out, text.encode(), lambda file: None)
    if slicer == "orca":
        click.echo(UNTESTED, err=True)
