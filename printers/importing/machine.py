"""Figures that PrusaSlicer and the Bambu family say alike: bed, height, nozzles, layers, overhang."""

from __future__ import annotations

from printers.errors import UnreadableProfile
from printers.importing.polygons import bed_of
from printers.importing.profile import Figures
from printers.importing.settings import Settings

MAX_LAYER_PER_NOZZLE = 0.75
"""What a `max_layer_height` of 0 stands for (PrusaSlicer 2.5, its help)."""


def say_bed(settings: Settings, figures: Figures, area_key: str, height: float | None, height_key: str) -> None:
    """Keep volume, shape and origin of the bed, or the height alone where the file has no outline.

    Raises UnreadableProfile for an outline that encloses nothing.
    """
    if area_key not in settings:
        figures.say("height_mm", height, height_key)
        return
    bed = bed_of(settings.points(area_key))
    if bed is None:
        shown = settings.text(area_key)[:60]
        raise UnreadableProfile(f"{settings.file}: {area_key} = {shown!r} encloses no bed; export the profile again")
    figures.say("bed_xy_mm", bed.size_mm, area_key)
    figures.say("bed_min_xy_mm", bed.min_xy_mm, area_key)
    figures.say("bed_shape", bed.shape, area_key)
    if height is not None:
        figures.say("build_volume_mm", (*bed.size_mm, height), f"{area_key}, {height_key}")
    if bed.is_bounding_box:
        figures.notes.append(f"{area_key} is no rectangle and no ellipse: its bounding box is the bed")


def say_nozzles(settings: Settings, figures: Figures) -> float | None:
    """Return the first nozzle's diameter in mm; keep it, and how many extruders there are."""
    nozzles = settings.numbers("nozzle_diameter")
    if any(nozzle <= 0 for nozzle in nozzles):
        shown = settings.text("nozzle_diameter")
        raise UnreadableProfile(
            f"{settings.file}: nozzle_diameter = {shown!r} must be above 0; export the profile again"
        )
    if not nozzles:
        return None
    figures.say("nozzle_mm", nozzles[0], "nozzle_diameter")
    figures.say("nozzles_mm", tuple(sorted(set(nozzles))), "nozzle_diameter")
    if len(nozzles) > 1:
        shared = settings.flag("single_extruder_multi_material")
        figures.say("extruders", 1 if shared else len(nozzles), "nozzle_diameter")
        figures.say("colours", len(nozzles), "nozzle_diameter")
    return nozzles[0]


def say_layers(settings: Settings, figures: Figures, nozzle: float | None, layer: float | None) -> None:
    """Keep the layer heights that the file names; a height in use widens limits that exclude it."""
    low, high = settings.number("min_layer_height"), settings.number("max_layer_height")
    if low and high and low > high:
        raise UnreadableProfile(f"{settings.file}: min_layer_height {low:g} is above max_layer_height {high:g}")
    if high == 0 and nozzle is not None:
        high = MAX_LAYER_PER_NOZZLE * nozzle
    if layer is not None:
        figures.say("layer_default_mm", layer, "layer_height")
        low = min(low, layer) if low else None
        high = max(high, layer) if high else None
    figures.say("layer_min_mm", low or None, "min_layer_height")
    figures.say("layer_max_mm", round(high, 4) if high else None, "max_layer_height")


def say_threshold(settings: Settings, figures: Figures, key: str) -> None:
    """Keep the overhang angle from the vertical; slicers of this family count from the horizontal, 0 is automatic."""
    threshold = settings.number(key)
    if threshold is None or threshold == 0:
        return
    if not 0 < threshold <= 90:
        raise UnreadableProfile(f"{settings.file}: {key} = {threshold:g} is no angle from 0 to 90°; export it again")
    figures.say("overhang_from_vertical_deg", max(90.0 - threshold, 1.0), f"90° - {key}")
