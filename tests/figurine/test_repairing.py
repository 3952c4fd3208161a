from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import solids
import trimesh

from fab.export.raw import RAW_FORMATS, write_raw
from fab.readers import read_model
from figurine.cli import call
from figurine.repair_wishes import RepairWishes
from figurine.repairing import mend_file


def written(mesh: trimesh.Trimesh, path: Path) -> Path:
    write_raw(np.asarray(mesh.vertices), np.asarray(mesh.faces), path)
    return path


def raw(path: Path) -> trimesh.Trimesh:
    model = read_model(path)
    points = trimesh.transform_points(model.mesh.vertices, model.to_raw)
    return solids.merged(solids.mesh_of(points.astype(np.float32), model.mesh.faces))


@pytest.mark.parametrize("suffix", RAW_FORMATS)
def test_the_bed_is_found_in_every_frame(tmp_path: Path, suffix: str) -> None:
    """A whisker floats, a block of the same size rests on the bed; only the first may go."""
    mesh = solids.joined(solids.whiskered_ball(), solids.moved(solids.box(0.6, 0.6, 3.0), x=-20.0))
    upright = read_model(written(mesh, tmp_path / f"up{suffix}"))
    own = trimesh.transform_points(mesh.vertices, upright.to_raw)
    given = written(solids.mesh_of(own, mesh.faces), tmp_path / f"in{suffix}")
    assert np.ptp(read_model(given).mesh.vertices[:, 2]) == pytest.approx(20.0, rel=1e-4)
    mend_file(given, tmp_path / f"out{suffix}", height_mm=20.0, wishes=RepairWishes(floating="remove"))
    made = raw(tmp_path / f"out{suffix}")
    kept = np.concatenate([own[: len(solids.ball().vertices)], own[-8:]])
    assert made.body_count == 2
    assert made.bounds == pytest.approx(np.array([kept.min(axis=0), kept.max(axis=0)]), abs=1e-4)


def test_the_report_tells_steps_findings_and_faces(tmp_path: Path) -> None:
    mesh = solids.joined(solids.open_box(), solids.moved(solids.box(0.1, 0.1, 0.1), x=20.0))
    given, made, report = written(mesh, tmp_path / "in.stl"), tmp_path / "out.ply", tmp_path / "out.json"
    assert call(["repair", str(given), str(made), "--height", "10", "--report", str(report), "-q"]) == 0
    told = json.loads(report.read_text())
    assert [step["name"] for step in told["steps"]] == ["crumbs", "holes"]
    assert [finding["code"] for finding in told["findings"]] == ["debris-removed", "hole-capped"]
    assert told["steps"][1]["before"]["open_edges"] == 4
    assert told["steps"][1]["after"]["open_edges"] == 0
    assert all(step["seconds"] >= 0 and step["moved_mm"] == 0 for step in told["steps"])
    solid = raw(made)
    lid = solid.submesh([told["added"]["faces"]], append=True)
    assert lid.area == pytest.approx(100.0)
    assert told["added"]["area_mm2"] == pytest.approx(100.0)
    assert len(told["removed"]["faces"]) == 12
    assert told["faces"] == len(solid.faces)


@pytest.mark.parametrize("flag", ["--tolerance=0", "--tolerance=x%", "--max-faces=3", "--floating=fly"])
def test_wrong_wishes_are_wrong_use(tmp_path: Path, flag: str, capfd: pytest.CaptureFixture[str]) -> None:
    given = written(solids.box(), tmp_path / "in.stl")
    assert call(["repair", str(given), str(tmp_path / "out.stl"), flag]) == 2
    assert len(capfd.readouterr().err.strip().splitlines()) == 1
    assert not (tmp_path / "out.stl").exists()


def test_flags_reach_the_repair(tmp_path: Path) -> None:
    given = written(solids.figure_on_slab(), tmp_path / "in.stl")
    assert call(["repair", str(given), str(tmp_path / "kept.stl"), "-q", "--height", "50"]) == 0
    assert call(["repair", str(given), str(tmp_path / "cut.stl"), "-q", "--height", "50", "--remove-slab"]) == 0
    assert raw(tmp_path / "kept.stl").extents == pytest.approx((40, 40, 50))
    assert raw(tmp_path / "cut.stl").extents == pytest.approx((16, 16, 48.5), abs=0.06)
    hollow = written(solids.hollow_ball(), tmp_path / "hollow.stl")
    for flags, bodies in (((), 1), (("--keep-cavities",), 2)):
        assert call(["repair", str(hollow), str(tmp_path / "solid.stl"), "-q", "--height", "20", *flags]) == 0
        assert raw(tmp_path / "solid.stl").body_count == bodies
    assert (
        call(["repair", str(hollow), str(tmp_path / "few.stl"), "-q", "--tolerance", "1%", "--max-faces", "400"]) == 0
    )
    assert len(raw(tmp_path / "few.stl").faces) <= 400
