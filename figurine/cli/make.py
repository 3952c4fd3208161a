"""`figurine make`: pictures in, a printable figurine out."""

from __future__ import annotations

from pathlib import Path

import click

from figurine.cli import options


@click.command(
    epilog="Pictures are front, back, left, right in that order, unless a file name says otherwise (cat_left.png) "
    "or an angle is given: FILE@left, FILE@45."
)
@click.argument("pictures", nargs=-1, metavar="[PHOTO]")
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
    name: str | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Make a printable figurine of a few pictures.

    figurine make --views front.png back.png left.png right.png --height 80 --printer "A1 mini" -o out/
    """
    from figurine.cli.starting import start_run
    from figurine.errors import WrongUse
    from figurine.view_sources import view_sources

    if not first_views:
        raise WrongUse(_without_views(pictures))
    views = view_sources([*first_views, *pictures])
    fields = {"views": views, "backend": backend, "trust": trust, "fix_views": not no_fix_views}
    sizes = {"height_mm": height_mm, "longest_mm": longest_mm}
    inputs = [Path(view.file) for view in views]
    return start_run(fields | sizes, inputs, printer=printer, name=name, out=out, as_json=as_json, quiet=quiet)


def _without_views(pictures: tuple[str, ...]) -> str:
    example = "figurine make --views front.png back.png"
    if pictures:
        return (
            f"{pictures[0]}: making views of a photo needs an image service, which this version does not talk to; "
            f"let any image tool draw the figurine from the front and the back, then: {example}"
        )
    return f"no pictures given; {example}"
