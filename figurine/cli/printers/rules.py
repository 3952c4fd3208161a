"""`figurine printers rules`: the print rules of a process, a printer or a material, and who says so."""

from __future__ import annotations

import click

from printers.process import Process


@click.command("rules")
@click.argument("process", type=click.Choice([process.value for process in Process]))
def command(process: str) -> None:
    """Show the print rules of a process as its generic printer has them, and which printers and materials differ."""
    from figurine.cli.printers.words import rule_lines
    from printers import get
    from printers.library import GENERIC
    from printers.rulebook import rule_tables

    printer = get(GENERIC[process])
    click.echo(f"{process}, as for {printer.name} ({printer.id})")
    click.echo("\n".join(rule_lines(printer.rules)))
    own = [name for name, table in rule_tables().items() if table.get("inherits") == process]
    click.echo(f"own rules: {', '.join(own)}" if own else "")
