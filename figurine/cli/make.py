"""`figurine make`: a photo or pictures in, a printable figurine out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from figurine.cli import drawing_options, options, trellis_options


@click.command(
    epilog="Pictures are front, back, left, right in that order, unless a file name says otherwise (cat_left.png) "
    "or an angle is given: FILE@left, FILE@45."
)
@click.argument("pictures", nargs=-1, metavar="[PHOTO|RUN]")
@click.option("--views", "first_views", multiple=True, metavar="FILE…", help="Pictures of one subject, 1 to 8.")
@options.height
@options.longest
@options.printer
@click.option("--backend", type=click.Choice(["auto", "hull", "trellis"]), default="auto", show_default=True)
@click.option(
    "--trust",
    type=click.Choice(["front", "back", "left", "right"]),
    default="front",
    show_default=True,
    help="The picture that decides where pictures differ.",
)
@click.option("--no-fix-views", is_flag=True, help="Keep a mirrored picture as it is.")
@trellis_options.trellis
@drawing_options.drawing
@options.repairing
@options.exporting
@options.colouring
@options.judging
@options.name
@options.out
@options.reporting
def make(
    pictures: tuple[str, ...],
    first_views: tuple[str, ...],
    height_mm: float | None,
    longest_mm: float | None,
    printer: options.PrinterWish,
    backend: str,
    trust: str,
    no_fix_views: bool,
    repair: dict[str, Any],
    export: dict[str, Any],
    palette: dict[str, Any],
    judged: dict[str, Any],
    trellis: dict[str, Any],
    name: str | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
    **flags: Any,
) -> int:
    """Make a printable figurine of a photo, of views that were drawn of it, or of a few pictures.

    figurine make tom.jpg --style clay --height 80 --printer "A1 mini" -o tom/

    figurine make --views front.png back.png left.png right.png --height 80 --printer "A1 mini" -o out/
    """
    from figurine.cli.starting import start_run
    from figurine.cli.view_choice import choose_views
    from figurine.drawing_request import DrawingRequest

    found = choose_views(
        pictures, first_views, DrawingRequest(**flags, backend=backend), name=name, out=out, quiet=quiet
    )
    if found is None:
        return 0
    fields = {
        "views": found.views,
        "origin": found.origin,
        "backend": backend,
        "trust": trust,
        "repair": repair,
        "export": export,
        "palette": palette,
    }
    fields |= {"trellis": trellis, **judged}
    sizes = {"height_mm": height_mm, "longest_mm": longest_mm}
    if height_mm is None and longest_mm is None:
        sizes["height_mm"] = found.height_mm
    return start_run(
        {**fields, "fix_views": not no_fix_views, **sizes},
        [Path(view.file) for view in found.views],
        printer=printer,
        name=found.name,
        out=found.out,
        as_json=as_json,
        quiet=quiet,
    )
