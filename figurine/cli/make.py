"""`figurine make`: a photo or pictures in, a printable figurine out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from figurine.cli import drawing_options, options, trellis_options
from figurine.cli.headings import InSections

_shaping = options.fields(
    lambda values: {"backend": values["backend"], "trust": values["trust"], "fix_views": not values["no_fix_views"]},
    click.option("--backend", type=click.Choice(["auto", "hull", "trellis"]), default="auto", show_default=True),
    click.option(
        "--trust",
        type=click.Choice(["front", "back", "left", "right"]),
        default="front",
        show_default=True,
        help="The picture that decides where pictures differ.",
    ),
    click.option("--no-fix-views", is_flag=True, help="Keep a mirrored picture as it is."),
    heading="Shape",
)


@click.command(
    cls=InSections,
    epilog="Pictures are front, back, left, right in that order, unless a file name says otherwise (cat_left.png) "
    "or an angle is given: FILE@left, FILE@45.",
)
@click.argument("pictures", nargs=-1, metavar="[PHOTO|RUN]")
@click.option("--views", "first_views", multiple=True, metavar="FILE…", help="Pictures of one subject, 1 to 8.")
@options.height
@options.printer
@_shaping
@trellis_options.trellis
@drawing_options.drawing
@options.finishing
def make(
    pictures: tuple[str, ...],
    first_views: tuple[str, ...],
    fields: options.Values,
    printer: options.PrinterWish,
    run: options.RunWish,
    **drawn: Any,
) -> int:
    """Make a printable figurine of a photo, of views that were drawn of it, or of a few pictures.

    figurine make tom.jpg --style clay --height 80 --printer "A1 mini" -o tom/

    figurine make --views front.png back.png left.png right.png --height 80 --printer "A1 mini" -o out/
    """
    from figurine.cli.starting import build_job, choose_printer, start_run
    from figurine.cli.view_choice import choose_views
    from figurine.drawing_request import DrawingRequest

    setup = choose_printer(printer, fields["palette"])  # what is wrong there is told before anything is paid for
    request = DrawingRequest(**drawn, backend=fields["backend"])
    found = choose_views(pictures, first_views, request, name=run.name, out=run.out, quiet=run.quiet)
    if found is None:
        return 0
    if fields["height_mm"] is None and fields["longest_mm"] is None:
        fields["height_mm"] = found.height_mm
    inputs = [Path(view.file) for view in found.views]
    job = build_job({**fields, "views": found.views, "origin": found.origin}, inputs, setup, found.name)
    return start_run(job, run._replace(out=found.out))
