"""`figurine check`: how a mesh would print; no model is written, and a report only on request."""

from __future__ import annotations

from pathlib import Path

import click

from figurine.cli import options
from figurine.cli.headings import InSections


@click.command(cls=InSections)
@click.argument("model", type=click.Path(path_type=Path))
@options.sizes
@options.printer
@options.repairing
@options.judging
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write report.html, report.json and pictures into this folder.",
)
@options.reporting
def check(
    model: Path, fields: options.Values, printer: options.PrinterWish, report: Path | None, run: options.RunWish
) -> int:
    """Say how a mesh would print, as repair would leave it. No model is written; --report writes the page on it."""
    from figurine.cli.starting import build_job, choose_printer, mesh_source, start_check

    job = build_job({"mesh": mesh_source(model), **fields}, [model], choose_printer(printer))
    return start_check(job, run._replace(out=report))
