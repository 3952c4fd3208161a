"""A small figure to show: a ball with two colours, on whiskers, judged for a printer that cannot make them."""

from __future__ import annotations

import numpy as np
import solids

import printers.library as library
from fab.checks.context import Context
from fab.colour import ColourField
from fab.findings import Finding, Severity
from fab.inspect import inspect
from fab.report.build import build_report
from fab.report.model import Report
from fab.report.write import Exhibit, make_exhibit
from fab.solid import Solid
from printers.profile import Printer

PRINTER = library.get("fdm-0.4")
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


def two_coloured(mesh: object) -> ColourField:
    """Return colours of a mesh: red in front, blue behind."""
    painted = mesh.copy()  # type: ignore[attr-defined]
    front = np.asarray(painted.vertices)[:, 1] < 0
    painted.visual.vertex_colors = np.where(front[:, None], (200, 40, 30, 255), (30, 70, 190, 255)).astype(np.uint8)
    return ColourField.of(painted, to_mm=np.eye(4))


def shown(name: str = "<script>cat</script>", printer: Printer = PRINTER) -> tuple[Report, Exhibit]:
    """Return the report on the figure and what there is to see of it; its name and one finding try to break out."""
    mesh = solids.standing(solids.whiskered_ball())
    solid = Solid(mesh, name=name).coloured(two_coloured(mesh))
    context = Context()
    findings = inspect(solid, printer, context)
    odd = Finding(check="read", code="left-out", severity=Severity.INFO, message=HOSTILE, remedy=HOSTILE)
    files = {"3mf": f"{name}.3mf", "stl": f"{name}.stl"}
    report = build_report(solid, printer, findings, extra_findings=[odd], files=files)
    return report, make_exhibit(solid, printer, context, most_faces=20_000)
