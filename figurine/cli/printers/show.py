"""`figurine printers show`: what one printer can do, and where each figure comes from."""

from __future__ import annotations

import click

from figurine.cli import options


@click.command("show")
@options.printer_name
@click.option("--json", "as_json", is_flag=True, help="Print the preset as JSON.")
def command(name: str, as_json: bool) -> None:
    """Show what one printer can do, and where each figure comes from."""
    from figurine.cli.printers.words import described
    from printers import get

    printer = get(name)
    click.echo(printer.model_dump_json(indent=2) if as_json else "\n".join(described(printer)))
