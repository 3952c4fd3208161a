"""Which of our presets a slicer means: by the name that slicers give a machine, its nozzle set aside."""

from __future__ import annotations

import re

from printers.importing.profile import Profile
from printers.library import preset_files, stated

_NOZZLE = re.compile(r"\(?\b(?:HF)?(\d+(?:\.\d+)?)\s*(?:mm\s*)?nozzle\b\)?", re.IGNORECASE)
_ASIDE = re.compile(r"\binput shaper\b", re.IGNORECASE)


def find_parent(profile: Profile) -> str | None:
    """Return the id of the preset that a profile builds on, or None when it is none of ours.

    Looked for are its parent, its own machine name and its model, in this order; presets hold all nozzles of a
    machine, so that `Bambu Lab A1 mini 0.2 nozzle` is the A1 mini.
    """
    known = machines()
    wanted = (profile.parent, profile.figures.get("slicer_machine_name"), profile.figures.get("model"))
    found = (known.get(plain_machine(str(name))) for name in wanted if name)
    parent = next((printer_id for printer_id in found if printer_id), None)
    return parent if parent and stated(parent)["process"] == profile.figures["process"] else None


def machines() -> dict[str, str]:
    """Return plain machine name -> id of the preset, by the slicers' name of it and by vendor and model."""
    known: dict[str, str] = {}
    for printer_id in sorted(preset_files()):
        table = stated(printer_id)
        for name in (table.get("slicer_machine_name"), f"{table['vendor']} {table['model']}"):
            if name:
                known.setdefault(plain_machine(str(name)), printer_id)
    return known


def plain_machine(name: str) -> str:
    """Return the machine in a slicer's name of it: no nozzle, no case, no spacing."""
    return re.sub(r"[^a-z0-9+]", "", _ASIDE.sub("", _NOZZLE.sub("", name)).casefold())


def nozzle_in(name: str) -> float | None:
    """Return the nozzle's diameter in mm that a machine's name tells, or None."""
    found = _NOZZLE.search(name)
    return float(found[1]) if found else None
