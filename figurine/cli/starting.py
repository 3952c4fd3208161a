"""From flags to a job, from a job to what is on the screen: what `make`, `prepare` and `check` have in common."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

import printers
from figurine.cli.options import PrinterWish
from figurine.errors import WrongUse
from figurine.job import Job, Source
from figurine.naming import job_name, slug
from figurine.pipeline import check, run
from printers.overrides import Overrides
from printers.profile import Printer


def start_run(
    fields: dict[str, Any],
    inputs: list[Path],
    *,
    printer: PrinterWish,
    name: str | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Return the exit status of a run that writes a run folder."""
    from figurine.cli.terminal import progress_on_stderr, show

    job = build_job(fields, inputs, printer=printer, name=name)
    out = out or Path(f"{job.name}_figurine")
    with progress_on_stderr(quiet) as on_progress:
        outcome = run(job, out, on_progress)
    return show(outcome, out, as_json)


def start_check(
    fields: dict[str, Any],
    inputs: list[Path],
    *,
    printer: PrinterWish,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Return the exit status of a run that writes no model, and a report only where `out` names a folder for it."""
    from figurine.cli.terminal import progress_on_stderr, show

    job = build_job(fields, inputs, printer=printer, name=None)
    with progress_on_stderr(quiet) as on_progress:
        outcome = check(job, out, on_progress)
    return show(outcome, out, as_json)


def rerun_job(job_file: Path, *, out: Path | None, as_json: bool, quiet: bool) -> int:
    """Return the exit status of a job file's run, in its own folder unless `out` names another."""
    from figurine.cli.terminal import progress_on_stderr, show

    job = Job.load(job_file)
    job.set_up_printer()
    out = out or job_file.resolve().parent
    with progress_on_stderr(quiet) as on_progress:
        outcome = run(job, out, on_progress)
    return show(outcome, out, as_json)


def mesh_source(path: Path) -> Source:
    """Return the record of a mesh file; raises WrongUse when it is not there."""
    if not path.is_file():
        raise WrongUse(f"{path} is a folder, not a model" if path.is_dir() else f"{path}: no such file")
    return Source.of(path)


def build_job(fields: dict[str, Any], inputs: list[Path], *, printer: PrinterWish, name: str | None) -> Job:
    """Return the job that these flags describe; raises WrongUse or UnknownPrinter."""
    chosen, setup = choose_printer(printer)
    named = (slug(name) if name is not None else job_name(inputs)) or "figurine"
    try:
        return Job.model_validate({**fields, "name": named, "printer": chosen.id, "setup": setup})
    except ValidationError as error:
        raise WrongUse(error.errors()[0]["msg"].removeprefix("Value error, ")) from error


def choose_printer(wish: PrinterWish) -> tuple[Printer, Overrides]:
    """Return the printer that a wish means, set up for this print; say which one where the name was not its id.

    Raises UnknownPrinter and NotPossible.
    """
    printer = printers.get(wish.name or printers.DEFAULT_PRINTER)
    setup = Overrides(**{field: value for field, value in wish._asdict().items() if field != "name"})
    as_set = printers.override(printer, setup)
    if wish.name is None:
        click.echo(f"printer: {printer.name} (no --printer given)", file=sys.stderr)
    elif wish.name != printer.id:
        click.echo(f"printer: {printer.name} ({printer.id})", file=sys.stderr)
    return as_set, setup
