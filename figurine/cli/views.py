"""`figurine views`: a photo in, drawn views of a figurine out, with a contact sheet and a report on how they agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from figurine.cli import drawing_options, options
from figurine.cli.headings import InSections


@click.command(cls=InSections, epilog="Cost, privacy and how to do without a key: docs/views.md.")
@click.argument("photo", type=click.Path(path_type=Path), metavar="PHOTO|RUN")
@drawing_options.drawing
@click.option("--redo", type=click.Choice(drawing_options.SIDES), help="Draw one side of the run folder RUN anew.")
@options.name
@options.out
@options.quiet
def views(photo: Path, redo: str | None, name: str | None, out: Path | None, quiet: bool, **flags: Any) -> int:
    """Draw views of a figurine from a photo, or one of them anew.

    figurine views tom.jpg --style clay --candidates 4 -o tom/

    figurine views tom/ --redo back --note "the tail lies on the left"
    """
    from figurine.cli.drawing import start_drawing, start_redo
    from figurine.cli.drawing_report import show_drawing
    from figurine.drawing_record import load_drawing
    from figurine.drawing_request import DrawingRequest
    from figurine.errors import WrongUse

    request = DrawingRequest(**flags)
    if redo is not None:
        return show_drawing(start_redo(request, load_drawing(photo), photo, redo, quiet=quiet), photo)
    if photo.is_dir():
        return show_drawing(load_drawing(photo), photo)
    if request.style is None:
        raise WrongUse(f"{photo}: say how to draw it: --style clay; `figurine styles list` shows all styles")
    drawn = start_drawing(request, photo, name=name, out=out, quiet=quiet)
    return 0 if drawn is None else show_drawing(*drawn)
