"""The whole product: pictures or a mesh in, a printable solid, its files and a report out.

views ──▶ 01-views/ ──shape──▶ 02-shape.glb ──to mm──▶ repair ──▶ 03-solid.3mf ──inspect──▶ report.json
                                                                         └──export──▶ STL · 3MF · GLB
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fab.checks.context import Context
from fab.colour import ColourField
from fab.findings import Finding, Severity, lets_print
from fab.frame import Placed, to_millimetres
from fab.inspect import inspect
from fab.palette.record import Painted
from fab.readers import InputModel, read_model
from fab.render import save_png
from fab.repair import Repair, repair
from fab.report.build import build_report
from fab.report.model import Report
from fab.report.write import Exhibit
from fab.solid import Solid
from figurine.colour_report import colour_findings, colour_record
from figurine.costing import cost_of, load_prices
from figurine.exporting import export
from figurine.finishing import at_height
from figurine.job import Job
from figurine.notes import as_findings
from figurine.progress import OnProgress, Progress, Stopwatch, ignore, in_stage
from figurine.runfolder import RunFolder, open_run_folder
from figurine.shaping import shape_of
from figurine.showing import about_viewer, pages_in, show, show_report
from figurine.view_agreement import agree_on_views
from generate.agreeing.consistency import Consistent
from printers.profile import Printer


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a run made: the solid, the report on it, and where its files lie (none for a mere check); `exhibit` is what
    its pages show, to write them anew when the report gets longer."""

    solid: Solid
    report: Report
    files: dict[str, Path]
    strict: bool = False
    painted: Painted | None = None
    exhibit: Exhibit | None = None

    @property
    def printable(self) -> bool:
        """Whether the verdict lets it print: with supports always, weak only where the job is not strict."""
        return lets_print(self.report.verdict, strict=self.strict)


def make(job: Job, out: Path, on_progress: OnProgress = ignore) -> Outcome:
    """Return the figurine made of a job's views, with every stage's file in the run folder `out`.

    Raises UnusableView, ViewsDisagree and BackendUnavailable from `generate`, and what `prepare` raises.
    """
    watch = Stopwatch(on_progress)
    with open_run_folder(out) as folder:
        agreed = agree_on_views(job.views, watch, fix_views=job.fix_views, trust=job.trust)
        if job.backend == "trellis":  # may need another machine: what that needs is written first
            _save_views(agreed, folder)
            _save_job(job, folder)
        shaped = shape_of(job, agreed.views, folder, watch)
        _save_views(agreed, folder)
        job = job.model_copy(update={"shape_record": dict(shaped.record)})
        used = [{"name": view.name, "azimuth_deg": view.azimuth_deg} for view in agreed.views.items]
        views: dict[str, object] = {"silhouette_iou": agreed.silhouette_iou, "used": used}
        if job.origin is not None:
            views |= {"style": job.origin.style, "photo_sha256": job.origin.sha256}
        notes = [*as_findings(agreed.notes), *shaped.findings]
        return _finish(job, shaped.model, notes, folder, watch, views)


def prepare(job: Job, out: Path, on_progress: OnProgress = ignore) -> Outcome:
    """Return a printable solid made of a job's mesh, changed only as far as needed.

    Raises UnreadableModel when the file is none, NotSolid when no step could make a solid of it, ExportFailed.
    """
    watch = Stopwatch(on_progress)
    with open_run_folder(out) as folder:
        model = _read_mesh(job, watch)
        return _finish(job, model, _on_reading(model), folder, watch)


def check(job: Job, out: Path | None = None, on_progress: OnProgress = ignore) -> Outcome:
    """Return the report on a job's mesh, written into the folder `out` if there is one; no model is written."""
    watch = Stopwatch(on_progress)
    if out is None:
        return _check(job, None, watch)
    with open_run_folder(out) as folder:
        return _check(job, folder, watch)


def run(job: Job, out: Path, on_progress: OnProgress = ignore) -> Outcome:
    """Return what `make` or `prepare` returns, whichever the job is for."""
    return make(job, out, on_progress) if job.views else prepare(job, out, on_progress)


def _save_views(agreed: Consistent, folder: RunFolder) -> None:
    folder.file("01-views").mkdir(exist_ok=True)
    for view in agreed.views.items:
        save_png(view.image, folder.file(f"01-views/{view.name}.png"))


def _save_job(job: Job, folder: RunFolder) -> None:
    folder.write_text("job.json", job.model_dump_json(indent=2, exclude_defaults=True) + "\n")


def _read_mesh(job: Job, watch: Stopwatch) -> InputModel:
    assert job.mesh is not None, "a job without views has a mesh"
    path = job.mesh.open()
    watch(Progress("read", 0, 1, path.name))
    return read_model(path, units=job.units)


def _on_reading(model: InputModel) -> list[Finding]:
    """Return what the reader left out, as findings."""
    return [Finding(check="read", code="left-out", severity=Severity.INFO, message=note) for note in model.notes]


def _solidify(job: Job, model: InputModel, watch: Stopwatch) -> tuple[Placed, Repair]:
    """Return the model in millimetres and what repair made of it; the solid carries the input's colours."""
    placed = to_millimetres(model, height_mm=job.height_mm, longest_mm=job.longest_mm, scale=job.scale, units=job.units)
    watch(Progress("repair", 0, 1))
    limits = job.repair.limits(_diagonal(placed.mesh.vertices), job.set_up_printer(), of_views=bool(job.views))
    mended = repair(placed.mesh, limits, name=job.name, on_progress=in_stage(watch, "repair"))
    mended, factor = at_height(mended, job.height_mm, limits)
    colour = ColourField.of(model.mesh, to_mm=np.linalg.inv(placed.to_input @ mended.to_input))
    if colour.has_colour:
        mended = replace(mended, solid=mended.solid.coloured(colour))
    return replace(placed, scale=placed.scale * factor), mended


def _diagonal(vertices: NDArray[np.float64]) -> float:
    finite = vertices[np.isfinite(vertices).all(axis=1)]
    return float(np.linalg.norm(np.ptp(finite, axis=0)))


def _check(job: Job, folder: RunFolder | None, watch: Stopwatch) -> Outcome:
    model = _read_mesh(job, watch)
    placed, mended = _solidify(job, model, watch)
    context = Context(repair=mended, supports=job.supports)
    if folder is None:
        report = _judge(job, placed, mended, context, _on_reading(model), {}, None, watch)
        return Outcome(mended.solid, report, {}, job.strict)
    notes, page = [*_on_reading(model), *about_viewer()], {"report": pages_in(folder)["report"]}
    report = _judge(job, placed, mended, context, notes, page, None, watch)
    exhibit = show_report(job, mended.solid, None, report, context, folder, watch)
    return Outcome(mended.solid, report, {}, job.strict, exhibit=exhibit)


def _judge(
    job: Job,
    placed: Placed,
    mended: Repair,
    context: Context,
    findings: list[Finding],
    files: dict[str, Path],
    views: dict[str, object] | None,
    watch: Stopwatch,
) -> Report:
    printer = job.set_up_printer()
    found = inspect(mended.solid, printer, context, on_progress=in_stage(watch, "check"))
    return build_report(
        mended.solid,
        printer,
        found,
        repair=mended,
        scale=placed.scale,
        scale_note=placed.note,
        extra_findings=tuple(findings),
        files={kind: path.name for kind, path in files.items()},
        views=views,
        cost=_cost(job, mended.solid, printer),
    )


def _cost(job: Job, solid: Solid, printer: Printer) -> dict[str, object]:
    """Return what the print takes and costs, and what drawing the views has cost, where they were drawn."""
    drawing = {} if job.origin is None else job.origin.model_dump(include={"model", "usd", "requests"})
    return drawing | cost_of(solid, printer, load_prices())


def _finish(
    job: Job,
    model: InputModel,
    findings: list[Finding],
    folder: RunFolder,
    watch: Stopwatch,
    views: dict[str, object] | None = None,
) -> Outcome:
    """Return the outcome of the second half: to millimetres, repair, export, checks, report.

    The files are written before the checks, so that there is a solid to look at whatever the verdict.
    """
    placed, mended = _solidify(job, model, watch)
    exported = export(job, mended.solid, folder, watch)
    context = Context(repair=mended, supports=job.supports)
    notes = [*findings, *about_viewer()]
    if exported.painted is not None:
        notes += colour_findings(exported.painted, job.set_up_printer())
    report = _judge(job, placed, mended, context, notes, exported.files | pages_in(folder), views, watch)
    if exported.painted is not None:
        colour = colour_record(exported.painted, job.palette, job.set_up_printer())
        report = report.model_copy(update={"colour": colour})
    exhibit = show(job, mended.solid, exported.painted, report, context, folder, watch)
    _save_job(job, folder)
    folder.write_json("timings.json", watch.stop())
    return Outcome(mended.solid, report, exported.files, job.strict, exported.painted, exhibit)
