"""What was drawn, said on the screen and in `consistency.json`: where it lies, how the views agree, what it cost."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from figurine.drawing_record import DISAGREEMENT, PICTURES, REPORT, SHEET, Drawing, drawn_sources
from figurine.progress import ignore
from figurine.runfolder import RunFolder, open_run_folder
from figurine.view_agreement import agree_on_views
from generate.agreeing.disagreement import draw_disagreement
from generate.errors import ViewsDisagree
from generate.pictures import as_png


def show_drawing(drawing: Drawing, run: Path) -> int:
    """Return the exit status: 0 where the views can be one subject, 1 where they cannot."""
    with open_run_folder(run) as folder:
        lines, status = _judge(drawing, run, folder)
    for side in drawing.views:
        click.echo(run / PICTURES / f"{side}.png")
    for line in lines:
        click.echo(line)
    if (run / SHEET).is_file():
        click.echo(f"look at: {run / SHEET}")
    click.echo(f"open next: figurine make {run}")
    return status


def _judge(drawing: Drawing, run: Path, folder: RunFolder) -> tuple[list[str], int]:
    """Return lines on how the views agree, and the status, after writing cut-outs and report."""
    try:
        agreed = agree_on_views(drawn_sources(drawing, run), ignore)
    except ViewsDisagree as error:
        folder.write_json(REPORT, {"agree": False, "reason": str(error), "notes": []})
        return [f"✗ {error}"], 1
    folder.file("01-views").mkdir(exist_ok=True)
    for view in agreed.views.items:
        folder.write_bytes(f"01-views/{view.name}.png", as_png(view.image))
    if (disagreement := draw_disagreement(agreed.views)) is not None:
        folder.write_bytes(DISAGREEMENT, disagreement)
    notes = [{name: value for name, value in asdict(note).items() if value} for note in agreed.notes]
    folder.write_json(
        REPORT, {"agree": True, "score": agreed.score, "silhouette_iou": agreed.silhouette_iou, "notes": notes}
    )
    lines = [f"{'i' if note.severity == 'INFO' else '!'} {note.message}" for note in agreed.notes]
    if agreed.silhouette_iou is not None:
        lines.append(f"silhouettes of opposite views overlap {agreed.silhouette_iou:.2f}")
    return lines, 0
