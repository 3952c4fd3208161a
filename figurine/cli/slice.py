"""`figurine slice`: prepare a model and have a slicer on this machine slice it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from figurine.cli import options


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@options.sizes
@options.printer
@click.option("--slicer", "program", metavar="PATH", help="The slicer to run  [default: the first that is found]")
@options.repairing
@options.exporting
@options.colouring
@options.judging
@options.name
@options.out
@options.reporting
def slice(
    model: Path,
    height_mm: float | None,
    longest_mm: float | None,
    scale: float | None,
    units: str | None,
    printer: options.PrinterWish,
    program: str | None,
    repair: dict[str, Any],
    export: dict[str, Any],
    palette: dict[str, Any],
    judged: dict[str, Any],
    name: str | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Prepare a model and have a slicer slice it with the printer's preset: time, grams a colour, layers, supports.

    Exits with 3 when the filaments in the G-code are not the palette's.
    """
    from fab.slicer import slicer_at
    from figurine.cli.starting import build_job, mesh_source
    from figurine.cli.terminal import progress_on_stderr, show
    from figurine.pipeline import run
    from figurine.progress import Progress
    from figurine.slicing import slice_outcome

    slicer = slicer_at(program)
    sizes = {"height_mm": height_mm, "longest_mm": longest_mm, "scale": scale, "units": units}
    fields = {"mesh": mesh_source(model), "repair": repair, "export": export, "palette": palette, **judged, **sizes}
    job = build_job(fields, [model], printer=printer, name=name)
    folder = out or Path(f"{job.name}_figurine")
    with progress_on_stderr(quiet) as on_progress:
        outcome = run(job, folder, on_progress)
        on_progress(Progress("slice", 0, 1, slicer.kind))
        outcome = slice_outcome(outcome, job.set_up_printer(), folder, slicer)
    return show(outcome, folder, as_json)
