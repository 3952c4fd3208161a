"""The seven real pairs of the prototype, and shapes a generator really made, through the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from invariants import assert_solid

from fab.readers import read_model
from figurine.cli import call
from generate.cutting.cutout import cut_out
from generate.pictures import read_picture

pytestmark = pytest.mark.slow
FLAWS = {
    1: {"view-angle"},
    2: {"view-mirrored"},
    3: set(),
    4: set(),
    5: {"view-mirrored"},
    6: {"views-disagree"},
    7: set(),
}


def make_pair(shared: Path, out: Path, case: int, *more: str) -> dict[str, Any]:
    """Return the report of a pair's figurine."""
    front, back = (str(shared / "seed" / "views" / f"case{case}v{k}.png") for k in (1, 2))
    assert call(["make", "-q", "--views", front, back, "--name", f"case{case}", "-o", str(out), *more]) in (0, 1)
    report: dict[str, Any] = json.loads((out / "report.json").read_text())
    return report


def codes(report: dict[str, Any], severity: str) -> set[str]:
    return {f["code"] for f in report["findings"] if f["check"] == "views" and f["severity"] == severity}


@pytest.mark.parametrize("case", FLAWS)
def test_a_pair_becomes_a_coloured_solid_and_its_flaws_are_named(case: int, shared: Path, tmp_path: Path) -> None:
    report = make_pair(shared, tmp_path / "out", case)
    solid = read_model(tmp_path / "out" / f"case{case}_80mm_fdm-0.4.stl")
    assert_solid(solid.mesh)
    assert np.ptp(solid.mesh.vertices[:, 2]) == pytest.approx(80, abs=0.01)
    assert "depth-guessed" in codes(report, "INFO")
    assert codes(report, "WARN") >= FLAWS[case]
    if not FLAWS[case]:
        assert codes(report, "WARN") == set()


def test_no_fix_views_keeps_the_picture_and_trust_turns_the_other(shared: Path, tmp_path: Path) -> None:
    fixed = make_pair(shared, tmp_path / "fixed", 5)
    kept = make_pair(shared, tmp_path / "kept", 5, "--no-fix-views")
    turned = make_pair(shared, tmp_path / "turned", 5, "--trust", "back")
    assert fixed["views"]["silhouette_iou"] >= kept["views"]["silhouette_iou"] + 0.02
    front, back = (cut_out(read_picture(shared / "seed" / "views" / f"case5v{k}.png")).image for k in (1, 2))
    assert np.array_equal(read_picture(tmp_path / "fixed/01-views/back.png")[..., 3], back[:, ::-1, 3])
    assert np.array_equal(read_picture(tmp_path / "kept/01-views/back.png")[..., 3], back[..., 3])
    assert np.array_equal(read_picture(tmp_path / "turned/01-views/front.png")[..., 3], front[:, ::-1, 3])
    assert "view-mirrored" in codes(turned, "WARN")


@pytest.mark.parametrize("case", ["case1", "case5_no_att", "case6"])
def test_a_generated_shape_becomes_a_solid(case: str, shared: Path, tmp_path: Path) -> None:
    source = shared / "seed" / "figures" / f"{case}.ply"
    assert call(["prepare", "-q", str(source), "--height", "80", "-o", str(tmp_path / "out")]) in (0, 1)
    assert_solid(read_model(tmp_path / "out" / f"{case}_80mm_fdm-0.4.stl").mesh)
