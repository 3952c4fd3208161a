"""`figurine printers search`: printers by any part of their name."""

from __future__ import annotations

import click

from figurine.cli.printers.words import row
from printers.library import find, stated


@click.command("search")
@click.argument("text", nargs=-1, required=True)
def command(text: tuple[str, ...]) -> None:
    """Find printers by any part of their name; the spelling is forgiven."""
    for printer_id in find(" ".join(text)):
        click.echo(row(printer_id, stated(printer_id)))
