"""One command from a photo to the files of a figurine, against the loopback service."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from image_service import KEY, ImageService, image_service
from PIL import Image

from fab.readers import read_model
from figurine.cli import call
from generate.drawing.photo import prepare_photo

LONGEST_S = 90.0


@pytest.fixture(scope="module")
def server(repository: Path) -> Iterator[ImageService]:
    with image_service(repository / "examples" / "cat") as service:
        yield service


@pytest.fixture(scope="module")
def made(
    server: ImageService, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, int, float]]:
    """Yield the run folder, the exit status and the seconds of processor time that one call took."""
    folder = tmp_path_factory.mktemp("photo")
    cat = Image.open(repository / "examples/cat/front.png")
    room = Image.new("RGBA", (900, 1200), (212, 196, 170, 255))
    room.alpha_composite(cat.resize((600, 623)), (150, 400))
    exif = Image.Exif()
    exif[0x0112] = 6
    room.convert("RGB").transpose(Image.Transpose.ROTATE_90).save(folder / "tom.jpg", quality=92, exif=exif)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", KEY)
        patch.setenv("OPENAI_BASE_URL", server.url)
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        patch.setenv("NO_PROXY", "127.0.0.1")
        began = time.process_time()
        flags = ["--style", "clay", "--yes", "--height", "60", "--printer", "A1 mini", "-q"]
        status = call(["make", str(folder / "tom.jpg"), *flags, "-o", str(folder / "run")])
        yield folder / "run", status, time.process_time() - began


def test_one_command_makes_every_file_in_time(made: tuple[Path, int, float]) -> None:
    run, status, seconds = made
    assert status == 0
    assert seconds < LONGEST_S
    for kind, unit_mm in (("stl", 1.0), ("3mf", 1.0), ("glb", 1000.0)):
        mesh = read_model(run / f"tom_60mm_a1-mini.{kind}").mesh
        assert np.ptp(mesh.vertices[:, 2]) * unit_mm == pytest.approx(60.0, abs=0.01)


def test_the_photo_went_out_upright_once_for_each_view(made: tuple[Path, int, float], server: ImageService) -> None:
    assert sorted(request.side for request in server.received) == ["back", "front", "left"]
    assert prepare_photo(made[0] / "00-pictures/photo.png").image.shape == (1200, 900, 4)


def test_the_report_says_where_the_views_are_from_and_what_they_cost(
    made: tuple[Path, int, float], repository: Path
) -> None:
    report = json.loads((made[0] / "report.json").read_text())
    jsonschema.validate(report, json.loads((repository / "docs/report.schema.json").read_text()))
    drawn = {key: report["cost"][key] for key in ("model", "usd", "requests")}
    assert drawn == {"model": "gpt-image-2.5-sunburst", "usd": pytest.approx(0.152), "requests": 3}
    assert report["views"]["style"] == "clay"
    assert [view["name"] for view in report["views"]["used"]] == ["front", "back", "left"]


def test_once_forgotten_the_part_stays_and_the_job_says_what_is_gone(
    made: tuple[Path, int, float], capsys: pytest.CaptureFixture[str]
) -> None:
    run = made[0]
    assert call(["forget", str(run)]) == 0
    assert (run / "tom_60mm_a1-mini.3mf").is_file()
    assert call(["rerun", "-q", str(run / "job.json")]) == 2
    assert "no longer there" in capsys.readouterr().err
