"""What a run shows people: pages, pictures and a turntable in its folder; a check shows its report alone."""

from __future__ import annotations

from pathlib import Path

from fab.checks.context import Context
from fab.findings import Finding
from fab.palette.record import Painted
from fab.report.bundle import viewer_missing
from fab.report.json import write_json
from fab.report.model import Report
from fab.report.write import (
    Exhibit,
    make_exhibit,
    write_pictures,
    write_proof_page,
    write_report_page,
    write_turntable,
)
from fab.solid import Solid
from figurine.job import Job
from figurine.progress import Progress, Stopwatch
from figurine.runfolder import RunFolder

PAGES = {"report": "report.html", "proof": "proof.html"}
TURNTABLE = "turntable.webp"


def pages_in(folder: RunFolder) -> dict[str, Path]:
    """Return where the pages will lie, by kind."""
    return {kind: folder.file(name) for kind, name in PAGES.items()}


def about_viewer() -> list[Finding]:
    """Return the note that the pages' 3D view has not been built, or none."""
    missing = viewer_missing()
    return [] if missing is None else [missing]


def show(
    job: Job,
    solid: Solid,
    painted: Painted | None,
    report: Report,
    context: Context,
    folder: RunFolder,
    watch: Stopwatch,
) -> Exhibit:
    """Return what there is to see of a solid that `context` has been measured for, written as pages and pictures."""
    exhibit = show_report(job, solid, painted, report, context, folder, watch)
    write_proof_page(report, exhibit, folder.file(PAGES["proof"]))
    watch(Progress("report", 2, 3, TURNTABLE))
    write_turntable(exhibit, folder.file(TURNTABLE))
    return exhibit


def show_report(
    job: Job,
    solid: Solid,
    painted: Painted | None,
    report: Report,
    context: Context,
    folder: RunFolder,
    watch: Stopwatch,
) -> Exhibit:
    """Return what there is to see of a solid, written for its maker: report.json, report.html and its pictures."""
    write_json(report, folder.file("report.json"))
    watch(Progress("report", 0, 3, "pictures"))
    exhibit = make_exhibit(solid, job.set_up_printer(), context, painted)
    write_pictures(exhibit, folder.file("pictures"))
    watch(Progress("report", 1, 3, PAGES["report"]))
    write_report_page(report, exhibit, folder.file(PAGES["report"]))
    return exhibit
