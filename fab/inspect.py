"""Inspection: every check run on one solid for one printer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from fab.checks import fits, overhang, stability, wall_thickness
from fab.checks import solid as solidity
from fab.checks.context import Context
from fab.findings import Finding, Severity
from fab.solid import Solid
from printers.profile import Printer

if TYPE_CHECKING:
    from fab.repair.record import Repair

OnProgress = Callable[[int, int, str], None]
"""Called with checks done, checks in all, and the check that begins."""


class Check(NamedTuple):
    """A check by name. `run` compares a solid with a printer and yields findings, a PASS too."""

    name: str
    run: Callable[[Solid, Printer, Context], Iterable[Finding]]


CHECKS = (
    Check(solidity.NAME, solidity.check_solid),
    Check(fits.NAME, fits.check_fits),
    Check(wall_thickness.NAME, wall_thickness.check_wall_thickness),
    Check(overhang.NAME, overhang.check_overhang),
    Check(stability.NAME, stability.check_stability),
)


def inspect(
    solid: Solid,
    printer: Printer,
    repair: Repair | None = None,
    on_progress: OnProgress | None = None,
    checks: tuple[Check, ...] = CHECKS,
) -> tuple[Finding, ...]:
    """Return what all checks find, worst first, within one severity in the order of the checks.

    A check that crashes yields an ERROR finding `check-crashed` and the others still run.
    """
    context = Context(repair=repair)
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
