"""`figurine rerun`: the same job again."""

from __future__ import annotations

from pathlib import Path

import click

from figurine.cli import options


@click.command()
@click.argument("job_file", type=click.Path(path_type=Path), metavar="JOB.json")
@options.again
def rerun(job_file: Path, run: options.RunWish) -> int:
    """Run a job file again, in its own folder unless -o names another. The same job gives the same files."""
    from figurine.cli.starting import start_run
    from figurine.job import Job

    job = Job.load(job_file)
    job.set_up_printer()
    return start_run(job, run._replace(out=run.out or job_file.resolve().parent))
