"""`figurine forget`: erase the photo, the drawn views, and every copy of them that was kept."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path), metavar="RUN")
def forget(run: Path) -> int:
    """Erase the photo, the views and their stored copies from a run folder and the cache.

    The printable part, its preview and its report stay; so does the photo you started from, and whatever the image
    service keeps.
    """
    from figurine.drawing import forget as erase
    from figurine.drawing import picture_store
    from figurine.drawing_record import load_drawing

    drawing = load_drawing(run)
    files, stored = erase(run, drawing, picture_store())
    click.echo(f"erased {files} pictures and records in {run} and {stored} stored copies")
    click.echo(f"kept: the part and its report in {run}, and {drawing.photo.file}")
    return 0
