"""A printer → a config for PrusaSlicer's command line: `prusa-slicer --load FILE --export-gcode PART`.

Speeds, temperatures and start G-code are no figures of ours and stay at the slicer's defaults.
"""

from __future__ import annotations

from collections.abc import Mapping

from printers.errors import NotPossible
from printers.exporting.outline import bed_outline, free_outline
from printers.profile import PointMm, Printer, Process

COLOURS = ("#F2754E", "#1E9DD8", "#FFCB4A", "#5BB85B", "#9B59B6", "#E8E8E8", "#404040", "#8B5E3C")
"""What tells extruders apart on the screen where a printer has several; the eight repeat."""
WIDTH_KEYS = (
    "extrusion_width",
    "external_perimeter_extrusion_width",
    "perimeter_extrusion_width",
    "infill_extrusion_width",
    "solid_infill_extrusion_width",
    "top_infill_extrusion_width",
)


def to_prusaslicer(printer: Printer) -> str:
    """Return the text of an `.ini`; raises NotPossible for a process that PrusaSlicer does not slice."""
    keys = prusaslicer_keys(printer)
    told = [
        f"figurine: {printer.name} ({printer.id}); {printer.confidence.origin}: {printer.source}",
        *_remarks(printer),
    ]
    return "".join(f"# {line}\n" for line in told) + "".join(f"{key} = {value}\n" for key, value in keys.items())


def prusaslicer_keys(printer: Printer) -> dict[str, str]:
    """Return PrusaSlicer's keys and values for what is known of a printer; raises NotPossible for powder and others."""
    if printer.process is Process.FDM:
        return _present(_machine(printer) | _filament(printer))
    if printer.process is Process.RESIN:
        return _present(_machine(printer) | _resin(printer))
    raise NotPossible(
        f"PrusaSlicer slices fdm and resin, {printer.name} is {printer.process}; it needs no slicer's profile"
    )


def _present(keys: Mapping[str, str | None]) -> dict[str, str]:
    return {key: value for key, value in keys.items() if value is not None}


def _machine(printer: Printer) -> dict[str, str | None]:
    return {
        "printer_technology": "FFF" if printer.process is Process.FDM else "SLA",
        "bed_shape": points(free_outline(printer) or bed_outline(printer)),
        "max_print_height": number(printer.build_volume_mm[2]),
        "elefant_foot_compensation": _optional(printer.elephant_foot_mm),
    }


def _filament(printer: Printer) -> dict[str, str | None]:
    count = max(printer.colours, printer.extruders)
    layers, nozzle, line = printer.layer_height_mm, printer.nozzle_mm, printer.line_mm
    threshold = 90.0 - printer.rules.overhang_from_vertical_deg.most
    return {
        "nozzle_diameter": _each(nozzle, count),
        "min_layer_height": _each(layers.min if layers else None, count),
        "max_layer_height": _each(layers.max if layers else None, count),
        "layer_height": _optional(layers.default if layers else None),
        "first_layer_height": _optional(printer.first_layer_mm or (layers.default if layers else None)),
        **dict.fromkeys(WIDTH_KEYS, _optional(line)),
        "support_material_threshold": str(round(threshold)),
        "single_extruder_multi_material": "1" if count > printer.extruders else "0",
        "filament_colour": ";".join(COLOURS[i % len(COLOURS)] for i in range(count)) if count > 1 else None,
    }


def _resin(printer: Printer) -> dict[str, str | None]:
    layers, pixels, pitch = printer.layer_height_mm, printer.display_px, printer.pixel_um
    screen = [px * um / 1000 for px, um in zip(pixels, pitch, strict=True)] if pixels and pitch else None
    mirror = printer.display_mirror
    layer = layers.default if layers else None
    return {
        "display_width": _optional(screen[0] if screen else None),
        "display_height": _optional(screen[1] if screen else None),
        "display_pixels_x": str(pixels[0]) if pixels and screen else None,
        "display_pixels_y": str(pixels[1]) if pixels and screen else None,
        "display_mirror_x": str(int(mirror[0])) if mirror else None,
        "display_mirror_y": str(int(mirror[1])) if mirror else None,
        "layer_height": _optional(layer),
        "initial_layer_height": _optional(printer.first_layer_mm or layer),
    }


def _remarks(printer: Printer) -> list[str]:
    remarks = ["speeds, temperatures and start G-code are the slicer's defaults, not this machine's"]
    if printer.no_go_mm and free_outline(printer) is None:
        remarks.append("PrusaSlicer has no key for this printer's forbidden areas: keep parts off them yourself")
    elif printer.no_go_mm:
        remarks.append("bed_shape goes round the forbidden areas; PrusaSlicer has no other key for them")
    if printer.process is Process.RESIN and printer.display_px is None:
        remarks.append("the screen's pixels are not known: display_* are the slicer's defaults")
    if printer.unverified:
        remarks.append(f"unverified: {', '.join(printer.unverified)}")
    return remarks


def points(outline: tuple[PointMm, ...]) -> str:
    """Return corners as slicers write them: `0x0,250x0,250x210,0x210`."""
    return ",".join(f"{number(x)}x{number(y)}" for x, y in outline)


def number(value: float) -> str:
    """Return a number with at most four decimals and six digits, which is what PrusaSlicer itself keeps."""
    return f"{round(value, 4) + 0.0:.6g}"


def _optional(value: float | None) -> str | None:
    return None if value is None else number(value)


def _each(value: float | None, count: int) -> str | None:
    return None if value is None else ",".join([number(value)] * count)
