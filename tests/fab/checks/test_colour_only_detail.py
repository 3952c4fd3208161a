"""When a one-colour print has a blank face."""

from __future__ import annotations

import numpy as np
import pytest
import solids
import trimesh

import printers
from fab.checks.colour_only_detail import check_colour_only_detail
from fab.checks.context import Context
from fab.colour import ColourField
from fab.findings import Finding, Severity
from fab.solid import Solid

BALL = solids.ball(15.0, 6)


def judged(dark: np.ndarray | None, printer: str = "fdm-0.4") -> Finding:
    part = Solid(BALL)
    if dark is not None:
        colours = np.where(dark[:, None], [10, 10, 10, 255], [230, 190, 160, 255]).astype(np.uint8)
        painted = trimesh.Trimesh(BALL.vertices, BALL.faces, vertex_colors=colours, process=False)
        part = part.coloured(ColourField.of(painted, np.eye(4)))
    (finding,) = check_colour_only_detail(part, printers.get(printer), Context())
    return finding


@pytest.fixture(scope="module")
def eyes() -> np.ndarray:
    points = np.asarray(BALL.vertices)
    return np.asarray(np.linalg.norm(np.abs(points) - [5.0, 13.0, 20.0], axis=1) < 2.0) & (points[:, 1] < 0.0)


def test_painted_eyes_leave_a_blank_face(eyes: np.ndarray) -> None:
    finding = judged(eyes)
    assert (finding.code, finding.severity) == ("colour-only", Severity.INFO)
    assert finding.message.startswith("2 markings of 24 mm²")
    assert "2 of them in front on the upper half" in finding.message
    assert finding.measured is not None and finding.measured < 0.1 < (finding.limit or 0.0)
    assert len(finding.faces) > 100
    assert np.asarray(eyes)[np.asarray(BALL.faces)[list(finding.faces)]].all()


def test_one_colour_hides_nothing(eyes: np.ndarray) -> None:
    assert judged(np.zeros_like(eyes)).code == "detail-in-shape"


def test_without_colours_or_with_enough_of_them_it_is_skipped(eyes: np.ndarray) -> None:
    assert judged(None).severity is Severity.SKIP
    assert judged(eyes, "shapeways-sandstone").severity is Severity.SKIP
