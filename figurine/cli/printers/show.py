"""`figurine printers show`: what one printer can do, and where each figure comes from."""

from __future__ import annotations

import click

from figurine.cli.printers.words import rule_lines, size
from printers import Printer, get


@click.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print the preset as JSON.")
def command(name: str, as_json: bool) -> None:
    """Show what one printer can do, and where each figure comes from."""
    printer = get(name)
    click.echo(printer.model_dump_json(indent=2) if as_json else _described(printer))


def _described(printer: Printer) -> str:
    lines = [
        f"{printer.name} ({printer.id})",
        f"  process        {printer.process}",
        f"  build volume   {size(printer)} mm",
        f"  nozzle         {printer.nozzle_mm:g} mm" if printer.nozzle_mm else "",
        f"  pixel          {' × '.join(f'{p:g}' for p in printer.pixel_um)} µm" if printer.pixel_um else "",
        *rule_lines(printer.rules),
        f"  figures        {printer.confidence}: {printer.source}",
        f"  unverified     {', '.join(printer.unverified)}" if printer.unverified else "",
    ]
    return "\n".join(line for line in lines if line)
