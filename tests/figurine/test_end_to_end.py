"""The whole way through the command line: the examples, as a user would run them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import trimesh
from invariants import assert_solid

from fab.readers import read_model
from figurine.cli import call

SIDES = ("front", "back", "left", "right")


def example(repository: Path, name: str) -> Path:
    return repository / "examples" / name


@pytest.fixture(scope="module")
def made(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the run folder of the demo: four views, 80 mm, A1 mini."""
    out = tmp_path_factory.mktemp("made") / "out"
    pictures = [str(example(repository, "cat") / f"{side}.png") for side in SIDES]
    assert call(["make", "-q", "--views", *pictures, "--height", "80", "--printer", "A1 mini", "-o", str(out)]) == 0
    return out


def test_every_arrow_leaves_a_file(made: Path) -> None:
    names = {str(path.relative_to(made)) for path in made.rglob("*") if path.is_file()}
    assert names == {
        *(f"01-views/{side}.png" for side in SIDES),
        "02-shape.glb",
        "03-solid.3mf",
        "job.json",
        *(f"pictures/{name}.png" for name in ("views", "thickness", "overhang", "layers")),
        "proof.html",
        "report.html",
        "report.json",
        "turntable.webp",
        "cat_80mm_a1-mini.3mf",
        "cat_80mm_a1-mini.glb",
        "cat_80mm_a1-mini.stl",
        "stages.json",
        "timings.json",
    }


@pytest.mark.parametrize("kind", ["stl", "3mf", "glb"])
def test_every_file_holds_the_same_solid_at_the_asked_height(made: Path, kind: str) -> None:
    model = read_model(made / f"cat_80mm_a1-mini.{kind}")
    vertices = np.asarray(model.mesh.vertices) * (1000.0 if kind == "glb" else 1.0)
    assert np.ptp(vertices[:, 2]) == pytest.approx(80.0, abs=0.01)
    if kind != "glb":  # a GLB is for the eye: it may be cut finer where the colours ask for it
        assert_solid(trimesh.Trimesh(vertices, model.mesh.faces, process=False))


def test_the_report_is_valid_by_its_schema(made: Path, repository: Path) -> None:
    schema = json.loads((repository / "docs" / "report.schema.json").read_text())
    report = json.loads((made / "report.json").read_text())
    jsonschema.validate(report, schema)
    assert report["schema_version"] == 1
    assert report["part"]["extents_mm"][2] == pytest.approx(80.0, abs=0.01)
    assert report["printer"]["id"] == "bambu-lab-a1-mini"


def test_the_same_job_gives_the_same_bytes_fresh_or_resumed(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = tmp_path / "again"
    names = [f"cat_80mm_a1-mini.{kind}" for kind in ("stl", "3mf", "glb")]
    first = {name: (made / name).read_bytes() for name in names}
    assert call(["rerun", "-q", str(made / "job.json"), "-o", str(again)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"open next: {again / names[1]}"
    assert first == {name: (again / name).read_bytes() for name in names}
    shape_made = (made / "02-shape.glb").stat().st_mtime_ns
    assert call(["rerun", "-q", str(made / "job.json")]) == 0
    assert first == {name: (made / name).read_bytes() for name in names}
    assert (made / "02-shape.glb").stat().st_mtime_ns == shape_made


def test_check_writes_nothing(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert call(["check", "-q", str(made / "03-solid.3mf")]) == 0
    assert list(tmp_path.iterdir()) == []


def test_two_views_say_first_that_depth_is_guessed(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = [str(example(repository, "cat") / f"{side}.png") for side in ("front", "back")]
    assert call(["make", "-q", "--views", *pictures, "-o", str(tmp_path / "out")]) in (0, 1)
    first_lines = "\n".join(capsys.readouterr().out.splitlines()[:6])
    assert "depth" in first_lines
    assert "left" in first_lines


def test_a_part_that_is_too_big_is_written_and_exits_1(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "big"
    assert call(["prepare", "-q", str(made / "02-shape.glb"), "--height", "400", "-o", str(out), "--name", "big"]) == 1
    assert "will not print" in capsys.readouterr().out
    assert (out / "big_400mm_fdm-0.4.stl").is_file()


def test_repair_gives_the_inputs_numbers_back(tmp_path: Path) -> None:
    ball = trimesh.creation.icosphere(subdivisions=3, radius=0.013)
    ball.apply_translation((5.0, -7.0, 11.0))
    ball.update_faces(np.arange(len(ball.faces)) != 100)
    ball.export(tmp_path / "open.obj")
    assert call(["repair", "-q", str(tmp_path / "open.obj"), str(tmp_path / "closed.stl")]) == 0
    closed = trimesh.load(tmp_path / "closed.stl", force="mesh", process=False)
    assert_solid(closed)
    np.testing.assert_allclose(closed.bounds, ball.bounds, atol=1e-5)
