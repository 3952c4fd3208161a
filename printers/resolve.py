"""From rules as a file states them (in lines, in pixels, for one nozzle) to the limits of one machine, in mm.

A limit in a file is a table with `floor`, `floor_source`, `recommended`, `recommended_source`. Instead of `floor`, or
beside it, `floor_lines` counts lines of the nozzle and `floor_pixels` pixels of the screen; the highest counts. A rule
that counts lines is published for the nozzle `for_nozzle_mm`, and its recommendation follows another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Table = Mapping[str, Any]

NUMBERS = {2: "two", 3: "three", 4: "four"}
NOT_RULES = ("for_nozzle_mm", "inherits", "materials", "process")
"""Keys of a rules file that are not rules."""


class Machine(NamedTuple):
    """What the limits of a machine depend on; an origin is `maker's figure (…)`, `your profile`, `default`."""

    nozzle_mm: float | None = None
    line_mm: float | None = None
    line_origin: str = "default"
    pixel_um: float | None = None
    pixel_origin: str = "default"
    overhang_deg: float | None = None
    overhang_source: str = "default"


def resolve(rules: Table, machine: Machine) -> dict[str, Any]:
    """Return the rules in effect on `machine`, as the model `Rules` reads them."""
    made = {key: value for key, value in rules.items() if key not in NOT_RULES}
    for key, rule in made.items():
        if isinstance(rule, Mapping) and not {"floor_lines", "floor_pixels"}.isdisjoint(rule):
            made[key] = _least(rule, machine, rules.get("for_nozzle_mm"))
    if machine.overhang_deg is not None and "overhang_from_vertical_deg" in made:
        made["overhang_from_vertical_deg"] = _angle(made["overhang_from_vertical_deg"], machine)
    return made


def _least(rule: Table, machine: Machine, for_nozzle_mm: float | None) -> dict[str, Any]:
    """Return a limit in mm: the highest floor that applies, and a recommendation no lower than it."""
    floors = list(_floors(rule, machine))
    floor, floor_source = max(floors, key=lambda pair: pair[0])
    good, good_source = rule["recommended"], rule["recommended_source"]
    if "floor_lines" in rule and for_nozzle_mm and machine.nozzle_mm and machine.nozzle_mm != for_nozzle_mm:
        good = round(good * machine.nozzle_mm / for_nozzle_mm, 3)
        good_source = f"default: scaled to a {machine.nozzle_mm:g} mm nozzle from {good_source}"
    if good < floor:
        good, good_source = floor, floor_source
    return {"floor": floor, "floor_source": floor_source, "recommended": good, "recommended_source": good_source}


def _floors(rule: Table, machine: Machine) -> Iterator[tuple[float, str]]:
    if "floor" in rule:
        yield rule["floor"], rule["floor_source"]
    if "floor_lines" in rule and machine.line_mm:
        count = rule["floor_lines"]
        source = _counted(count, "line", machine.line_origin, f"{machine.line_mm:g} mm")
        yield round(count * machine.line_mm, 3), source
    if "floor_pixels" in rule and machine.pixel_um:
        count = rule["floor_pixels"]
        source = _counted(count, "pixel", machine.pixel_origin, f"{machine.pixel_um:g} µm")
        yield round(count * machine.pixel_um / 1000, 4), source


def _counted(count: int, what: str, origin: str, size: str) -> str:
    """One line is the machine's own figure; that it takes several is a default of ours."""
    if count == 1:
        return f"{origin}: one {what} of {size}"
    return f"default: {NUMBERS.get(count, count)} {what}s; {origin}: {size}"


def _angle(rule: Table, machine: Machine) -> dict[str, Any]:
    """Return the angle at which this machine's slicer begins to support; no cleaner than the process's."""
    most, source = machine.overhang_deg, machine.overhang_source
    good, good_source = rule["recommended"], rule["recommended_source"]
    if most is not None and good > most:
        good, good_source = most, source
    return {"recommended": good, "recommended_source": good_source, "most": most, "most_source": source}
