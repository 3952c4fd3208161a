"""Check `thin-feature`: pins, whiskers, fingers and tails too thin to form, too thin to last, or too long for that."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fab.checks.context import Context
from fab.checks.thin_parts import (
    MARGIN,
    SMALL,
    Level,
    Words,
    findings_of,
    remedy_of,
    sort_by_level,
    thin_parts_of,
)
from fab.findings import Finding, Severity
from fab.measure.thin_regions import ThinRegion
from fab.solid import Solid
from printers.limits import Limit
from printers.profile import Printer

NAME = "thin-feature"

SLENDER = 12.0
"""A rod so many times as long as thick breaks before long, also where the process forms it."""

WHY = {
    "feature-too-thin": "too thin to form: it is left out, or breaks off while it prints",
    SMALL: "too thin to form, and small: it is lost, the part behind it prints",
    "feature-thin": "it forms, and snaps off when supports come off or in the post",
    "feature-slender": "so long for its thickness that it wobbles while it prints, and snaps off later",
}


def check_thin_feature(solid: Solid, printer: Printer, context: Context) -> Iterator[Finding]:
    """Yield `feature-too-thin`, `feature-thin` and `feature-slender`, or `features-thick` when there is none."""
    parts = thin_parts_of(solid, printer, context)
    rule, height_mm = printer.rules.feature_mm, solid.extents_mm[2]
    told = [
        item
        for item in sort_by_level(parts, _levels(rule), rods=True)
        if item.level.code != "feature-slender" or _slenderness(item.region) > SLENDER
    ]
    yield from findings_of(NAME, parts, told, [_words(region, level, height_mm) for region, level in told])
    if not told:
        yield Finding(
            check=NAME,
            code="features-thick",
            severity=Severity.PASS,
            message=f"no pin or limb is thinner than {rule.recommended:.2f} mm",
            limit=rule.recommended,
            limit_source=rule.recommended_source,
            unit="mm",
        )


def _levels(rule: Limit) -> tuple[Level, ...]:
    return (
        Level("feature-too-thin", Severity.FAIL, rule.floor, rule.floor_source),
        Level("feature-thin", Severity.WARN, rule.recommended, rule.recommended_source),
        Level(
            "feature-slender",
            Severity.WARN,
            MARGIN * rule.recommended,
            f"default: {SLENDER:g} times as long as thick, below {MARGIN:g} × {rule.recommended_source}",
        ),
    )


def _slenderness(region: ThinRegion) -> float:
    return region.form.length_mm / max(region.thickness_mm, 1e-9)


def _words(region: ThinRegion, level: Level, height_mm: float) -> Words:
    size = f"{region.thickness_mm:.2f} mm thick and {region.form.length_mm:.1f} mm long"
    held = "" if region.form.is_free else ", held at both ends"
    if level.code == "feature-slender":
        needed_mm = region.form.length_mm / SLENDER
        remedy = f"thicken by {math.ceil(100.0 * (needed_mm - region.thickness_mm)) / 100.0:.2f} mm"
        return Words(f"rod {size}{held}: {_slenderness(region):.0f} times as long as thick", WHY[level.code], remedy)
    message = f"rod {size}{held}, under {level.limit_mm:.2f} mm"
    return Words(message, WHY[level.code], remedy_of(region, level.limit_mm, height_mm))
