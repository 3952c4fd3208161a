"""`figurine shape`: the shape of a run folder's views, here, for a run that goes on elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from figurine.cli import options
from figurine.cli.headings import InSections
from figurine.cli.trellis_options import trellis


@click.command(
    cls=InSections,
    epilog="Carry the run folder to a machine with a GPU, call this there, carry it back, and `figurine rerun "
    "RUN/job.json` goes on from the shape.",
)
@click.argument("run", type=click.Path(path_type=Path), metavar="RUN")
@click.option("--pick", type=click.IntRange(0), metavar="SEED", help="Take another of the samples that were made.")
@click.option("--video", is_flag=True, help="Also a video from all around, colours and normals: 02-shape.mp4.")
@trellis
@options.quiet
def shape(run: Path, pick: int | None, video: bool, fields: options.Values, quiet: bool) -> int:
    """Make the shape of the views in a run folder: 02-shape.glb, by the backend of its job.

    figurine shape tom_figurine --samples 4
    """
    from figurine.cli.terminal import progress_on_stderr
    from figurine.errors import WrongUse
    from figurine.job import Job
    from figurine.orbit import write_orbit
    from figurine.runfolder import open_run_folder
    from figurine.shaping import SHAPE_FILE, orbit_file, saved_views, shape_of
    from figurine.shaping import pick as pick_sample

    if not (run / "job.json").is_file():
        raise WrongUse(f"{run} is no run folder: it holds no job.json; start with `figurine make`")
    job = Job.load(run / "job.json")
    if fields["trellis"]:
        job = job.model_copy(update={"trellis": job.trellis.model_copy(update=fields["trellis"])})
        job = Job.model_validate(job.model_dump())
    with open_run_folder(run) as folder, progress_on_stderr(quiet) as on_progress:
        views = saved_views(job, folder)
        if pick is not None:
            pick_sample(job, pick, views, folder)
        shaped = shape_of(job, views, folder, on_progress)
        job = job.model_copy(update={"shape_record": dict(shaped.record)})
        folder.write_text("job.json", job.model_dump_json(indent=2, exclude_defaults=True) + "\n")
        if video:
            write_orbit(shaped.model.mesh, orbit_file(run))
    for finding in shaped.findings:
        click.echo(finding.message, err=True)
    click.echo(run / SHAPE_FILE)
    return 0
