"""`figurine repair IN OUT`: mend a mesh and give its own coordinates back."""

from __future__ import annotations

from pathlib import Path

import click

from figurine.cli import options
from figurine.cli.headings import InSections


@click.command(cls=InSections)
@click.argument("model", type=click.Path(path_type=Path), metavar="IN")
@click.argument("mended", type=click.Path(path_type=Path), metavar="OUT")
@click.option(
    "--height",
    "height_mm",
    type=options.PositiveNumber("mm"),
    default=80.0,
    show_default=True,
    help="Height it will be printed at: turns printer limits into the file's unit. The file keeps its own size.",
)
@options.repairing
@click.option(
    "--report", type=click.Path(path_type=Path), metavar="FILE", help="Write what was done and found as JSON."
)
@options.quiet
def repair(
    model: Path, mended: Path, height_mm: float, fields: options.Values, report: Path | None, quiet: bool
) -> int:
    """Mend a mesh and keep its frame and unit: the numbers in OUT are those of IN, whatever the two formats."""
    from figurine.cli.terminal import progress_on_stderr
    from figurine.repair_wishes import RepairWishes
    from figurine.repairing import mend_file

    wishes = RepairWishes(**fields["repair"])
    with progress_on_stderr(quiet) as on_progress:
        lines = mend_file(model, mended, height_mm=height_mm, wishes=wishes, report=report, on_progress=on_progress)
    for line in lines:
        click.echo(line)
    return 0
