"""Which printers can print a part: everything is measured once, then held against each printer's limits."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fab.checks.context import Context
from fab.checks.cups import check_cups
from fab.checks.detail import check_detail
from fab.checks.fits import beds_of
from fab.checks.gaps import check_gaps
from fab.checks.islands import check_islands
from fab.checks.overhang import check_overhang
from fab.checks.stability import check_stability
from fab.checks.thin_feature import check_thin_feature
from fab.checks.wall_thickness import check_wall_thickness
from fab.findings import SUPPORTED, Finding, Severity, Verdict, verdict_of, verdict_sentence
from fab.frame import to_millimetres
from fab.measure.size import find_turn
from fab.measure.stability import convex_polygon
from fab.readers import read_model
from fab.repair import repair
from fab.solid import Solid
from figurine.finishing import at_height
from figurine.progress import OnProgress, Progress, ignore, in_stage
from figurine.repair_wishes import RepairWishes
from printers.limits import Limit
from printers.profile import Confidence, Printer

VERDICTS = (Verdict.PRINTS_AS_IS, Verdict.PRINTS_WITH_SUPPORTS, Verdict.WEAK, Verdict.WILL_NOT_PRINT)
TRUST = {Confidence.YOUR_PRINT: 0, Confidence.YOUR_PROFILE: 0, Confidence.SLICER_PROFILE: 1, Confidence.VENDOR_PAGE: 1}
UNTRUSTED = {Confidence.UNVERIFIED: 3, Confidence.DEFAULT: 4}


@dataclass(frozen=True)
class Suitability:
    """How one printer suits a part: a verdict, and in words why; `weak_places` counts what holds badly."""

    printer: Printer
    verdict: Verdict
    why: str
    weak_places: int = 0

    @property
    def prints(self) -> bool:
        """Whether the part can be printed there, weak or with supports included."""
        return self.verdict is not Verdict.WILL_NOT_PRINT


def solid_of(model: Path, printers: Iterable[Printer], on_progress: OnProgress = ignore, **size: Any) -> Solid:
    """Return the solid that a file would be printed as; `size` is what `to_millimetres` takes. Raises FabError.

    It keeps whatever the finest of the printers could form.
    """
    on_progress(Progress("read", 0, 1, model.name))
    read = read_model(model, units=size.get("units"))
    placed = to_millimetres(read, **size)
    on_progress(Progress("repair", 0, 1))
    finest = min(printers, key=lambda printer: printer.rules.wall_free_mm.floor, default=None)
    limits = RepairWishes().limits(float(np.linalg.norm(np.ptp(placed.mesh.vertices, axis=0))), finest)
    mended = repair(placed.mesh, limits, name=model.stem, on_progress=in_stage(on_progress, "repair"))
    return at_height(mended, size.get("height_mm"), limits)[0].solid


def recommend(solid: Solid, printers: Iterable[Printer], *, colours: int = 1) -> list[Suitability]:
    """Return how each printer suits the part, the best first.

    The order: verdict; fewest weak places; the user's own before makers' figures before unverified and generic ones;
    the smallest build volume.
    """
    printers = tuple(printers)
    judge = _Judge(solid, printers)
    return sorted((judge.suit(printer, colours) for printer in printers), key=_order)


def _order(suited: Suitability) -> tuple[int, int, int, float, str]:
    printer = suited.printer
    trust = TRUST.get(printer.confidence, UNTRUSTED.get(printer.confidence, 2))
    return (
        VERDICTS.index(suited.verdict),
        suited.weak_places,
        trust,
        float(np.prod(printer.build_volume_mm)),
        printer.id,
    )


class _Judge:
    """Holds one part against many printers; what two printers have in common is judged once."""

    def __init__(self, solid: Solid, printers: tuple[Printer, ...]) -> None:
        self.solid = solid
        outline = convex_polygon(solid.vertices[:, :2])
        floor = np.zeros(len(outline))
        floor[0] = solid.extents_mm[2]
        self.corners = np.column_stack([outline, floor])
        self.context = Context(printers=printers)
        self._known: dict[Hashable, Any] = {}

    def suit(self, printer: Printer, colours: int) -> Suitability:
        """Return how `printer` suits the part in so many colours."""
        if colours > printer.most_colours:
            return _cannot(
                printer, f"prints {printer.most_colours} colour{'s' * (printer.most_colours > 1)}, not {colours}"
            )
        missing = self._does_not_fit(printer)
        if missing:
            return _cannot(printer, missing)
        rules = printer.rules
        findings = [
            *self._check(check_wall_thickness, printer, rules.wall_supported_mm, rules.wall_free_mm),
            *self._check(check_thin_feature, printer, rules.feature_mm),
            *self._check(check_gaps, printer, rules.clearance_mm),
            *self._check(check_detail, printer, rules.emboss_mm, rules.engrave_mm),
            *check_overhang(self.solid, printer, self.context),
            *check_islands(self.solid, printer, self.context),
            *check_cups(self.solid, printer, self.context),
            *check_stability(self.solid, printer, self.context),
        ]
        verdict = verdict_of(findings)
        weak = sum(finding.severity is Severity.WARN for finding in findings)
        return Suitability(printer, verdict, _why(verdict, findings), weak)

    def _does_not_fit(self, printer: Printer) -> str | None:
        """Return why the part does not stand in the printer, None when it does."""
        x, y, z = self.solid.extents_mm
        width, depth, height = printer.largest_mm
        doubt = " (unverified)" if "build_volume_mm" in printer.unverified else ""
        if z > height:
            return f"too tall: {z:.1f} mm, it prints {height:g} mm{doubt}"
        key = (
            "fits",
            printer.bed_shape,
            printer.bed_min_xy_mm,
            width,
            depth,
            printer.no_go_mm,
            printer.nozzle_reach_mm,
        )
        free = beds_of(printer)
        turns = self._once(
            (*key, height), lambda: (turn for bed in free if (turn := find_turn(self.corners, bed)) is not None)
        )
        return None if turns else f"too large: {x:.1f} × {y:.1f} mm, its bed is {width:g} × {depth:g} mm{doubt}"

    def _check(
        self, check: Callable[[Solid, Printer, Context], Iterable[Finding]], printer: Printer, *rules: Limit
    ) -> list[Finding]:
        """Return what a check finds that asks for nothing but these rules of the printer."""
        return self._once((check, *rules), lambda: check(self.solid, printer, self.context))

    def _once(self, key: Hashable, find: Callable[[], Iterable[Any]]) -> list[Any]:
        if key not in self._known:
            self._known[key] = list(find())
        found: list[Any] = self._known[key]
        return found


def _cannot(printer: Printer, why: str) -> Suitability:
    return Suitability(printer, Verdict.WILL_NOT_PRINT, why)


def _why(verdict: Verdict, findings: list[Finding]) -> str:
    """Return the verdict in words, with the worst finding where there is one."""
    bad = [finding for finding in findings if finding.severity >= Severity.WARN]
    if not bad:
        return verdict.value
    worst = max(bad, key=lambda finding: finding.severity)
    supports = ", with supports" if any(finding.code in SUPPORTED for finding in findings) else ""
    told = f"{worst.message} ({worst.limit_source})"
    return told if worst.severity >= Severity.FAIL else f"{verdict_sentence(verdict, findings)}{supports}: {told}"
