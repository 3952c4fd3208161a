"""`figurine printers learn`: what came out of the test piece becomes the printer's limits."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from figurine.cli import options
from figurine.errors import WrongUse

if TYPE_CHECKING:
    from printers.learning.learned import Answer
    from printers.learning.sizes import Row

HOW = """Look at the printed test piece, row by row. Write the finest or hardest size that came out at all and, if that
one came out badly, also one that came out well: `0.4 0.6`. `none` where none did. Enter leaves a limit as it is."""


@click.command("learn")
@click.argument("name", shell_complete=options.complete_printer)
@click.option("--answers", "file", type=click.Path(path_type=Path), metavar="FILE", help="TOML: hole_mm = [0.7, 1.0]")
@click.option("--answer", "given", multiple=True, metavar="RULE=SIZES", help="As hole_mm=0.7,1.0 or hole_mm=none.")
def command(name: str, file: Path | None, given: tuple[str, ...]) -> None:
    """Take what came out of the test piece as the printer's limits; asks row by row on a terminal.

    A finding then says `your print` where it said `guide` or `default`.
    """
    from printers.learning.answers import parse_answer, read_answers
    from printers.learning.learned import learn, piece_plan

    printer_id, rows = piece_plan(name)
    answers = read_answers(file) if file else {}
    answers |= dict(map(parse_answer, given))
    if not answers:
        if not sys.stdin.isatty():
            raise WrongUse("there is no terminal to ask on; give --answers FILE or --answer RULE=SIZES")
        answers = _ask(rows)
    _, limits = learn(printer_id, answers)
    click.echo(f"{printer_id}: {len(limits)} limits are yours now; `figurine printers show {printer_id}` lists them")


def _ask(rows: tuple[Row, ...]) -> dict[str, Answer]:
    click.echo(HOW, err=True)
    asked = ((row.rule, _ask_row(row)) for row in rows)
    return {rule: answer[0] for rule, answer in asked if answer}


def _ask_row(row: Row) -> tuple[Answer] | None:
    """Return the answer to one row in a tuple, or None when it was passed over; asks again after a slip."""
    from printers.errors import NotPossible
    from printers.learning.answers import WORDS, parse_sizes
    from printers.learning.learned import limit_of
    from printers.learning.sizes import label

    what, hardest = WORDS[row.rule]
    sizes = "  ".join(map(label, row.sizes))
    while True:
        text = click.prompt(f"{row.letter}  {hardest} {what}  [{sizes}]", default="", show_default=False)
        if not text.strip():
            return None
        try:
            answer = parse_sizes(row.rule, text)
            limit_of(row, answer)
        except NotPossible as slip:
            click.echo(f"   {slip}", err=True)
        else:
            return (answer,)
