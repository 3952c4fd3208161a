"""`figurine printers recommend`: the printers that can print a model, the best first, and why the others can't."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from figurine.cli import options
from printers.process import Process

if TYPE_CHECKING:
    from figurine.recommending import Suitability

SHOWN = 10


@click.command("recommend")
@click.argument("model", type=click.Path(path_type=Path))
@options.sizes
@click.option("--process", type=click.Choice([process.value for process in Process]), help="Only this process.")
@click.option("--colours", type=click.IntRange(1), default=1, metavar="N", help="Colours that it is printed in.")
@click.option("--all", "show_all", is_flag=True, help=f"Show all that can, not only the first {SHOWN}.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
@options.quiet
def command(
    model: Path,
    fields: options.Values,
    process: str | None,
    colours: int,
    show_all: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Rank the printers that can print a model, and say why each other one can't.

    Exit status 1 when none can.
    """
    from figurine.cli.starting import mesh_source
    from figurine.cli.terminal import progress_on_stderr
    from figurine.recommending import recommend, solid_of
    from printers.library import get, names

    path = mesh_source(model).open()
    asked = [printer for name in names() if process in (None, (printer := get(name)).process)]
    with progress_on_stderr(quiet) as on_progress:
        solid = solid_of(path, asked, on_progress, **fields)
    suited = recommend(solid, asked, colours=colours)
    if as_json:
        click.echo(json.dumps([_record(one) for one in suited], indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_told(suited, show_all)))
    return 0 if suited[0].prints else 1


def _record(one: Suitability) -> dict[str, object]:
    printer = one.printer
    return {"id": printer.id, "name": printer.name, "verdict": one.verdict.value, "why": one.why}


def _told(suited: list[Suitability], show_all: bool) -> Iterator[str]:
    """Yield the best that can, then each that can't with its reason."""
    can, cannot = [one for one in suited if one.prints], [one for one in suited if not one.prints]
    yield f"{len(can)} of {len(suited)} printers can print it" + (", the best first:" if can else "")
    for one in can if show_all else can[:SHOWN]:
        yield f"  {one.printer.id:29} {one.why}"
    if len(can) > SHOWN and not show_all:
        yield f"  and {len(can) - SHOWN} more: --all shows them"
    if cannot:
        yield f"{len(cannot)} cannot:"
    for one in cannot:
        yield f"  {one.printer.id:29} {one.why}"
