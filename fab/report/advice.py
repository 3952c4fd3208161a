"""What to set in the slicer: which one to open, layers, supports, brim."""

from __future__ import annotations

from collections.abc import Iterable

from fab.findings import SUPPORTED, Finding, Severity
from fab.report.model import Advice
from printers.process import Process
from printers.profile import Printer

SLICERS = {
    ("Bambu Lab", Process.FDM): "Bambu Studio",
    ("Prusa", Process.FDM): "PrusaSlicer",
    ("Prusa", Process.RESIN): "PrusaSlicer",
    ("Creality", Process.FDM): "Creality Print or OrcaSlicer",
    ("Elegoo", Process.FDM): "ElegooSlicer or OrcaSlicer",
    ("Anycubic", Process.FDM): "Anycubic Slicer Next or OrcaSlicer",
    ("Qidi", Process.FDM): "QIDI Studio or OrcaSlicer",
    ("Flashforge", Process.FDM): "Orca-Flashforge or OrcaSlicer",
    ("Snapmaker", Process.FDM): "Snapmaker Orca or OrcaSlicer",
    ("UltiMaker", Process.FDM): "Cura",
    ("Formlabs", Process.RESIN): "PreForm",
    ("Formlabs", Process.SLS): "PreForm",
}
"""The slicer that a maker ships with its machines; the rest open in the ones below."""

ANY_FILAMENT, ANY_RESIN = "OrcaSlicer or PrusaSlicer", "Lychee Slicer or Chitubox"
SERVICE = "the print service's upload page"

_LOOSE = {"small-first-layer": "the first layer is small for this height", "unstable": "it tips over easily"}


def advise(printer: Printer, findings: Iterable[Finding]) -> Advice:
    """Return what to set in the slicer for a part with these findings on this printer."""
    told = {finding.code: finding for finding in findings if finding.severity >= Severity.INFO}
    return Advice(
        slicer=_slicer(printer),
        layer_mm=printer.layer_height_mm.default if printer.layer_height_mm else None,
        supports=_supports(printer, told.keys()),
        brim=_brim(told.keys()) if printer.process is Process.FDM else None,
    )


def _slicer(printer: Printer) -> str:
    rest = {Process.FDM: ANY_FILAMENT, Process.RESIN: ANY_RESIN}
    return SLICERS.get((printer.vendor, printer.process)) or rest.get(printer.process, SERVICE)


def _supports(printer: Printer, codes: Iterable[str]) -> str:
    if printer.rules.supports_are_powder:
        return "none needed: the powder holds the part"
    if not SUPPORTED & set(codes):
        return "off: nothing leans out too far"
    if printer.process is Process.FDM:
        return "on: tree supports leave the fewest marks on a figure"
    return "on: light tips on the figure, on a raft" if printer.process is Process.RESIN else "on"


def _brim(codes: Iterable[str]) -> str:
    reasons = [_LOOSE[code] for code in codes if code in _LOOSE]
    return f"on: {reasons[0]}" if reasons else "none needed"
