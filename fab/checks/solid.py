"""Check `solid`: what the repair did to the file, and whether it moved the surface further than a print shows."""

from __future__ import annotations

from collections.abc import Iterator

from fab.checks.context import Context
from fab.findings import Finding, Severity
from fab.solid import Solid
from printers.profile import Printer

NAME = "solid"


def check_solid(solid: Solid, printer: Printer, context: Context) -> Iterator[Finding]:
    """Yield `solid`, or `solid-repaired` with the steps and `surface-moved` when the repair cost shape.

    What the repair itself found (a slab, floating bodies, filled cavities) comes first.
    """
    repair = context.repair
    if repair is not None:
        yield from repair.findings
    if repair is None or not repair.steps:
        yield Finding(
            check=NAME, code="solid", severity=Severity.PASS, message="closed, outward, without crossings: a solid"
        )
        return
    yield _repaired(context)
    limit = printer.rules.emboss_mm
    if repair.max_deviation_mm > limit.floor:
        yield Finding(
            check=NAME,
            code="surface-moved",
            severity=Severity.WARN,
            message=f"the repair moved the surface by up to {repair.max_deviation_mm:.2f} mm, "
            f"more than the {limit.floor:.2f} mm this printer shows",
            measured=repair.max_deviation_mm,
            limit=limit.floor,
            limit_source=limit.floor_source,
            unit="mm",
            remedy="compare the written solid with the input before printing, or mend the input where it was rebuilt",
        )


def _repaired(context: Context) -> Finding:
    repair = context.repair
    assert repair is not None
    did = "; ".join(f"{step.name}: {step.note}" for step in repair.steps)
    return Finding(
        check=NAME,
        code="solid-repaired",
        severity=Severity.INFO,
        message=f"made solid in {len(repair.steps)} step{'s' if len(repair.steps) != 1 else ''} ({did}); "
        f"surface moved by at most {repair.max_deviation_mm:.3f} mm",
        measured=repair.max_deviation_mm,
        unit="mm",
    )
