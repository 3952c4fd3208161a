"""False alarms: models that people print, held against printers that print them; and minis too small, which must fail.

    python bench/false_alarms.py MODELS… [--skip TEXT] [--counter goblin_bow0,axeman3,…]

Each model at its own size for a resin printer with pixels of 50 µm, and 75 mm tall for nozzles of 0.2 and 0.4 mm.
Prints a row a model: what is called too thin, and what is said to be weak. The counter-test shrinks some of the models
until their thinnest part has 0.7 of what the resin printer can form: each must fail there.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import printers
from fab.checks.context import Context
from fab.checks.thin_feature import check_thin_feature
from fab.checks.thin_parts import ThinParts
from fab.checks.wall_thickness import check_wall_thickness
from fab.findings import Finding, Severity
from fab.measure.thin_regions import EDGE_DEPTH
from fab.solid import Solid
from figurine.recommending import solid_of

RESIN, FINE, COMMON = (printers.get(name) for name in ("resin-50um", "fdm-0.2", "fdm-0.4"))
FILAMENT_MM = 75.0
MINIS = "goblin_bow0,mini_axeman3,goblin_scimitar0,mini_gerald,wyrmling"
LIMITS_MM = (0.5, 0.7, 1.0, 1.4)
"""Where the thinnest part of a mini is looked for."""
SHRUNK = 0.7


def main() -> None:
    """Print the table of the models, then that of the shrunk minis."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("models", nargs="+", type=Path)
    options.add_argument("--skip", default="chess_king", help="leave out files with this in their name")
    options.add_argument("--counter", default=MINIS, help="parts of the names of the models to shrink")
    asked = options.parse_args()
    shrunk = []
    print(f"| model | {RESIN.id}, own size | {FINE.id}, 75 mm | {COMMON.id}, 75 mm |\n|---|---|---|---|", flush=True)
    for path in asked.models:
        if not path.is_file() or asked.skip in path.name:
            continue
        own = solid_of(path, [RESIN], scale=1.0)
        tall = solid_of(path, [FINE, COMMON], height_mm=FILAMENT_MM)
        cells = [told(own, RESIN), told(tall, FINE), told(tall, COMMON)]
        print(f"| {path.stem} | " + " | ".join(cells) + " |", flush=True)
        if any(name in path.name for name in asked.counter.split(",")):
            shrunk.append(shrink(own, path))
    print("\n| mini | thinnest part | shrunk to | called |\n|---|---|---|---|")
    print("\n".join(shrunk))


def told(solid: Solid, printer: printers.Printer) -> str:
    """Return the codes of what is found, with how many of each, the size and place of a FAIL; a dash for none."""
    codes = Counter(
        f"FAIL {f.code} {f.measured:.2f} at {tuple(round(x, 1) for x in f.point_mm or ())}"
        if f.severity >= Severity.FAIL
        else f.code
        for f in judge(solid, printer)
        if f.severity >= Severity.WARN
    )
    return ", ".join(f"{count} {code}" for code, count in codes.items()) or "–"


def judge(solid: Solid, printer: printers.Printer) -> list[Finding]:
    """Return what the two checks find that can fail a thin part."""
    context = Context()
    return [*check_wall_thickness(solid, printer, context), *check_thin_feature(solid, printer, context)]


def shrink(solid: Solid, path: Path) -> str:
    """Return a row: the thinnest part of a mini, the height at which it has `SHRUNK` of the floor, what fails there."""
    thinnest = thinnest_mm(solid)
    height_mm = solid.extents_mm[2] * SHRUNK * RESIN.rules.feature_mm.floor / thinnest
    small = solid_of(path, [RESIN], height_mm=height_mm)
    fails = [finding for finding in judge(small, RESIN) if finding.severity >= Severity.FAIL]
    called = ", ".join(f"{finding.code} {finding.measured:.2f} mm" for finding in fails[:3])
    return f"| {path.stem} | {thinnest:.2f} mm | {small.extents_mm[2]:.1f} mm | {called or 'nothing: MISSED'} |"


def thinnest_mm(solid: Solid) -> float:
    """Return how thick the thinnest part is that sticks out; raises ValueError where none is under `LIMITS_MM`."""
    parts = ThinParts(solid, 1.5 * LIMITS_MM[-1])
    regions = [region for limit in LIMITS_MM for region in parts.below(limit)]
    return min(r.thickness_mm for r in regions if not r.is_edge and r.depth_mm >= EDGE_DEPTH * r.thickness_mm)


if __name__ == "__main__":
    main()
