"""An outside judge: a slicer slices what was made, and what it says goes into the report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from fab.errors import FabError
from fab.export.threemf import write_threemf
from fab.findings import Finding, Severity
from fab.palette.record import Painted
from fab.report.json import write_json
from fab.report.write import write_report_page
from fab.slicer import Sliced, Slicer, slice_file
from figurine.pipeline import Outcome
from figurine.showing import PAGES
from printers.profile import Printer


class OtherFilaments(FabError):  # noqa: N818
    """The G-code does not use the filaments of the palette."""


def slice_outcome(outcome: Outcome, printer: Printer, out: Path, slicer: Slicer) -> Outcome:
    """Return the outcome with the slicer's word in its report, which is written anew; the G-code lies in `out`.

    Raises SliceFailed, NotPossible, and OtherFilaments when a colour of the part has no filament in the G-code, or a
    filament no colour: the report is written all the same.
    """
    colours = outcome.painted.palette.colours if outcome.painted is not None else ()
    sliced = slice_file(
        _model(outcome, printer, out), printer, out, slicer=slicer, colours=tuple(c.hex for c in colours)
    )
    names = tuple(colour.name for colour in colours) or ("part",)
    warnings = tuple(
        Finding(check="slicer", code="warning", severity=Severity.WARN, message=words) for words in sliced.warnings
    )
    findings = (*outcome.report.findings, *warnings)
    report = outcome.report.model_copy(
        update={
            "slice": record_of(sliced, names),
            "findings": findings,
            "files": {**outcome.report.files, "gcode": sliced.file.name},
        }
    )
    write_json(report, out / "report.json")
    if outcome.exhibit is not None:
        write_report_page(report, outcome.exhibit, out / PAGES["report"])
    check_filaments(sliced, outcome.painted)
    return replace(outcome, report=report)


def record_of(sliced: Sliced, names: tuple[str, ...]) -> dict[str, object]:
    """Return what goes into the report: grams by the colours' names, which palettes keep apart by their slot."""
    gcode = sliced.gcode
    grams = [
        {"slot": slot + 1, "colour": names[slot] if slot < len(names) else None, "grams": grams}
        for slot, grams in enumerate(gcode.filament_g)
    ]
    return {
        "slicer": sliced.slicer.version(),
        "time_s": gcode.time_s,
        "layers": gcode.layers,
        "tool_changes": gcode.tool_changes,
        "filament_g": round(sum(gcode.filament_g), 2),
        "filaments": grams,
        "support_share": round(gcode.support_share, 4),
        "warnings": list(sliced.warnings),
    }


def check_filaments(sliced: Sliced, painted: Painted | None) -> None:
    """Raise OtherFilaments unless the G-code prints with the very slots that the part's faces are painted in."""
    meant = tuple(np.unique(painted.slots).tolist()) if painted is not None else (0,)
    if sliced.gcode.tools == meant:
        return
    said = [", ".join(str(slot + 1) for slot in slots) or "none" for slots in (sliced.gcode.tools, meant)]
    raise OtherFilaments(
        f"{sliced.file.name} prints with filament {said[0]}, the part is painted with {said[1]}; "
        "see that the slicer reads the 3MF's painting and has a nozzle for each colour"
    )


def _model(outcome: Outcome, printer: Printer, out: Path) -> Path:
    """Return the 3MF to slice: the one that was written, or one of the same part where none was wished for."""
    written = outcome.files.get("3mf")
    if written is not None:
        return written
    path = out / f"{outcome.solid.name}.3mf"
    bed_mm = (printer.build_volume_mm[0], printer.build_volume_mm[1])
    write_threemf(outcome.painted or outcome.solid, path, bed_mm=bed_mm, colouring="none")
    return path
