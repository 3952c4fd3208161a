"""Inspection: every check run on one solid for one printer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fab.checks import CHECKS, Check
from fab.checks.context import Context
from fab.findings import Finding, Severity
from fab.solid import Solid
from printers.profile import Printer

OnProgress = Callable[[int, int, str], None]
"""Called with checks done, checks in all, and the check that begins."""


def inspect(
    solid: Solid,
    printer: Printer,
    context: Context | None = None,
    on_progress: OnProgress | None = None,
    checks: tuple[Check, ...] = CHECKS,
) -> tuple[Finding, ...]:
    """Return what all checks find, worst first, within one severity in the order of the checks.

    A check that crashes yields an ERROR finding `check-crashed` and the others still run.
    """
    context = context or Context()
    findings: list[Finding] = []
    for done, check in enumerate(checks):
        if on_progress:
            on_progress(done, len(checks), check.name)
        findings.extend(_run(check, solid, printer, context))
    return tuple(sorted(findings, key=lambda finding: -finding.severity))


def _run(check: Check, solid: Solid, printer: Printer, context: Context) -> Iterator[Finding]:
    try:
        found = list(check.run(solid, printer, context))
    except Exception as error:  # noqa: BLE001 - the one place: a bug in one check must not cost the user the others
        found = [
            Finding(
                check=check.name,
                code="check-crashed",
                severity=Severity.ERROR,
                message=f"the check itself failed ({type(error).__name__}: {error}); nothing is known of it",
                remedy="please report this with the model",
            )
        ]
    yield from found
