"""What a person sees while a run goes on and when it is done."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from figurine.progress import OnProgress, Progress, ignore

if TYPE_CHECKING:
    from figurine.pipeline import Outcome


@contextmanager
def progress_on_stderr(quiet: bool) -> Iterator[OnProgress]:
    """Yield a listener that keeps one line on a terminal up to date, and writes one line a stage elsewhere."""
    if quiet:
        yield ignore
    elif sys.stderr.isatty():
        try:
            yield _rewrite_line
        finally:
            click.echo("\r\x1b[K", err=True, nl=False)
    else:
        yield _OneLineAStage()


def _rewrite_line(progress: Progress) -> None:
    width = shutil.get_terminal_size().columns - 1
    count = f" {progress.done}/{progress.total}" if progress.total > 1 else ""
    click.echo(f"\r\x1b[K{f'{progress.stage}{count} {progress.note}'[:width]}", err=True, nl=False)


class _OneLineAStage:
    def __init__(self) -> None:
        self.stage = ""

    def __call__(self, progress: Progress) -> None:
        if progress.stage != self.stage:
            self.stage = progress.stage
            click.echo(f"{progress.stage} …", err=True)


def show(outcome: Outcome, out: Path | None, as_json: bool) -> int:
    """Return the exit status of an outcome, after printing its report."""
    from fab.report.json import to_json
    from fab.report.terminal import render

    report = outcome.report
    if as_json:
        click.echo(to_json(report), nl=False)
    else:
        if out is not None:
            report = report.model_copy(update={"files": {kind: str(out / name) for kind, name in report.files.items()}})
        click.echo(render(report, width=_width(), colour=sys.stdout.isatty()), nl=False)
    return 0 if outcome.printable else 1


def _width() -> int:
    return min(100, shutil.get_terminal_size((100, 24)).columns)
