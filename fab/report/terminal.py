"""The report as text for a terminal: verdict first, worst findings next, the file to open last."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from fab.findings import Finding, Severity, Verdict
from fab.report.facts import advice_rows, cost_rows, file_to_open, slice_rows
from fab.report.model import PrinterSummary, Report

MARKS = {
    Severity.ERROR: ("✗", "bold red", "error"),
    Severity.FAIL: ("✗", "bold red", "fails"),
    Severity.WARN: ("!", "yellow", "weak"),
    Severity.INFO: ("i", "cyan", "note"),
    Severity.SKIP: ("–", "dim", "skipped"),
    Severity.PASS: ("✓", "green", "ok"),
}
VERDICT_STYLES = {
    Verdict.PRINTS_AS_IS: "bold green",
    Verdict.PRINTS_WITH_SUPPORTS: "bold green",
    Verdict.WEAK: "bold yellow",
    Verdict.WILL_NOT_PRINT: "bold red",
}
SAID_FIRST = "depth-guessed"
"""The finding on the pictures that a maker must not miss, ahead of worse ones: half of the shape is a guess."""


def render(report: Report, *, width: int = 100, colour: bool) -> str:
    """Return the report as text of at most `width` columns, with ANSI colours only if `colour`."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
        highlight=False,
        emoji=False,
        markup=False,
    )
    console.print(Group(*_blocks(report)))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _blocks(report: Report) -> Iterator[RenderableType]:
    headlines = [f for f in report.findings if f.check == "views" and f.severity >= Severity.INFO]
    headlines.sort(key=lambda finding: finding.code != SAID_FIRST)
    yield _verdict(report)
    yield from (Padding(_finding(f), (0, 0, 0, 2)) for f in headlines)
    yield Text()
    yield _facts(_part_rows(report))
    yield Text()
    yield _findings(f for f in report.findings if f not in headlines)
    yield Text()
    yield _facts(report.files.items())
    yield Text()
    yield _facts(advice_rows(report))
    yield _next(report)


def _verdict(report: Report) -> Text:
    name = f"{report.part.name} on {report.printer.name}: "
    return Text(name, style="bold").append(report.verdict_text, style=VERDICT_STYLES[report.verdict])


def _part_rows(report: Report) -> Iterator[tuple[str, str]]:
    part, printer = report.part, report.printer
    x, y, z = part.extents_mm
    bodies = f", {part.bodies} separate bodies" if part.bodies > 1 else ""
    yield "size", f"{x:.1f} × {y:.1f} × {z:.1f} mm (width × depth × height)"
    yield "scale", part.scale_note
    yield "volume", f"{part.volume_ml:.1f} ml, surface {part.surface_cm2:.1f} cm², {part.faces:,} faces{bodies}"
    yield from cost_rows(report)
    yield from slice_rows(report)
    doubt = f"; unverified: {', '.join(_words(name) for name in printer.unverified)}" if printer.unverified else ""
    yield "printer", f"{printer.name} ({_setup(printer)}); figures: {printer.confidence}{doubt}"


def _setup(printer: PrinterSummary) -> str:
    """Return process, nozzle, layer and material, as far as the printer has them."""
    nozzle = f"{printer.nozzle_mm:g} mm nozzle" if printer.nozzle_mm else ""
    layer = f"{printer.layer_mm:g} mm layers" if printer.layer_mm else ""
    return ", ".join(part for part in (printer.process, nozzle, layer, printer.material) if part)


def _words(field: str) -> str:
    return field.removesuffix("_mm").replace("_", " ")


def _facts(rows: Iterable[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", min_width=7, no_wrap=True)
    table.add_column(overflow="fold")
    for name, fact in rows:
        table.add_row(name, fact)
    return table


def _findings(findings: Iterable[Finding]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    rows, told = list(findings), set[tuple[str, str]]()
    for finding, after in zip(rows, [*rows[1:], None], strict=True):
        mark, style, _ = MARKS[finding.severity]
        text = Text(finding.message)
        if finding.severity >= Severity.WARN:
            text = _with_reasons(text, finding, told)
        if after is None or (after.check, after.remedy) != (finding.check, finding.remedy):
            text = _with_remedy(text, finding)
        table.add_row(Text(mark, style=style), Text(finding.check, style=style), text)
    return table


def _finding(finding: Finding) -> Table:
    mark, style, _ = MARKS[finding.severity]
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(Text(mark, style=style), _with_remedy(Text(finding.message), finding))
    return table


def _with_reasons(text: Text, finding: Finding, told: set[tuple[str, str]]) -> Text:
    """Return the text with the place, and with why it matters and whose limit it is, unless `told` of that check."""
    if finding.point_mm:
        text.append(" at ({:.1f}, {:.1f}, {:.1f})".format(*finding.point_mm), style="dim")
    reasons = filter(None, (finding.why, finding.limit_source and f"limit: {finding.limit_source}"))
    new = [reason for reason in reasons if (finding.check, reason) not in told]
    told.update((finding.check, reason) for reason in new)
    return text.append("\n" + "; ".join(new), style="dim") if new else text


def _with_remedy(text: Text, finding: Finding) -> Text:
    if finding.severity >= Severity.INFO and finding.remedy:
        text.append("\n→ ").append(finding.remedy, style="bold")
    return text


def _next(report: Report) -> Text:
    best = file_to_open(report) or report.files.get("report")
    if best is None:
        return Text("nothing was written; `figurine prepare` writes files")
    return Text("open next: ").append(best, style="bold")
