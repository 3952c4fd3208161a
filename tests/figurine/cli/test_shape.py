"""`figurine shape`: a run folder that goes to a GPU and back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import solids

from figurine.cli import call

EXAMPLES = Path(__file__).resolve().parents[3] / "examples/cat"


def has_gpu() -> bool:
    """Tell whether PyTorch is here and sees a GPU."""
    try:
        import torch
    except ModuleNotFoundError:
        return False
    return torch.cuda.is_available()


pytestmark = pytest.mark.skipif(has_gpu(), reason="these are about machines without a GPU")


@pytest.fixture
def left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Path:
    """Return the run folder that `make` leaves where a GPU is missing."""
    monkeypatch.chdir(tmp_path)
    pictures = [str(EXAMPLES / f"{side}.png") for side in ("front", "back")]
    assert call(["make", "-q", "--views", *pictures, "--backend", "trellis", "--scheme", "cycle", "-o", "run"]) == 2
    lines = [line for line in capfd.readouterr().err.splitlines() if line.startswith("figurine: ")]
    assert len(lines) == 1
    assert "figurine shape RUN" in lines[0] or "setup.sh --trellis" in lines[0]
    return tmp_path / "run"


def test_make_leaves_what_another_machine_needs(left: Path) -> None:
    assert {path.name for path in (left / "01-views").iterdir()} == {"front.png", "back.png"}
    assert json.loads((left / "job.json").read_text())["trellis"] == {"scheme": "cycle"}


def test_a_shape_made_elsewhere_is_taken_as_it_is(left: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A ball, recorded under the job's own key, stands for a shape that a GPU made."""
    from fab.export.glb import write_mesh_glb
    from figurine.job import Job
    from figurine.runfolder import open_run_folder
    from figurine.shaping import SHAPE_FILE, _key, saved_views

    job = Job.load(left / "job.json")
    with open_run_folder(left) as folder:
        views = saved_views(job, folder)
        write_mesh_glb(solids.ball(0.5), folder.file(SHAPE_FILE))
        folder.record("shape", _key(job, views), (SHAPE_FILE,), {"findings": [], "record": {"gpu": "one"}})
    assert call(["rerun", "-q", str(left / "job.json")]) in (0, 1)
    assert json.loads((left / "job.json").read_text())["shape_record"] == {"gpu": "one"}
    assert call(["shape", "-q", str(left), "--low-memory"]) == 0
    assert capfd.readouterr().out.splitlines()[-1] == str(left / SHAPE_FILE)


def test_another_sample_is_picked(left: Path) -> None:
    import numpy as np
    from PIL import Image

    from fab.export.glb import write_mesh_glb
    from figurine.shaping import SAMPLES, SHAPE_FILE
    from generate.backends.hull import reconstruct
    from generate.views import View, Views

    front = View(np.asarray(Image.open(left / "01-views/front.png").convert("RGBA")), 0.0, name="front")
    (left / SAMPLES).mkdir()
    write_mesh_glb(reconstruct(Views((front,)), voxels_tall=40).mesh, left / SAMPLES / "seed-7.glb")
    assert call(["shape", "-q", str(left), "--pick", "8"]) == 2
    assert call(["shape", "-q", str(left), "--pick", "7"]) == 0
    assert (left / SHAPE_FILE).read_bytes() == (left / SAMPLES / "seed-7.glb").read_bytes()


@pytest.mark.parametrize("missing", ["job.json", "01-views/back.png"])
def test_a_folder_that_is_not_whole_is_refused(left: Path, missing: str) -> None:
    (left / missing).unlink()
    assert call(["shape", "-q", str(left)]) == 2


def test_an_unknown_option_value_is_refused(left: Path) -> None:
    assert call(["shape", "-q", str(left), "--samples", "17"]) == 2
    shutil.rmtree(left)
    assert call(["shape", "-q", str(left)]) == 2
