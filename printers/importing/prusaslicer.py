"""PrusaSlicer's keys → figures: FFF and SLA."""

from __future__ import annotations

import re

from printers.errors import UnreadableProfile
from printers.importing.ini import Ini, Keys, parents_of, resolve
from printers.importing.machine import say_bed, say_layers, say_nozzles, say_threshold
from printers.importing.profile import Figures, Profile
from printers.importing.settings import Settings

LINE_PER_NOZZLE = 1.125
"""What PrusaSlicer draws where no width is set (PrusaSlicer 2.5, help of external-perimeter-extrusion-width)."""
_NOTE = re.compile(r"PRINTER_(VENDOR|MODEL)_([^\s\\]+)")


def read_flat(keys: Keys, file: str) -> Profile:
    """Return what an exported config, a user preset or a config block says; raise UnreadableProfile if no machine."""
    settings = Settings(keys, file)
    figures = Figures()
    _say_identity(settings, figures)
    is_resin = settings.text("printer_technology").upper() == "SLA" or "display_pixels_x" in settings
    bed_height = settings.size("max_print_height")
    say_bed(settings, figures, "bed_shape", bed_height, "max_print_height")
    (_say_resin if is_resin else _say_filament)(settings, figures)
    name = settings.text("printer_settings_id") or settings.text("printer_model")
    parent = next(iter(parents_of(settings.text("inherits"))), None)
    return Profile(name, file, figures.values, figures.keys, parent, tuple(figures.notes))


def read_bundle(ini: Ini, pick: str | None) -> Profile:
    """Return what a bundle says of one printer and the print and filament settings that go with it.

    `pick` names the printer; without it the one that `[presets]` names, or the only one there is.
    Raises UnreadableProfile when that leaves none or several.
    """
    presets = ini.sections.get(("presets", ""), {})
    printer = _choose(ini, "printer", pick, presets.get("printer"))
    keys, missing = resolve(ini, "printer", printer)
    is_resin = keys.get("printer_technology", "").upper() == "SLA"
    groups = ("sla_print", "sla_material") if is_resin else ("print", "filament")
    defaults = keys.get(f"default_{'sla_' if is_resin else ''}print_profile"), None
    below: Keys = {}
    for group, default in zip(groups, defaults, strict=True):
        name = _find(ini, group, presets.get(group) or default)
        below |= resolve(ini, group, name)[0] if name else {}
    flat = {**below, **keys, "printer_settings_id": printer, "inherits": ";".join(missing)}
    return read_flat(flat, ini.file)


def _choose(ini: Ini, group: str, pick: str | None, preset: str | None) -> str:
    names = ini.named(group)
    if not names:
        raise UnreadableProfile(f"{ini.file}: no [{group}:…] section; export a bundle that holds a printer")
    if pick is not None and _find(ini, group, pick) is None:
        raise UnreadableProfile(f"{ini.file}: no printer {pick!r}; it holds {_listed(names)}")
    found = _find(ini, group, pick) or _find(ini, group, preset) or (names[0] if len(names) == 1 else None)
    if found is None:
        raise UnreadableProfile(
            f"{ini.file}: holds {len(names)} printers: {_listed(names)}; choose one with --pick NAME"
        )
    return found


def _find(ini: Ini, group: str, wanted: str | None) -> str | None:
    """Return the section of that name, spaces and case aside, or the only one of its group."""
    names = ini.named(group)
    same = [name for name in names if wanted and normal(name) == normal(wanted)]
    if same:
        return same[0]
    return names[0] if len(names) == 1 and wanted is None else None


def normal(name: str) -> str:
    """Return a name as it is compared: makers write one space where their other file has two."""
    return " ".join(name.casefold().split())


def _listed(names: tuple[str, ...], most: int = 6) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _say_identity(settings: Settings, figures: Figures) -> None:
    tags = dict(_NOTE.findall(settings.text("printer_notes")))
    model = settings.text("printer_model")
    figures.say("vendor", tags.get("VENDOR", "").replace("_", " "), "printer_notes")
    tagged = tags.get("MODEL", "").replace("_", " ")
    figures.say("model", tagged or model, "printer_notes" if tagged else "printer_model")
    figures.say("slicer_machine_name", settings.text("printer_settings_id"), "printer_settings_id")


def _say_filament(settings: Settings, figures: Figures) -> None:
    figures.say("process", "fdm", "printer_technology")
    nozzle = say_nozzles(settings, figures)
    layer = settings.size("layer_height")
    say_layers(settings, figures, nozzle, layer)
    figures.say("first_layer_mm", settings.share("first_layer_height", layer or 0.2), "first_layer_height")
    _say_line(settings, figures, nozzle, layer)
    say_threshold(settings, figures, "support_material_threshold")
    _say_elephant_foot(settings, figures)


def _say_line(settings: Settings, figures: Figures, nozzle: float | None, layer: float | None) -> None:
    """Keep the width of an outer line: mm, or a percentage of the layer; 0 is 1.125 nozzles."""
    widths = ("external_perimeter_extrusion_width", "extrusion_width")
    for key in widths:
        width = settings.share(key, layer or 0.2)
        if width is not None:
            figures.say("line_width_mm", width, key)
            return
    if nozzle is not None and any(settings.text(key) for key in widths):
        figures.say("line_width_mm", round(LINE_PER_NOZZLE * nozzle, 4), "extrusion_width = 0: 1.125 nozzles")


def _say_elephant_foot(settings: Settings, figures: Figures) -> None:
    foot = settings.number("elefant_foot_compensation")
    figures.say("elephant_foot_mm", max(foot, 0.0) if foot is not None else None, "elefant_foot_compensation")


def _say_resin(settings: Settings, figures: Figures) -> None:
    figures.say("process", "resin", "printer_technology")
    size = settings.size("display_width"), settings.size("display_height")
    pixels = settings.size("display_pixels_x"), settings.size("display_pixels_y")
    if None not in (*size, *pixels):
        across = [1000 * mm / px for mm, px in zip(_sorted(size), _sorted(pixels), strict=True)]
        figures.say("pixel_um", (round(across[0], 3), round(across[1], 3)), "display_width, display_pixels_x")
        figures.say("display_px", (int(pixels[0] or 0), int(pixels[1] or 0)), "display_pixels_x, display_pixels_y")
    if "display_mirror_x" in settings or "display_mirror_y" in settings:
        mirror = settings.flag("display_mirror_x"), settings.flag("display_mirror_y")
        figures.say("display_mirror", mirror, "display_mirror_x, display_mirror_y")
    layer = settings.size("layer_height")
    say_layers(settings, figures, None, layer)
    figures.say("first_layer_mm", settings.size("initial_layer_height"), "initial_layer_height")
    _say_elephant_foot(settings, figures)


def _sorted(pair: tuple[float | None, float | None]) -> list[float]:
    return sorted((value or 0.0 for value in pair), reverse=True)
