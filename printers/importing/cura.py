"""Cura's machine definitions → figures: `.def.json`, with the parents and the extruder that lie beside it.

Cura counts overhangs from the vertical already, and forbidden areas from the middle of the bed with y towards the
front (CuraEngine, BuildPlate and `machine_disallowed_areas`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from printers.errors import UnreadableProfile
from printers.importing.jsons import DEEPEST, Record, is_plain_name, read_record
from printers.importing.polygons import area_mm2
from printers.importing.profile import Figures, Profile
from printers.importing.settings import LARGEST

ROOTS = {"fdmprinter", "fdmextruder"}
"""Cura's own lists of every setting: what a machine does not override there is Cura's default, not the machine's."""

Overrides = dict[str, Any]


def is_cura(record: Record) -> bool:
    """Whether a JSON object is a Cura definition."""
    return isinstance(record.get("overrides"), dict) or isinstance(record.get("settings"), dict)


def read_definition(path: Path, record: Record) -> Profile:
    """Return what a definition and its parents say; raise UnreadableProfile for a circle of parents."""
    overrides, metadata, parent = _with_parents(path, record)
    overrides = _extruder_overrides(path, metadata) | overrides
    settings = _Cura(overrides, path.name)
    figures = Figures()
    figures.say("process", "fdm", "format of Cura")
    figures.say("vendor", str(metadata.get("manufacturer", "")), "manufacturer")
    figures.say("model", str(record.get("name", "")), "name")
    _say_bed(settings, figures)
    nozzle = settings.size("machine_nozzle_size")
    figures.say("nozzle_mm", nozzle, "machine_nozzle_size")
    figures.say("nozzles_mm", (nozzle,) if nozzle else None, "machine_nozzle_size")
    extruders = settings.number("machine_extruder_count")
    if extruders is not None and 1 < extruders <= 64:
        figures.say("extruders", int(extruders), "machine_extruder_count")
        figures.say("colours", int(extruders), "machine_extruder_count")
    figures.say("layer_default_mm", settings.size("layer_height"), "layer_height")
    figures.say("first_layer_mm", settings.size("layer_height_0"), "layer_height_0")
    width = settings.size("wall_line_width") or settings.size("line_width")
    figures.say("line_width_mm", width, "wall_line_width")
    _say_overhang(settings, figures)
    foot = settings.number("xy_offset_layer_0")
    figures.say("elephant_foot_mm", max(-foot, 0.0) if foot is not None else None, "-xy_offset_layer_0")
    return Profile(str(record.get("name", "")), path.name, figures.values, figures.keys, parent, tuple(figures.notes))


def _with_parents(path: Path, record: Record) -> tuple[Overrides, Overrides, str | None]:
    """Return overrides and metadata over those of the parents, and the first parent that is not beside the file."""
    chain, seen, current = [record], {path.name.removesuffix(".def.json")}, record
    missing = None
    while (parent := current.get("inherits")) and parent not in ROOTS:
        if not is_plain_name(parent):
            raise UnreadableProfile(f"{path.name}: inherits = {str(parent)[:60]!r} is no definition's name")
        if parent in seen or len(chain) > DEEPEST:
            raise UnreadableProfile(f"{path.name}: {parent!r} inherits from itself, through {len(chain)} parents")
        seen.add(parent)
        file = path.parent / f"{parent}.def.json"
        if not file.is_file():
            missing = str(parent)
            break
        current = read_record(file)
        chain.append(current)
    overrides: Overrides = {}
    metadata: Overrides = {}
    for step in reversed(chain):
        overrides |= _settings(step)
        metadata |= step["metadata"] if isinstance(step.get("metadata"), dict) else {}
    return overrides, metadata, missing


def _settings(record: Record) -> Overrides:
    """Return the settings of a definition: its own ones (in categories, with children) under its overrides."""
    own = dict(_flatten(record.get("settings"), 0))
    overrides = record.get("overrides")
    return own | (overrides if isinstance(overrides, dict) else {})


def _flatten(settings: Any, depth: int) -> Iterator[tuple[str, Any]]:
    if not isinstance(settings, dict) or depth > DEEPEST:
        return
    for key, setting in settings.items():
        if isinstance(setting, dict):
            yield key, setting
            yield from _flatten(setting.get("children"), depth + 1)


def _extruder_overrides(path: Path, metadata: Overrides) -> Overrides:
    """Return what the first extruder's definition says; it lies beside the machine or in `../extruders`."""
    trains = metadata.get("machine_extruder_trains")
    name = trains.get("0") if isinstance(trains, dict) else None
    if not is_plain_name(name):
        return {}
    for folder in (path.parent, path.parent.parent / "extruders"):
        file = folder / f"{name}.def.json"
        if file.is_file():
            return _settings(read_record(file))
    return {}


class _Cura:
    """Overrides with a value that is a number; formulas need Cura and say nothing here."""

    def __init__(self, overrides: Overrides, file: str) -> None:
        self.overrides = overrides
        self.file = file

    def value(self, key: str) -> Any:
        """Return a setting's `value`, else its `default_value`, else None. `value` wins in Cura too."""
        entry = self.overrides.get(key)
        if not isinstance(entry, dict):
            return None
        found = entry.get("value", entry.get("default_value"))
        if isinstance(found, str) and not _is_number(found):
            found = entry.get("default_value")
        return found

    def number(self, key: str) -> float | None:
        """Return a number, or None where nothing or only a formula is given."""
        found = self.value(key)
        if isinstance(found, bool) or not isinstance(found, int | float | str) or not _is_number(found):
            return None
        number = float(found)
        if not math.isfinite(number) or abs(number) > LARGEST * 10:
            raise UnreadableProfile(f"{self.file}: {key} = {found} is beyond any machine; export the profile again")
        return number

    def size(self, key: str) -> float | None:
        """Return a number that must be above zero."""
        number = self.number(key)
        if number is not None and number <= 0:
            raise UnreadableProfile(f"{self.file}: {key} = {number:g} must be above 0; export the profile again")
        return number


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (ValueError, OverflowError):
        return False
    return True


def _say_bed(settings: _Cura, figures: Figures) -> None:
    width, depth, height = (settings.size(f"machine_{side}") for side in ("width", "depth", "height"))
    if width is None or depth is None:
        figures.say("height_mm", height, "machine_height")
        return
    keys = "machine_width, machine_depth, machine_height"
    figures.say("bed_xy_mm", (width, depth), keys)
    figures.say("build_volume_mm", (width, depth, height) if height else None, keys)
    centred = settings.value("machine_center_is_zero")
    if centred is not None:
        is_centred = str(centred).lower() == "true"
        figures.say("bed_min_xy_mm", (-width / 2, -depth / 2) if is_centred else (0.0, 0.0), "machine_center_is_zero")
    if settings.value("machine_shape") in ("elliptic", "rectangular"):
        figures.say("bed_shape", settings.value("machine_shape"), "machine_shape")
    low = figures.values.get("bed_min_xy_mm", (0.0, 0.0))
    areas = settings.value("machine_disallowed_areas")
    figures.say("no_go_mm", tuple(_areas(areas, low, (width, depth), settings.file)), "machine_disallowed_areas")


def _areas(
    areas: Any, low: tuple[float, float], size: tuple[float, float], file: str
) -> Iterator[tuple[tuple[float, float], ...]]:
    if not isinstance(areas, list):
        return
    for area in areas[:100]:
        try:
            corners = [(float(x), float(y)) for x, y in area]
        except (TypeError, ValueError) as error:
            raise UnreadableProfile(f"{file}: machine_disallowed_areas holds no polygon: {error}") from error
        if not all(math.isfinite(value) for corner in corners for value in corner):
            raise UnreadableProfile(f"{file}: machine_disallowed_areas holds a number that is not finite")
        placed = tuple((low[0] + size[0] / 2 + x, low[1] + size[1] / 2 - y) for x, y in corners)
        if area_mm2(placed) > 0:
            yield placed


def _say_overhang(settings: _Cura, figures: Figures) -> None:
    """Keep the overhang angle, which Cura counts from the vertical; 0 (support everything) is no angle."""
    angle = settings.number("support_angle")
    if angle is not None and angle != 0:
        if not 0 < angle <= 90:
            raise UnreadableProfile(f"{settings.file}: support_angle = {angle:g} is no angle from 0 to 90°")
        figures.say("overhang_from_vertical_deg", angle, "support_angle")
