"""From flags to a job, from a job to what is on the screen: what the verbs that print a report have in common."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import click
from pydantic import ValidationError

import printers
from fab.palette.filaments import find_filaments
from figurine.cli.options import PrinterWish, RunWish, Values
from figurine.cli.terminal import progress_on_stderr, show
from figurine.errors import WrongUse
from figurine.job import Job, Source
from figurine.naming import job_name, slug
from figurine.pipeline import Outcome, check, run
from figurine.progress import OnProgress
from printers.overrides import Overrides
from printers.profile import Printer


class SetUp(NamedTuple):
    """A printer that exists, what is set on it for one print, and a line that names it to who did not, or nothing."""

    printer: Printer
    setup: Overrides
    told: str


After = Callable[[Outcome, Job, Path, OnProgress], Outcome]


def start_run(job: Job, wish: RunWish, after: After | None = None) -> int:
    """Return the exit status of a run that writes a run folder; `after` goes on with its outcome, before it is told."""
    out = wish.out or Path(f"{job.name}_figurine")
    with progress_on_stderr(wish.quiet) as on_progress:
        outcome = run(job, out, on_progress)
        if after is not None:
            outcome = after(outcome, job, out, on_progress)
    return show(outcome, out, wish.as_json)


def start_check(job: Job, wish: RunWish) -> int:
    """Return the exit status of a run that writes no model, and a report only where `out` names a folder for it."""
    with progress_on_stderr(wish.quiet) as on_progress:
        outcome = check(job, wish.out, on_progress)
    return show(outcome, wish.out, wish.as_json)


def mesh_source(path: Path) -> Source:
    """Return the record of a mesh file; raises WrongUse when it is not there."""
    if not path.is_file():
        raise WrongUse(f"{path} is a folder, not a model" if path.is_dir() else f"{path}: no such file")
    return Source.of(path)


def build_job(fields: Values, inputs: list[Path], printer: SetUp, name: str | None = None) -> Job:
    """Return the job that these flags describe; raises WrongUse."""
    if printer.told:
        click.echo(printer.told, file=sys.stderr)
    named = (slug(name) if name is not None else job_name(inputs)) or "figurine"
    try:
        return Job.model_validate({**fields, "name": named, "printer": printer.printer.id, "setup": printer.setup})
    except ValidationError as error:
        raise WrongUse(error.errors()[0]["msg"].removeprefix("Value error, ")) from error


def choose_printer(wish: PrinterWish, palette: Values | None = None) -> SetUp:
    """Return the printer that a wish means, set up for this print, and what to tell where the name was not its id.

    Filaments that the palette names are loaded, as far as the printer has slots, unless the wish says how many are.
    Raises UnknownPrinter, UnknownFilament and NotPossible.
    """
    printer = printers.get(wish.name or printers.DEFAULT_PRINTER)
    if palette is not None and palette["filaments"]:
        wish = _loaded(wish, printer, palette["filaments"])
    setup = Overrides(**{field: value for field, value in wish._asdict().items() if field != "name"})
    as_set = printers.override(printer, setup)
    told = "no --printer given" if wish.name is None else printer.id
    return SetUp(as_set, setup, "" if wish.name == printer.id else f"printer: {printer.name} ({told})")


def _loaded(wish: PrinterWish, printer: Printer, named: tuple[str, ...]) -> PrinterWish:
    """Return the wish with as many colours loaded as filaments were named and the printer has slots for."""
    count = len(find_filaments(named))
    if wish.colours is not None or printer.most_colours == 1:
        return wish
    return wish._replace(colours=min(count, printer.most_colours))
