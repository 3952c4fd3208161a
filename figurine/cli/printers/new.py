"""`figurine printers new`: a printer of the user's own, as a text file to change."""

from __future__ import annotations

import click

from figurine.cli import options

COMMENT = """Your own printer: what stands here goes before {parent}, which it inherits; all else stays as it is there.
A limit of your own, for example:
  [rules]
  hole_mm = {{ floor = 0.8, floor_source = "your print", recommended = 1, recommended_source = "your print" }}
`figurine printers show {parent} --json` lists every field."""


@click.command("new")
@click.argument("name")
@click.option(
    "--from", "parent", required=True, metavar="PRINTER", shell_complete=options.complete_printer,
    help="The printer that it is like.",
)  # fmt: skip
def command(name: str, parent: str) -> None:
    """Make a printer of your own from one that is known, and say where its file lies.

    figurine printers new "workshop A1" --from a1mini
    """
    from printers.library import own_copy

    path, printer = own_copy(name, parent, COMMENT)
    click.echo(f"{path}: {printer.name}, like {parent}; change it there, and find it as {printer.id}")
