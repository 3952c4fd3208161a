"""`figurine rerun`: the same job again."""

from __future__ import annotations

from pathlib import Path

import click

from figurine.cli import options


@click.command()
@click.argument("job_file", type=click.Path(path_type=Path), metavar="JOB.json")
@options.out
@options.reporting
def rerun(job_file: Path, out: Path | None, as_json: bool, quiet: bool) -> int:
    """Run a job file again, in its own folder unless -o names another. The same job gives the same files."""
    from figurine.cli.starting import rerun_job

    return rerun_job(job_file, out=out, as_json=as_json, quiet=quiet)
