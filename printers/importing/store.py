"""A profile → the table of a user's own printer: what the file says, over a preset or a generic printer.

Each figure keeps where it comes from: the file and its key, the preset that the profile builds on, or the default of
the process, which is also listed as unverified.
"""

from __future__ import annotations

from typing import Any

from printers.errors import BadPreset, UnreadableProfile
from printers.importing.parents import find_parent, nozzle_in
from printers.importing.profile import Profile
from printers.library import preset_files, stated
from printers.own import own_id
from printers.preset import inherit, printer_from
from printers.profile import LINE_PER_NOZZLE, Confidence

BASE_OF = {"fdm": "fdm-0.4", "resin": "resin-50um"}
"""Generic printers whose figures stand in for what neither the file nor a preset says."""
PARTS = ("bed_xy_mm", "height_mm", "layer_min_mm", "layer_default_mm", "layer_max_mm")
"""What files say in parts and printers have whole."""
FOLLOW_NOZZLE = ("line_width_mm", "first_layer_mm")
DECISIVE = ("build_volume_mm", "layer_height_mm", "line_width_mm", "nozzle_mm", "pixel_um", "first_layer_mm")
"""Figures that are named as unverified where they are the process's."""

Table = dict[str, Any]


def own_table(profile: Profile, name: str | None = None) -> tuple[str, Table]:
    """Return the id and the table of the printer that a profile describes, saved under `name` or the file's own name.

    Raises UnreadableProfile when nothing says how large the machine is, or its figures contradict each other, and
    BadPreset for a name that cannot be one.
    """
    parent = find_parent(profile)
    base = _with_full_sources(stated(parent or BASE_OF[str(profile.figures["process"])]))
    told, keys = _whole(profile, base, has_parent=parent is not None)
    called = name or profile.name or profile.file.partition(".")[0]
    child: Table = {
        "vendor": profile.figures.get("vendor") or (base["vendor"] if parent else "Own"),
        **told,
        "source": profile.file if parent is None else f"{profile.file}, over {parent}",
        "confidence": Confidence.YOUR_PROFILE.value,
    }
    child["model"] = called.removeprefix(f"{child['vendor']} ")
    table = inherit(child, base)
    table["sources"] = {**table["sources"], **{field: _source(profile, key) for field, key in keys.items()}}
    table["unverified"] = [*table["unverified"], *_defaults(base, told, has_parent=parent is not None)]
    table["note"] = "; ".join(profile.notes) or None
    _drop_outdated(table, told, base)
    printer_id = own_id(called)
    if printer_id in preset_files():
        raise BadPreset(f"{printer_id} is a preset; take another name for your own: --name NAME")
    return _checked(profile, printer_id, {key: value for key, value in table.items() if value is not None})


def _with_full_sources(base: Table) -> Table:
    """Return a preset's table with the confidence beside each source: over it the file's own confidence will stand."""
    confidence = base.get("confidence", Confidence.DEFAULT.value)
    sources = base.get("sources", {}).items()
    full = {
        field: {"source": where, "confidence": confidence} if isinstance(where, str) else where
        for field, where in sources
    }
    return {**base, "sources": full}


def _source(profile: Profile, key: str) -> Table:
    if key.startswith("default:"):
        return {"source": key.removeprefix("default: "), "confidence": Confidence.DEFAULT.value}
    return {"source": f"{profile.file}: {key}", "confidence": Confidence.YOUR_PROFILE.value}


def _whole(profile: Profile, base: Table, *, has_parent: bool) -> tuple[Table, dict[str, str]]:
    """Return the figures as a printer has them, put together from the file and, for their missing parts, the base."""
    said = dict(profile.figures)
    keys = {field: key for field, key in profile.keys.items() if field not in PARTS}
    if "build_volume_mm" not in said:
        said["build_volume_mm"] = _volume(profile, base, has_parent=has_parent)
        keys["build_volume_mm"] = ", ".join(profile.keys[part] for part in PARTS[:2] if part in said) or ""
    if "nozzle_mm" not in said and profile.parent and nozzle_in(profile.parent):
        said["nozzle_mm"], keys["nozzle_mm"] = nozzle_in(profile.parent), "inherits"
    _follow_nozzle(said, keys, base, has_parent=has_parent)
    layers = _layers(said, base)
    if layers is not None:
        said["layer_height_mm"] = layers
        parts = ", ".join(profile.keys[part] for part in PARTS[2:] if part in said)
        keys["layer_height_mm"] = parts or f"default: scaled from a {base['nozzle_mm']:g} mm nozzle"
    if has_parent and base.get("slicer_machine_name"):
        said.pop("slicer_machine_name", None)  # the slicer's own name of the machine, not the user's of the profile
    told = {field: value for field, value in said.items() if field not in PARTS and keys.get(field)}
    return told, {field: keys[field] for field in told if field not in ("process", "vendor", "model")}


def _volume(profile: Profile, base: Table, *, has_parent: bool) -> tuple[float, ...]:
    bed, height = profile.figures.get("bed_xy_mm"), profile.figures.get("height_mm")
    if has_parent:
        width, depth, tall = base["build_volume_mm"]
        return (*(bed or (width, depth)), height or tall)
    what = "how tall the machine is" if bed else "how large the bed is"
    why = f", and builds on {profile.parent!r}, which is no preset of ours" if profile.parent else ""
    raise UnreadableProfile(
        f"{profile.file}: does not say {what}{why}; import a project 3MF or a G-code of that machine"
    )


def _follow_nozzle(said: Table, keys: dict[str, str], base: Table, *, has_parent: bool) -> None:
    """Scale what goes with a nozzle to the one that is told, where the base has another and the file says nothing."""
    nozzle, usual = said.get("nozzle_mm"), base.get("nozzle_mm")
    if nozzle is None or usual is None:
        return
    fitting = {nozzle, *said.get("nozzles_mm", ()), *(base["nozzles_mm"] if has_parent else ())}
    said["nozzles_mm"] = tuple(sorted(fitting))
    if has_parent and fitting == set(base["nozzles_mm"]):
        del said["nozzles_mm"]
    elif "nozzles_mm" not in keys:
        keys["nozzles_mm"] = keys["nozzle_mm"]
    if nozzle == usual:
        return
    note = f"default: scaled from a {usual:g} mm nozzle"
    for field in FOLLOW_NOZZLE:
        figure = base.get(field) or (LINE_PER_NOZZLE * usual if field == "line_width_mm" else None)
        if field not in said and figure:
            said[field], keys[field] = round(figure * nozzle / usual, 3), note


def _layers(said: Table, base: Table) -> Table | None:
    """Return layer heights of the file, the missing ones the base's, scaled to the nozzle and made to hold the rest."""
    usual = base.get("layer_height_mm")
    low, middle, high = (said.get(part) for part in PARTS[2:])
    nozzle, other = said.get("nozzle_mm"), base.get("nozzle_mm")
    ratio = nozzle / other if nozzle and other else 1.0
    if (low, middle, high) == (None, None, None) and (ratio == 1.0 or usual is None):
        return None
    usual = usual or {"min": 0.08, "default": 0.2, "max": 0.28}
    scaled = {key: round(value * ratio, 3) for key, value in usual.items()}
    middle = middle or min(max(scaled["default"], low or 0.0), high or scaled["default"])
    low = low or min(scaled["min"], middle)
    return {"min": min(low, middle), "default": middle, "max": max(high or scaled["max"], middle)}


def _defaults(base: Table, told: Table, *, has_parent: bool) -> list[str]:
    """Return the decisive figures that are only the process's."""
    return [] if has_parent else [field for field in DECISIVE if field in base and field not in told]


def _drop_outdated(table: Table, told: Table, base: Table) -> None:
    """Take off what the preset says of its own bed where the file tells another one."""
    if tuple(table["build_volume_mm"]) == tuple(base["build_volume_mm"]) and "bed_min_xy_mm" not in told:
        return
    same_place = tuple(table.get("bed_min_xy_mm", (0.0, 0.0))) == tuple(base.get("bed_min_xy_mm", (0.0, 0.0)))
    if tuple(table["build_volume_mm"]) == tuple(base["build_volume_mm"]) and same_place:
        return
    for field in ("largest_part_mm", "nozzle_reach_mm", "no_go_mm"):
        if field not in told:
            table.pop(field, None)


def _checked(profile: Profile, printer_id: str, table: Table) -> tuple[str, Table]:
    try:
        printer_from(printer_id, table)
    except BadPreset as error:
        raise UnreadableProfile(f"{profile.file}: its figures make no printer: {error}") from error
    return printer_id, table
