"""The Bambu family's JSON → figures: Bambu Studio, OrcaSlicer, Creality Print, QIDI Studio, ElegooSlicer.

A saved machine holds only what differs from its parent. Parents are looked for beside the file; the first that is not
there is left to our presets, by the name that slicers give the machine. A project 3MF holds everything, resolved.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from printers.errors import UnreadableProfile
from printers.importing.jsons import DEEPEST, Record, find_sibling, is_plain_name, read_record
from printers.importing.machine import say_bed, say_layers, say_nozzles, say_threshold
from printers.importing.polygons import bed_of, split_areas
from printers.importing.profile import Figures, Profile
from printers.importing.settings import Settings, Value

MACHINE_KEYS = {"printable_area", "printable_height", "nozzle_diameter", "printer_model", "printer_settings_id"}


def is_of_bambu_family(record: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a machine, process, filament or project of this family."""
    kind = record.get("type")
    of_kind = isinstance(kind, str) and kind in {"machine", "machine_model", "process", "filament"}
    return of_kind or bool(MACHINE_KEYS & record.keys()) or ("inherits" in record and "from" in record)


def read_machine(path: Path, record: Record) -> Profile:
    """Return what a machine file says, over the parents and the process file that lie beside it.

    Raises UnreadableProfile for a file that is no machine, and for a circle of parents.
    """
    kind = _kind(record)
    if kind != "machine":
        raise UnreadableProfile(
            f"{path.name}: is a {kind} profile without a machine's figures; import the machine's file, or a project 3MF"
        )
    merged, parent = _with_parents(path.parent, record, path.name, "machine")
    merged = _with_process(path.parent, merged, path.name)
    return read_settings(merged, path.name, parent)


def _kind(record: Record) -> str:
    """Return machine, process, filament or machine_model: what a user saves has no `type`, but ids of one kind."""
    if isinstance(record.get("type"), str):
        return str(record["type"])
    if MACHINE_KEYS & record.keys():
        return "machine"
    ids = {"print_settings_id": "process", "filament_settings_id": "filament"}
    return next((kind for key, kind in ids.items() if key in record), "machine")


def read_settings(record: Mapping[str, Any], file: str, parent: str | None = None) -> Profile:
    """Return what resolved keys say: a project's settings, a G-code's block, or a machine over its parents."""
    settings = Settings(_values(record, file), file)
    figures = Figures()
    figures.say("process", "fdm", "format of the Bambu family")
    _say_identity(settings, figures)
    say_bed(settings, figures, "printable_area", settings.size("printable_height"), "printable_height")
    if "bed_exclude_area" in record:  # an empty list says that there is none, whatever the parent has
        figures.values["no_go_mm"] = split_areas(settings.points("bed_exclude_area"))
        figures.keys["no_go_mm"] = "bed_exclude_area"
    nozzle = say_nozzles(settings, figures)
    layer = settings.size("layer_height")
    say_layers(settings, figures, nozzle, layer)
    figures.say(
        "first_layer_mm", settings.share("initial_layer_print_height", layer or 0.2), "initial_layer_print_height"
    )
    _say_line(settings, figures, nozzle)
    say_threshold(settings, figures, "support_threshold_angle")
    figures.say("elephant_foot_mm", settings.number("elefant_foot_compensation"), "elefant_foot_compensation")
    _say_colours(settings, figures)
    _say_reach(settings, figures)
    name = settings.text("name") or settings.text("printer_settings_id") or settings.text("printer_model")
    return Profile(name, file, figures.values, figures.keys, parent, tuple(figures.notes))


def _with_parents(folder: Path, record: Record, file: str, kind: str) -> tuple[Record, str | None]:
    """Return the record over its parents in the folder, and the first parent that is not there."""
    chain, seen = [record], {_name(record)}
    parent = _parent(record, file)
    while parent is not None:
        if parent in seen or len(chain) > DEEPEST:
            raise UnreadableProfile(f"{file}: {kind} {parent!r} inherits from itself, through {len(chain)} parents")
        seen.add(parent)
        path = find_sibling(folder, parent)
        if path is None:
            break
        chain.append(read_record(path))
        parent = _parent(chain[-1], path.name)
    merged: Record = {}
    for step in reversed(chain):
        merged |= step
    return merged, parent


def _name(record: Record) -> str:
    return " ".join(str(record.get("name", "")).split())


def _parent(record: Record, file: str) -> str | None:
    inherits = record.get("inherits", "")
    if inherits in ("", None, []):
        return None
    if not is_plain_name(inherits):
        raise UnreadableProfile(f"{file}: inherits = {str(inherits)[:60]!r} is no profile's name; export it again")
    return " ".join(str(inherits).split())


def _with_process(folder: Path, record: Record, file: str) -> Record:
    """Return the machine over the process that it names, where that lies in the folder `process` next to its own."""
    wanted = record.get("default_print_profile", "")
    processes = folder.parent / "process"
    if not is_plain_name(wanted) or not processes.is_dir():
        return record
    path = find_sibling(processes, " ".join(str(wanted).split()))
    if path is None:
        return record
    process, _ = _with_parents(processes, read_record(path), file, "process")
    return process | record


def _values(record: Mapping[str, Any], file: str) -> dict[str, Value]:
    """Return the values as strings and lists of strings; what is neither says nothing about a machine."""
    values: dict[str, Value] = {}
    for key, value in record.items():
        if isinstance(value, str):
            values[key] = value
        elif isinstance(value, bool | int | float):
            values[key] = str(value)
        elif isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
            values[key] = [str(item) for item in value]
        elif key in MACHINE_KEYS:
            raise UnreadableProfile(f"{file}: {key} is a {type(value).__name__}, text is due; export it again")
    return values


def _say_identity(settings: Settings, figures: Figures) -> None:
    figures.say("model", settings.text("printer_model"), "printer_model")
    named = settings.text("name") if settings.text("name") != "project_settings" else ""
    machine = named or settings.text("printer_settings_id")
    figures.say("slicer_machine_name", machine, "name" if named else "printer_settings_id")


def _say_line(settings: Settings, figures: Figures, nozzle: float | None) -> None:
    for key in ("outer_wall_line_width", "line_width"):
        width = settings.share(key, nozzle or 0.4)
        if width is not None:
            figures.say("line_width_mm", width, key)
            return


def _say_colours(settings: Settings, figures: Figures) -> None:
    """Keep how many filaments a project loads; a machine's own file has none and says nothing."""
    filaments = len(settings.texts("filament_colour"))
    if filaments > figures.values.get("colours", 1):
        figures.say("colours", filaments, "filament_colour")


def _say_reach(settings: Settings, figures: Figures) -> None:
    """Keep the box of each nozzle: `extruder_printable_area` has one comma string of points an extruder."""
    areas = settings.values.get("extruder_printable_area", ())
    heights = settings.numbers("extruder_printable_height")
    if isinstance(areas, str) or len(areas) < 2 or not heights:
        return
    reach = []
    for place, area in enumerate(areas):
        one = Settings({"extruder_printable_area": area}, settings.file)
        bed = bed_of(one.points("extruder_printable_area"))
        if bed is None:
            return
        high = bed.min_xy_mm[0] + bed.size_mm[0], bed.min_xy_mm[1] + bed.size_mm[1]
        height = heights[min(place, len(heights) - 1)]
        reach.append({"min_xy_mm": bed.min_xy_mm, "max_xy_mm": high, "height_mm": height})
    figures.say("nozzle_reach_mm", tuple(reach), "extruder_printable_area, extruder_printable_height")
