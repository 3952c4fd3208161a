"""`figurine slice`: prepare a model and have a slicer on this machine slice it."""

from __future__ import annotations

from pathlib import Path

import click

from figurine.cli import options
from figurine.cli.headings import InSections


@click.command(cls=InSections)
@click.argument("model", type=click.Path(path_type=Path))
@options.sizes
@options.printer
@click.option("--slicer", "program", metavar="PATH", help="The slicer to run  [default: the first that is found]")
@options.finishing
def slice(
    model: Path, fields: options.Values, printer: options.PrinterWish, program: str | None, run: options.RunWish
) -> int:
    """Prepare a model and have a slicer slice it with the printer's preset: time, grams a colour, layers, supports.

    Exits with 3 when the filaments in the G-code are not the palette's.
    """
    from fab.slicer import slicer_at
    from figurine.cli.starting import build_job, choose_printer, mesh_source, start_run
    from figurine.job import Job
    from figurine.pipeline import Outcome
    from figurine.progress import OnProgress, Progress
    from figurine.slicing import slice_outcome

    def slice_it(outcome: Outcome, job: Job, folder: Path, on_progress: OnProgress) -> Outcome:
        on_progress(Progress("slice", 0, 1, slicer.kind))
        return slice_outcome(outcome, job.set_up_printer(), folder, slicer)

    slicer = slicer_at(program)
    setup = choose_printer(printer, fields["palette"])
    job = build_job({"mesh": mesh_source(model), **fields}, [model], setup, run.name)
    return start_run(job, run, slice_it)
