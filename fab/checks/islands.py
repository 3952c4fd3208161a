"""Check `islands`: material that starts in the air, with nothing under its first layer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fab.checks.context import Context
from fab.checks.slicing import finest_mm_of, layers_of
from fab.findings import STARTS_IN_AIR, Finding, Severity, skipped
from fab.measure.islands import Islands, find_islands
from fab.solid import Solid
from printers.profile import Printer, Process

NAME = "islands"

PIXELS = 10
"""UVtools, too, counts an island from ten pixels on."""

WHY_RESIN = "it hardens on the film instead of on the part, stays in the vat and spoils what comes after"
WHY_FILAMENT = "the nozzle draws its first lines into the air, where they stick to nothing"


def check_islands(solid: Solid, printer: Printer, context: Context) -> Iterator[Finding]:
    """Yield `starts-in-air` for islands that are large enough to form, else `grounded`; powder holds all: skipped."""
    if printer.rules.supports_are_powder:
        yield skipped(NAME, "powder or soluble support lies under every layer")
        return
    least_mm2, source = _least(printer)
    layers = layers_of(solid, printer, context)
    islands = context.once(("islands", layers.layer_mm, layers.row_mm), lambda: find_islands(layers))
    islands = islands.of_at_least(least_mm2)
    if len(islands.layer) == 0:
        yield Finding(
            check=NAME, code="grounded", severity=Severity.PASS, message="every layer has something under it",
            limit=least_mm2, limit_source=source, unit="mm²",
        )  # fmt: skip
        return
    yield _starts_in_air(solid, printer, context, islands, least_mm2, source)


def _least(printer: Printer) -> tuple[float, str]:
    """Return the least area of an island that can form, and who says so."""
    finest = finest_mm_of(printer)
    if printer.process is Process.RESIN:
        return PIXELS * finest**2, f"default: {PIXELS} pixels of {finest * 1000:g} µm, as UVtools counts"
    return finest**2, f"default: a dot of one line, {finest:g} mm across"


def _starts_in_air(
    solid: Solid, printer: Printer, context: Context, islands: Islands, least_mm2: float, source: str
) -> Finding:
    count, layers = len(islands.layer), len(np.unique(islands.layer))
    worst = int(islands.most_mm2.argmax())
    x, y, z = (float(value) for value in islands.point_mm[worst])
    free = int((islands.joins_at < 0).sum())
    never = f"; {free} of them never join{'s' if free == 1 else ''} the part" if free else ""
    return Finding(
        check=NAME,
        code=STARTS_IN_AIR,
        severity=Severity.INFO if context.supports else Severity.FAIL,
        message=f"{count} island{'s' if count != 1 else ''} in {layers} layer{'s' if layers != 1 else ''} "
        f"{'starts' if count == 1 else 'start'} in the air, "
        f"up to {islands.most_mm2[worst]:.2f} mm², from z = {islands.point_mm[:, 2].min():.2f} mm up{never}",
        measured=float(islands.most_mm2[worst]),
        limit=least_mm2,
        limit_source=source,
        unit="mm²",
        point_mm=(x, y, z),
        faces=_faces_under(solid, islands),
        why=WHY_RESIN if printer.process is Process.RESIN else WHY_FILAMENT,
        remedy=f"put a support under {'it' if count == 1 else 'each'}; "
        f"{'it' if count == 1 else 'the largest'} starts at ({x:.1f}, {y:.1f}, {z:.2f})",
    )


def _faces_under(solid: Solid, islands: Islands) -> tuple[int, ...]:
    """Return the faces that lie nearest to where each island starts."""
    from scipy.spatial import cKDTree

    middles = solid.vertices[solid.faces].mean(axis=1)
    _, nearest = cKDTree(middles).query(islands.point_mm)
    return tuple(sorted({int(face) for face in nearest}))
