"""A printer → a machine file in the form of OrcaSlicer and Bambu Studio.

No slicer of that family runs in our tests: the form is held to a schema only, and the file says so.
"""

from __future__ import annotations

import json
import re

from printers.errors import NotPossible
from printers.exporting.outline import bed_outline
from printers.exporting.prusaslicer import number
from printers.profile import PointMm, Printer, Process

UNTESTED = "Written by figurine; its form is checked, but no slicer has loaded it in a test."


def to_orca(printer: Printer) -> str:
    """Return the text of a machine's `.json`; raises NotPossible for anything but filament printers."""
    if printer.process is not Process.FDM:
        raise NotPossible(f"OrcaSlicer slices fdm, {printer.name} is {printer.process}; try --to prusaslicer for resin")
    return json.dumps(orca_machine(printer), indent=4, ensure_ascii=False) + "\n"


def orca_machine(printer: Printer) -> dict[str, str | list[str]]:
    """Return a machine's keys; all values are strings or lists of strings, as that family has them.

    Where the slicer's own name of the machine is known the file inherits from it, G-code included.
    """
    count = max(printer.extruders, 1)
    layers = printer.layer_height_mm
    nozzle = number(printer.nozzle_mm) if printer.nozzle_mm else ""
    keys: dict[str, str | list[str]] = {
        "type": "machine",
        "name": f"{printer.name} (figurine)",
        "from": "User",
        "instantiation": "true",
        "inherits": _slicers_name(printer),
        "printer_technology": "FFF",
        "printer_model": printer.name,
        "printer_variant": nozzle,
        "printer_settings_id": f"{printer.name} (figurine)",
        "printer_notes": UNTESTED,
        "printable_area": _points(bed_outline(printer)),
        "printable_height": number(printer.build_volume_mm[2]),
        "bed_exclude_area": [point for area in printer.no_go_mm for point in _points(area)],
        "single_extruder_multi_material": "1" if printer.most_colours > printer.extruders else "0",
    }
    if nozzle:
        keys["nozzle_diameter"] = [nozzle] * count
    if layers:
        keys["min_layer_height"] = [number(layers.min)] * count
        keys["max_layer_height"] = [number(layers.max)] * count
    return keys


def _slicers_name(printer: Printer) -> str:
    """Return the slicer's name of the machine with this nozzle, or nothing where it is not known."""
    name = printer.slicer_machine_name or ""
    return re.sub(r"\d+(\.\d+)? nozzle", f"{number(printer.nozzle_mm)} nozzle", name) if printer.nozzle_mm else name


def _points(outline: tuple[PointMm, ...]) -> list[str]:
    return [f"{number(x)}x{number(y)}" for x, y in outline]
