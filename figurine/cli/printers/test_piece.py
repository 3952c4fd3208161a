"""`figurine printers test-piece`: a small part that tries a printer's limits, each size in the plastic beside it."""

from __future__ import annotations

from pathlib import Path

import click

from figurine.cli import options


@click.command("test-piece")
@click.argument("name", shell_complete=options.complete_printer)
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), metavar="FILE", help="STL  [default: NAME-test-piece.stl]"
)
def command(name: str, out: Path | None) -> None:
    """Write a part that finds out what a printer really prints, in about twenty minutes.

    Print it flat and without supports, then tell `figurine printers learn` what came out.
    """
    from fab.export.stl import write_stl
    from fab.test_piece.build import build_test_piece
    from fab.test_piece.scale import resin_minutes
    from printers.learning.answers import WORDS
    from printers.learning.learned import piece_plan, untaught
    from printers.learning.sizes import label

    printer = untaught(name)
    solid = build_test_piece(printer)
    out = out or Path(f"{printer.id}-test-piece.stl")
    write_stl(solid, out)
    size = " × ".join(f"{side:.0f}" for side in solid.extents_mm)
    minutes = resin_minutes(printer, solid.extents_mm[2])
    click.echo(f"{out}: {size} mm for {printer.name}" + (f", about {minutes:.0f} minutes" if minutes else ""))
    for row in piece_plan(name)[1]:
        click.echo(f"  {row.letter}  {WORDS[row.rule][0]:32} {'  '.join(map(label, row.sizes))}")
    click.echo(f"print it flat, without supports; then: figurine printers learn {printer.id}", err=True)
