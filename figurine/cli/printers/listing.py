"""`figurine printers list`: the presets and the user's own printers, by what they can do."""

from __future__ import annotations

import json

import click

from figurine.cli.printers.words import size
from printers import get, names


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the presets as JSON.")
def command(as_json: bool) -> None:
    """List every printer: id, build volume, process, name."""
    known = [get(name) for name in names()]
    if as_json:
        click.echo(json.dumps([printer.model_dump(mode="json") for printer in known], indent=2, ensure_ascii=False))
        return
    wide = max(len(printer.id) for printer in known)
    for printer in known:
        click.echo(f"{printer.id:{wide}}  {size(printer):>20}  {printer.process:11}  {printer.name}")
